"""What a file would change in the texts on record: of the letter, and of appendices. Whoever typed them is shown it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from chiso.ingest.fact import AppendixReading, Letter
from chiso.ingest.reading import LETTER
from chiso.ingest.writers.line import fitting
from chiso.models import Appendix, Dispatch, Edition


@dataclass(frozen=True, slots=True)
class Text:
    """One field of a record. `of` is the number of an appendix, or `LETTER`; a layout is told by its code."""

    of: str
    name: str
    before: Any
    after: Any


def changes(
    letter: Letter, record: Dispatch | None, appendices: Iterable[AppendixReading], edition: Edition | None
) -> tuple[Text, ...]:
    """What the file says otherwise than the records, or what they lack. What a file leaves empty blanks nothing.

    Dates and numbers that differ never come here: they are a question (`queries.upload`)."""
    found = list(_changes(LETTER, _completing(letter, record), _stored(record))) if record else []
    rows = Appendix.objects.filter(edition=edition).select_related("layout") if edition else ()
    stored = {row.ordinal: _stored(row) | {"layout": row.layout.code if row.layout else ""} for row in rows}
    printed = {row.ordinal: printed_title(row) for row in rows}
    for appendix in appendices:
        if appendix.ordinal in stored:
            said = table_says(appendix)
            if said["title"] == printed[appendix.ordinal]:
                del said["title"]
            if said["notes"] == _in_a_workbook(stored[appendix.ordinal]["notes"]):
                del said["notes"]
            found += _changes(appendix.ordinal, said, stored[appendix.ordinal])
    return tuple(found)


def printed_title(row: Appendix) -> str:
    """The title as an export prints it: where the record has none, the first one of its layout."""
    return row.title or (row.layout.titles[0] if row.layout and row.layout.titles else "")[:500]


def _in_a_workbook(notes: str) -> str:
    """What comes back of them from a workbook, which says of a line that no cell holds only how it begins."""
    return "\n".join(map(fitting, notes.splitlines()))


def letter_says(letter: Letter) -> dict[str, Any]:
    """What the letter says of itself, its texts as long as the record holds."""
    return {
        "issued_on": letter.issued_on, "data_as_of": letter.data_as_of, "subject": letter.subject[:500],
        "signer": letter.signer[:150],
    }  # fmt: skip


def table_says(appendix: AppendixReading) -> dict[str, str]:
    return {"title": appendix.title[:500], "notes": "\n".join(appendix.notes), "layout": appendix.layout}


def _completing(letter: Letter, record: Dispatch) -> dict[str, Any]:
    """The letter's number too, where the record was typed before it had one."""
    said = letter_says(letter)
    if not record.number and letter.number and letter.issued_on:
        said |= {"number": letter.number, "symbol": letter.symbol, "year": letter.issued_on.year}
    return said


def _stored(record: Dispatch | Appendix) -> dict[str, Any]:
    return {field.attname: getattr(record, field.attname) for field in record._meta.concrete_fields}


def _changes(of: str, said: Mapping[str, Any], stored: Mapping[str, Any]) -> Iterable[Text]:
    for name, new in said.items():
        if new and new != stored[name]:
            yield Text(of, name, stored[name], new)
