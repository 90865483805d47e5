"""The only tables: one noun per file."""

from .dispatch import OPEN_STATES, READABLE_STATES, Appendix, Dispatch, Edition, State, kept_issuers, read_issuers
from .event import Event, What
from .finding import Agreed, Finding, FindingState, Severity
from .indicator import READ_BY, SHOWN_BY, Direction, Indicator, IndicatorSet, Kind, Layout, LayoutLine, LineRole
from .result import CellNote, Result, ResultChange, Standing, Summary
from .unit import Issuer, Level, Unit, UnitAlias, UnitSuccession
from .upload import UNCHOSEN, About, Upload, UploadState
from .user import DESK_ROLES, Membership, Role, User

__all__ = [
    "DESK_ROLES", "OPEN_STATES", "READABLE_STATES", "READ_BY", "SHOWN_BY", "UNCHOSEN", "About", "Agreed", "Appendix",
    "CellNote", "Direction", "Dispatch", "Edition", "Event", "Finding", "FindingState", "Indicator", "IndicatorSet",
    "Issuer", "Kind", "Layout", "LayoutLine", "Level", "LineRole", "Membership", "Result", "ResultChange", "Role",
    "Severity", "Standing", "State", "Summary", "Unit", "UnitAlias", "UnitSuccession", "Upload", "UploadState", "User",
    "What", "kept_issuers", "read_issuers",
]  # fmt: skip
