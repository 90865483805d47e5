"""What reading could not do, as sentences that name the place, say what is wrong and what to do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

from django.utils.translation import gettext, gettext_noop

from chiso.ingest.fact import Problem
from chiso.values.number import Doubt
from chiso.words.figure import number_text
from chiso.words.place import where_text

# Why a text is no figure. %(printed)s is the text, %(detail)s the part that stands in the way.
DOUBTS = {
    "no-number": gettext_noop("“%(printed)s” holds no number."),
    "letter-in-number": gettext_noop("“%(printed)s” cannot be read (there is the letter %(detail)s in it)."),
    "foreign-digits": gettext_noop("“%(printed)s” cannot be read (the digits %(detail)s are of another script)."),
    "unknown-word": gettext_noop("“%(printed)s” cannot be read (what is “%(detail)s”?)."),
    "word-of-another-kind": gettext_noop(
        "“%(printed)s” is another kind of figure than this column holds (“%(detail)s”)."
    ),
    "unexpected-sign": gettext_noop("“%(printed)s” cannot be read (there is the sign “%(detail)s” in it)."),
    "negative": gettext_noop("“%(printed)s” is below zero."),
    "space-in-number": gettext_noop("“%(printed)s” has a space between its digits: is it one number or two?"),
    "misplaced-mark": gettext_noop("“%(printed)s” has a mark where none can stand."),
    "two-marks": gettext_noop("“%(printed)s” has two marks: which one is the decimal mark?"),
    "mark-not-thousands": gettext_noop(
        "“%(printed)s” is no whole number: a thousands mark is followed by three digits."
    ),
    "percent-sign": gettext_noop("“%(printed)s” is a percentage, which this column does not hold."),
    "slash": gettext_noop("“%(printed)s” is “x of y”, where one number is due."),
    "two-slashes": gettext_noop("“%(printed)s” looks like a date."),
    "share-without-total": gettext_noop("“%(printed)s” lacks its total: write it as “done/total”, like 8/11."),
    "zero-maximum": gettext_noop("“%(printed)s” has a maximum of zero."),
    "too-many-decimals": gettext_noop("“%(printed)s” has more than four decimals."),
    "too-large": gettext_noop("“%(printed)s” is too large for any figure."),
    "fraction-in-count": gettext_noop("The cell holds the number %(printed)s, but a count is whole. Is it thousands?"),
    "fraction-or-percent": gettext_noop(
        "The cell holds %(printed)s without a percent format: a fraction or a percentage?"
    ),
    "share-as-number": gettext_noop("The cell holds one number, %(printed)s, where “done/total” is due."),
    "percent-format": gettext_noop("The cell shows %(printed)s as a percentage, which this column does not hold."),
    "date-in-cell": gettext_noop("The program made a date of this cell (%(printed)s). Was it “x/y”?"),
    "unknown-format": gettext_noop("The cell shows its number %(printed)s in a way that cannot be read (%(detail)s)."),
    "formula-in-cell": gettext_noop("The cell holds a formula without a result. Open the file, calculate and save it."),
    "error-in-cell": gettext_noop("The cell holds an error or a yes/no value (%(printed)s)."),
    "merged-in-cell": gettext_noop("“%(printed)s” stands in a cell merged over several: whose figure is it?"),
    "split-in-cell": gettext_noop(
        "The lines “%(printed)s” do not say which figure stands under which heading; none of the row is read."
    ),
}

# What is wrong with a heading, a unit or a label.
OTHERS = {
    "headline": gettext_noop("“%(printed)s” stands where the province's score or rank is due and cannot be read."),
    "impossible-date": gettext_noop(
        "“%(printed)s” is no day of the calendar; no date is taken from it. Correct the file, or give the date by hand."
    ),
    "unknown-heading": gettext_noop(
        "the heading “%(printed)s” is not known; its figures are not taken over. Correct the heading or the layout."
    ),
    "unknown-unit-heading": gettext_noop(
        "the heading “%(printed)s” is not known; its cells name units, so it was read as the column of units."
    ),
    "unknown-label-heading": gettext_noop(
        "the heading “%(printed)s” is not known; its cells name indicators, so it was read as their column."
    ),
    "double-heading": gettext_noop(
        "two columns are headed “%(printed)s”; neither is taken over. Write which is which."
    ),
    "misnamed-heading": gettext_noop(
        "the column “%(printed)s” holds ranks, or more than the maximum of “%(indicator)s”, so it is something else; "
        "its figures are not taken over."
    ),
    "unknown-title": gettext_noop(
        "the title “%(printed)s” is not known; the table was read by its headings. Make sure that it is the right one."
    ),
    "no-headings": gettext_noop("no row of headings was found; nothing was read of this table."),
    "no-unit-column": gettext_noop("no column of units was found; nothing was read of this table."),
    "no-unit-name": gettext_noop("the row names no unit; its figures are not taken over."),
    "double-unit": gettext_noop("“%(printed)s” stands in the table a second time. Keep one of the rows."),
    "unit-unknown": gettext_noop("“%(printed)s” is not on record; its figures are not taken over."),
    "unit-ambiguous": gettext_noop("“%(printed)s” may be several units: %(candidates)s. Write which one."),
    "unit-other-province": gettext_noop("“%(printed)s” belongs to another province; its figures are not taken over."),
    "unit-other-level": gettext_noop("“%(printed)s” is a unit of another level than this table's."),
    "unit-unknown-code": gettext_noop(
        "“%(printed)s” has a code that is not on record; its figures are not taken over."
    ),
    "unit-code-contradicts": gettext_noop("“%(printed)s” and the code beside it are two different units."),
    "unknown-label": gettext_noop("“%(printed)s” names no known indicator; its figures are not taken over."),
    "double-label": gettext_noop("“%(printed)s” stands in the table a second time."),
    "two-values": gettext_noop("a figure (%(printed)s) stands here and another one in the label of the row."),
    "skipped": gettext_noop("left unread by a person's answer: %(reason)s"),
    "missing": gettext_noop("no figure for %(unit)s, %(indicator)s. Missing is not zero."),
    "would-erase": gettext_noop(
        "the cell is empty, but %(stored)s is stored. Loading never deletes: remove it by hand if it is wrong."
    ),
    "two-printings": gettext_noop(
        "%(printed)s is printed here, but %(first)s at %(first_cell)s. Neither is taken over."
    ),
    "total-differs": gettext_noop(
        "the total printed here is %(printed)s, but the rows add up to %(sum)s (%(indicator)s). The total is not taken "
        "over; compare the figures with the paper."
    ),
    "printed-again": gettext_noop("%(printed)s is printed a second time and agrees with %(first_cell)s."),
    "other-province": gettext_noop("“%(printed)s” names another province; nothing of this table is taken over."),
    "other-dispatch": gettext_noop("the line “%(printed)s” names another dispatch than %(dispatch)s."),
}
SUGGESTION = gettext_noop("Did you mean “%(suggestion)s”?")
CORRECT = gettext_noop("Correct this cell.")

UNREADABLE = {
    "empty-file": gettext_noop("The file is empty."),
    "too-large": gettext_noop("The file is larger than %(limit)s MB, or its table is far larger than any dispatch."),
    "zip-bomb": gettext_noop("The file unpacks to far more than any dispatch holds. It was not opened."),
    "encrypted": gettext_noop("The file is locked with a password. Save it without one and load it again."),
    "corrupt": gettext_noop(
        "The file is damaged and cannot be opened. Open it in Word or Excel, save it and load it again."
    ),
    "scanned-pdf": gettext_noop("The PDF holds pictures of pages and no text. Load the Word or Excel file instead."),
    "font-without-text": gettext_noop("The letters of this PDF cannot be read. Load the Word or Excel file instead."),
    "too-many-pages": gettext_noop("The PDF has more than %(limit)s pages."),
    "old-word": gettext_noop("This is an old Word file (.doc). Save it as .docx and load it again."),
    "nothing-found": gettext_noop("The file holds neither the letter of a dispatch nor a table of one."),
    "gone": gettext_noop("The file is no longer in the store. Please load it again."),
    "unknown-format": gettext_noop("This kind of file cannot be read. Use DOCX, PDF, XLSX, XLS, ODS, CSV or text."),
    "unknown-format-html": gettext_noop(
        "This is a web page (HTML or XML), whatever its name says. Open it in Excel, save it as .xlsx and load that file."
    ),
}

TARGETS = {
    "unknown-issuer": gettext_noop("The file does not say whose dispatch it is, or names an office not on record (%(name)s). Choose the issuer."),
    "other-issuer": gettext_noop("The file is another office's: it names %(name)s. Nothing was taken over."),
    "unknown-dispatch": gettext_noop("The file does not say which dispatch it is: neither a number with its date nor the date of the data. Enter the dispatch first."),
    "odd-number": gettext_noop(
        "The file calls itself %(name)s, which cannot be number and symbol of a dispatch (1082/VPUB-KSTT). Correct the file and load it again."
    ),
    "other-date": gettext_noop(
        "The file's dates are not those on record for %(name)s. Nothing was taken over: correct the dispatch or the file first."
    ),
    "nothing-read": gettext_noop("No figure was read that could be taken over."),
    "no-indicator-set": gettext_noop("No indicator set is in force at the date of the data. Ask an administrator to add one."),
    "published": gettext_noop("%(name)s is published. Its figures change only by a correction; here is what would differ."),
    "in-review": gettext_noop("%(name)s is in review. Nothing can be taken over until it is sent back."),
    "recalled": gettext_noop("%(name)s was recalled. Open its correction first, then load this file again."),
    "no-correction": gettext_noop(
        "This file corrects %(name)s, but no correction with this document is open. Open the correction first, then load the file again."
    ),
}  # fmt: skip


def sentence(problem: Problem) -> str:
    """ "Phụ lục IV, dòng 15, cột 3: không đọc được “2.6O8” (có chữ O). Hãy sửa ô này." """
    return told(problem.why, str(problem.cell), {"printed": problem.printed, **problem.params})


def told(why: str, where: str, params: Mapping[str, str]) -> str:
    """The same from its parts, as they are kept with an upload and a finding."""
    return f"{where_text(where)}: {said(why, params)}"


def said(why: str, params: Mapping[str, str]) -> str:
    """What is wrong, without its place: for a page that says it where it stands."""
    words = {name: _SHOWN.get(name, str)(text) for name, text in params.items()}
    template = DOUBTS.get(why) or OTHERS.get(why) or "%(printed)s"
    parts = [gettext(template) % _Known(words)]
    if why in DOUBTS:
        parts.append(gettext(CORRECT))
    if params.get("suggestion"):
        parts.append(gettext(SUGGESTION) % words)
    return " ".join(parts)


def doubt(figure: Doubt) -> str:
    """Why a typed text is no figure; the place is the field it stands beside."""
    return gettext(DOUBTS.get(figure.why, "%(printed)s")) % {"printed": figure.printed, "detail": figure.detail}


def unreadable(why: str, params: Mapping[str, str]) -> str:
    told = UNREADABLE.get(f"{why}-{params.get('format', '')}") or UNREADABLE.get(why) or UNREADABLE["unknown-format"]
    return gettext(told) % _Known(params)


def target(why: str, name: str) -> str:
    """Why a file's figures cannot be taken over."""
    return gettext(TARGETS[why]) % {"name": name or "–"}


_SHOWN: dict[str, Callable[[str], str]] = {
    "first_cell": where_text,
    "sum": lambda text: number_text(Decimal(text)),
}


class _Known(dict[str, str]):
    """Parameters kept by an earlier version may lack one; the sentence is shown all the same."""

    def __missing__(self, key: str) -> str:
        return "–"
