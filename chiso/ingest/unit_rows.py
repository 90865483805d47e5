"""Rows that are units: which unit each row is, and the figures it holds."""

from __future__ import annotations

import re
import unicodedata

from chiso.ingest import header
from chiso.ingest.fact import UnknownUnit
from chiso.ingest.grid import Cell
from chiso.ingest.layout import Role
from chiso.ingest.outcome import Sheet, Whose
from chiso.values.name import Directory, Match, fold, parse

_TOTAL = re.compile(
    r"(?:tổng(?:\s+(?:số|cộng))?(?!\s*(?:công\s+ty|cục|hội|liên))|cộng(?!\s+h[oò])|toàn\s+(?:tỉnh|thành\s+phố|huyện|xã)"
    r"|(?:trung\s+bình|bình\s+quân)(?:\s+chung)?)\b(?:\s*[:(].*|\s+(?:[IVX]+|[A-Z]|\d+|các|toàn|chung|khối|cấp|của)\b.*)?",
    re.DOTALL,
)
_TOTAL_UNMARKED = re.compile(r"(?:tong(?: so| cong)?|cong|toan (?:tinh|thanh pho)|trung binh|binh quan)(?: chung)?")
_GROUP = re.compile(
    r"(?:ubnd )?(?:cac|khoi|cap|nhom) .+|(?:ubnd )?(?:so|ban|huyen|thi xa)(?: ban| nganh| thi xa| thanh pho| co quan)+"
)
_NUMBERED = re.compile(r"(\d{1,3})[.)]\s+(?=\D)")


