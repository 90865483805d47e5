"""The only tables: one noun per file."""

from .dispatch import OPEN_STATES, READABLE_STATES, Appendix, Dispatch, Edition, State, kept_issuers, read_issuers
from .event import Event, What
from .finding import Agreed, Finding, FindingState, Severity
from .indicator import READ_BY, SHOWN_BY, Direction, Indicator, IndicatorSet, Kind, Layout, LayoutLine, LineRole
from .notice import Mail, Notice, NoticeChoice, NoticeKind
from .reply import (
    DISPUTING_REPLIES,
    GRANTED_REPLIES,
    OPEN_REPLIES,
    AnswerForm,
    Evidence,
    Reply,
    ReplyMove,
    ReplyState,
    ReplyStep,
)
from .result import CellNote, Result, ResultChange, Standing, Summary
from .unit import Issuer, Level, Shows, Unit, UnitAlias, UnitSuccession
from .upload import UNCHOSEN, About, Upload, UploadState
from .user import DESK_ROLES, Membership, Role, User

__all__ = [
    "DESK_ROLES",
    "DISPUTING_REPLIES",
    "GRANTED_REPLIES",
    "OPEN_REPLIES",
    "OPEN_STATES",
    "READABLE_STATES",
    "READ_BY",
    "SHOWN_BY",
    "UNCHOSEN",
    "About",
    "Agreed",
    "AnswerForm",
    "Appendix",
    "CellNote",
    "Direction",
    "Dispatch",
    "Edition",
    "Event",
    "Evidence",
    "Finding",
    "FindingState",
    "Indicator",
    "IndicatorSet",
    "Issuer",
    "Kind",
    "Layout",
    "LayoutLine",
    "Level",
    "LineRole",
    "Mail",
    "Membership",
    "Notice",
    "NoticeChoice",
    "NoticeKind",
    "Reply",
    "ReplyMove",
    "ReplyState",
    "ReplyStep",
    "Result",
    "ResultChange",
    "Role",
    "Severity",
    "Shows",
    "Standing",
    "State",
    "Summary",
    "Unit",
    "UnitAlias",
    "UnitSuccession",
    "Upload",
    "UploadState",
    "User",
    "What",
    "kept_issuers",
    "read_issuers",
]  # fmt: skip
