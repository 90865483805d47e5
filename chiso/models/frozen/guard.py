"""What is guarded, alike on every database: tables, states, and what the guards say."""

from __future__ import annotations

from dataclasses import dataclass

EDITION, CHANGE, EVENT = "chiso_edition", "chiso_resultchange", "chiso_event"
ROWS = (  # of an edition, frozen with it
    "chiso_result", "chiso_standing", "chiso_summary", "chiso_appendix", "chiso_finding", "chiso_agreed",
    "chiso_cellnote",
)  # fmt: skip

PREFIX = "frozen_"
MARK = "frozen:"
ROW_REFUSED = f"{MARK} nothing of a published edition is added, changed or removed"
EDITION_REFUSED = f"{MARK} a published edition stays as it is; only its state moves on, from published to recalled"
LOG_REFUSED = f"{MARK} changes and events are only ever added"

OPEN = "('draft', 'review')"
MOVES = "(('published', 'superseded'), ('published', 'recalled'), ('superseded', 'recalled'))"
RECALL = ("recalled_by_id", "recalled_at", "recall_reason")  # written once, together with the recall
LET_GO = ("issuer_id", "dispatch_id", "edition_id")  # of an event, when the draft it was about is deleted


@dataclass(frozen=True)
class Guard:
    """One trigger: its name, its table, and the statement that makes it."""

    name: str
    table: str
    sql: str