class UnitRows:
    """The rows of one grid in their order. Remembers the units met, and whose block the rows stand in."""

    def __init__(self, sheet: Sheet, directory: Directory) -> None:
        self._sheet, self._directory = sheet, directory
        self._figures = sorted(
            (column, sheet.indicators[line.indicator])
            for column, line in sheet.columns.lines.items()
            if line.role is Role.INDICATOR
        )
        # A table of which no column is known yet still says which units it names.
        asked = {line.column - 1 for line in sheet.out.appendix.unmapped if line.asks}
        self._filled = {column for column, _ in self._figures} or asked
        self._levels = {unit.slug: unit.level for unit in sheet.knowledge.units}
        self._seen: set[str] = set()
        self._column = sheet.column(Role.UNIT)
        self._elsewhere = False  # below the name of another province
        self._by_group = False  # … and that name heads a block

    def read(self, index: int) -> None:
        """One row into facts and problems, or passed over with a reason."""
        row = self._sheet.grid.rows[index]
        column = self._column
        if column is None or not self._filled:
            return
        name, code = _unnumbered(row[column].text), self._sheet.text(row, Role.CODE) or None
        match = self._directory.match(name, code=code) if name or code else None
        why = self._no_unit(index, row, name, match)
        if why is not None:
            self._note_block(name or header.only_text(row), match, is_group=why == "group")
            self._sheet.skip(index, why)
        elif match is None:
            self._sheet.problem(index, column, "no-unit-name")
        else:
            self._unit(index, column, name, code, match)

    def _unit(self, index: int, column: int, name: str, code: str | None, match: Match) -> None:
        self._note_block(name, match, is_group=False)
        if self._elsewhere and self._is_ours(name, match):
            match = Match(None, "other-province")
        if match.unit is None:
            self._unknown(index, column, name, code, match)
        elif match.unit in self._seen and self._figures:
            self._sheet.out.doubled.append((match.unit, self._sheet.reference(index, column)))
            self._sheet.problem(index, column, "double-unit", name)
        else:
            self._seen.add(match.unit)
        self._row_figures(index, Whose(match.unit, name), code)

    def _row_figures(self, index: int, whose: Whose, code: str | None) -> None:
        row = self._sheet.grid.rows[index]
        broken = next((n for n, cell in enumerate(row) if cell.trouble == "split"), None)
        if broken is not None:
            self._sheet.problem(index, broken, "split-in-cell", key=(whose.unit, ""), unit=whose.name)
            return
        self._sheet.read_row(index, self._figures, whose)

    # --- which rows are no units ------------------------------------------------------------------

    def _no_unit(self, index: int, row: list[Cell], name: str, match: Match | None) -> str | None:
        """Why a row is no unit: "total", "group", "note", or None where it is one."""
        if header.spans(row) or header.is_note(row):
            return "note" if header.is_note(row) else "group"
        position = self._sheet.text(row, Role.POSITION)
        empty = self._is_empty(row)
        if match is not None and match.unit is not None:
            return "group" if empty and self._heads_block(index, position, match.unit) else None
        if _is_total(name) or (not name and _is_total(position)):
            return "total"
        if not header.is_group_position(position) and not (header.only_text(row) and not name):
            return None
        heads_a_block = _GROUP.fullmatch(fold(name)) or (position and self._begins_below(index))
        return "group" if empty or (name and heads_a_block) else None

    def _is_empty(self, row: list[Cell]) -> bool:
        """Whether a row has no figures: its columns are empty, hold the name merged over them, or words alone."""
        cells = [row[column] for column in self._filled]
        return all(not header.is_filled(cell) or header.is_spread(cell, row, self._column) for cell in cells) or all(
            header.is_words(cell) for cell in cells if header.is_filled(cell)
        )

    def _heads_block(self, index: int, position: str, unit: str) -> bool:
        """Whether a unit's name heads the rows below: "I UBND tỉnh Thừa Thiên Huế", "A. UBND huyện Phú Lộc"."""
        whole = self._levels.get(unit) in ("province", "nation")
        return header.is_group_position(position) and (bool(position) or whole) and self._begins_below(index)

    def _begins_below(self, index: int) -> bool:
        """Whether a numbering in figures follows: "I Sở, ban, ngành" may carry the group's own sums."""
        below = next((row for row in self._sheet.grid.rows[index + 1 :] if not header.is_blank(row)), None)
        position = self._sheet.text(below, Role.POSITION) if below else ""
        return header.is_position(position) and not header.is_group_position(position)

    # --- another province's block -----------------------------------------------------------------

    def _note_block(self, name: str, match: Match | None, *, is_group: bool) -> None:
        """Rows below "Tỉnh Gia Lai" are Gia Lai's until a row names ours; below its mere row of figures,
        until the next group."""
        found = match if match and match.unit else self._directory.match(_without_position(name))
        unit = found.unit if found.unit and self._levels.get(found.unit) in ("province", "nation") else None
        if unit is not None:
            self._elsewhere = unit not in (self._sheet.knowledge.issuer, self._sheet.knowledge.nation)
            self._by_group = is_group
        elif is_group and found.why == "other-province":
            self._elsewhere = self._by_group = True
        elif is_group and not self._by_group:
            self._elsewhere = False

    def _is_ours(self, name: str, match: Match) -> bool:
        """A name that would be one of our units only because every province has one like it."""
        below = self._levels.get(match.unit or "") not in ("province", "nation", None)
        return below and match.why != "code" and not parse(name).within

    def _unknown(self, index: int, column: int, name: str, code: str | None, match: Match) -> None:
        sheet = self._sheet
        reference = sheet.reference(index, column)
        sheet.out.unknown.append(UnknownUnit(name, code or parse(name).code, match.suggestion, reference))
        candidates = ", ".join(sheet.names.get(slug, slug) for slug in match.candidates)
        suggestion = sheet.names.get(match.suggestion or "", "")
        sheet.problem(index, column, f"unit-{match.why}", name, suggestion=suggestion, candidates=candidates)


def _unnumbered(text: str) -> str:
    """ "1. UBND huyện Phú Lộc" without its number."""
    return _NUMBERED.sub("", text.strip(), count=1) if _NUMBERED.match(text.strip()) else text.strip()


def _without_position(text: str) -> str:
    """ "II. Tỉnh Gia Lai" or "B - Tỉnh Gia Lai" without what numbers the group."""
    return re.sub(r"\A\(?(?:[IVXLC]+|[A-Z]|\d+)\)?\s*[.)–-]\s*|\A[IVXLC]+\s+", "", text.strip())


def _is_total(text: str) -> bool:
    text = unicodedata.normalize("NFC", text).strip()
    if text.isascii():
        return bool(_TOTAL_UNMARKED.fullmatch(fold(text)))
    # The first word may be in capitals; the rest decides by its own letters ("I", "A" are groups).
    return bool(re.compile(_TOTAL.pattern, re.IGNORECASE | re.DOTALL).fullmatch(text))
