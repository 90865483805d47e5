"""Text of a Word paragraph: what is printed, without deleted and hidden text, footnote marks taken off."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from docx.oxml.ns import qn

from chiso.ingest.readers.printed import plain

_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_UNPRINTED = frozenset(
    [qn(tag) for tag in ("w:pPr", "w:rPr", "w:del", "w:moveFrom", "w:instrText", "w:delText")]
    + [qn(tag) for tag in ("w:drawing", "w:pict", "w:sdtPr", "w:fldData")]
    + [qn("w:tcPr"), f"{_MC}AlternateContent", "{urn:schemas-microsoft-com:office:office}OLEObject"]
)
_SIGNS = {
    qn("w:tab"): "\t",
    qn("w:br"): "\n",
    qn("w:cr"): "\n",
    qn("w:noBreakHyphen"): "-",
}
_NOTES = {qn("w:footnoteReference"): "footnotes", qn("w:endnoteReference"): "endnotes"}
_MARK_SIGNS = frozenset("0123456789*")


@dataclass(frozen=True, slots=True)
class Words:
    """A paragraph's text (tabs and line breaks kept) and the footnote marks that stood in it."""

    text: str
    marks: tuple[str, ...] = ()


class DocxText:
    """Reads paragraphs of one document in order and counts its footnotes as they are referred to."""

    def __init__(self, footnotes: Any, endnotes: Any) -> None:
        self._parts = {"footnotes": footnotes, "endnotes": endnotes}
        self._numbers: dict[tuple[str, str], str] = {}

    @property
    def footnotes(self) -> list[str]:
        """Texts of the notes referred to so far: mark "1" is the first."""
        return [self._note(kind, key) for kind, key in self._numbers]

    def of(self, paragraph: Any) -> Words:
        """The printed text of one paragraph."""
        pieces: list[str] = []
        marks: list[str] = []
        raised: list[str] = []  # raised figures with no other text behind them yet
        for text, is_raised, mark in self._pieces(paragraph):
            if mark:
                marks.append(mark)
            elif is_raised and _MARK_SIGNS.issuperset(text.strip()):
                raised.append(text)
            elif text.strip():
                pieces += [*raised, text]
                raised = []
            else:
                pieces.append(text)
        if not "".join(pieces).strip():  # nothing they could be a mark of
            pieces, raised = raised, []
        marks += [text.strip() for text in raised if text.strip()]
        return Words("".join(pieces), tuple(marks))

    def boxed(self, paragraph: Any) -> Iterator[Any]:
        """Paragraphs of the text boxes anchored here, once each (the fallback repeats them)."""
        for box in paragraph.iter(qn("w:txbxContent")):
            if not any(above.tag == f"{_MC}Fallback" for above in box.iterancestors()):
                yield from box.iterchildren(qn("w:p"))

    def _pieces(self, element: Any, raised: bool = False) -> Iterator[tuple[str, bool, str]]:
        """(text, whether raised, footnote mark) for each printed piece below an element."""
        for child in element:
            if child.tag in _UNPRINTED or _is_hidden(child):
                continue
            if child.tag == qn("w:t"):
                yield _capital(child), raised, ""
            elif child.tag in _SIGNS:
                yield _SIGNS[child.tag], False, ""
            elif child.tag in _NOTES:
                yield "", False, self._mark(_NOTES[child.tag], child)
            else:
                yield from self._pieces(child, raised or _is_raised(child))

    def _mark(self, kind: str, reference: Any) -> str:
        if reference.get(qn("w:customMarkFollows")) in ("1", "true", "on"):
            return ""  # the mark itself follows as raised text
        key = (kind, reference.get(qn("w:id")) or "")
        return self._numbers.setdefault(key, str(len(self._numbers) + 1))

    def _note(self, kind: str, key: str) -> str:
        part = self._parts[kind]
        for note in part if part is not None else ():
            if note.get(qn("w:id")) == key:
                lines = ("".join(text for text, _, _ in self._pieces(line)) for line in note.iter(qn("w:p")))
                return plain(" ".join(lines))
        return ""


def _is_hidden(run: Any) -> bool:
    return run.tag == qn("w:r") and _is_on(run, "w:vanish")


def _is_raised(run: Any) -> bool:
    if run.tag != qn("w:r"):
        return False
    place = run.find(f"{qn('w:rPr')}/{qn('w:vertAlign')}")
    return place is not None and place.get(qn("w:val")) == "superscript"


def _capital(text: Any) -> str:
    """The text, in capitals where the run is only dressed as such."""
    run = text.getparent()
    words: str = text.text or ""
    return words.upper() if run is not None and _is_on(run, "w:caps") else words


def _is_on(run: Any, tag: str) -> bool:
    switch = run.find(f"{qn('w:rPr')}/{qn(tag)}")
    return switch is not None and switch.get(qn("w:val")) not in ("0", "false", "off", "none")
