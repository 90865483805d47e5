"""Plain and pasted text: tables by tabs, by pipes or with one cell a line; CSV and TSV."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from chiso.ingest.grid import Block, Cell, Document, Paragraph, Table
from chiso.ingest.readers.delimited import delimited_blocks
from chiso.ingest.readers.encoding import decode
from chiso.ingest.readers.letterhead import is_letterhead, opens_appendix, title_lines
from chiso.ingest.readers.limits import MOST_CELLS, too_large
from chiso.ingest.readers.markdown import cells_between_pipes, has_pipes, is_rule, undressed, undressed_lines
from chiso.ingest.readers.printed import cell_text, footnote, plain, take_marks
from chiso.ingest.readers.stacked import Line, is_stack_heading, read_stack

READER = "text"
_MOST_QUOTED = 10  # lines of one quoted cell
_MOST_STACKS = 50  # looked into; more than any dispatch has tables


def read_text(data: bytes, name: str) -> Document:
    """Blocks of a text file. Raises UnreadableFile("unknown-format") for what is no plain text."""
    text = decode(data).replace("\r\n", "\n").replace("\r", "\n")
    if max(map(text.count, "\n\t;,|")) > MOST_CELLS:
        raise too_large()
    blocks = delimited_blocks(text, name)
    if blocks is not None:
        return Document(blocks, "csv")
    reading = _Reading(_lines(text.split("\n")))
    return Document(list(reading.blocks()), READER, reading.footnotes)


class _Reading:
    """One pass over the lines. A run is what stands together: lines of one kind, none of them blank."""

    def __init__(self, lines: list[Line]) -> None:
        self.footnotes: list[str] = []
        self._lines = lines
        self._stacks = 0

    def blocks(self) -> Iterator[Block]:
        place = 0
        while place < len(self._lines):
            table, end = self._stack(place)
            if table is not None:
                yield table
            else:
                end = self._run_end(place)
                yield from self._run(self._lines[place:end])
            place = end

    def _run_end(self, begin: int) -> int:
        kind = _kind(self._lines[begin].text)
        for place in range(begin + 1, len(self._lines)):
            line = self._lines[place]
            if line.blanks or _kind(line.text) != kind or is_stack_heading(undressed(line.text)):
                return place
        return len(self._lines)

    def _run(self, run: Sequence[Line]) -> Iterator[Block]:
        kind = _kind(run[0].text)
        rows = [_row(line, kind) for line in run if kind and not is_rule(line.text)]
        cells = [cell for row in rows for cell in row if cell.text]
        if not kind:
            yield from self._paragraphs(run)
        elif is_letterhead(cell.text for cell in cells) or not any(_is_row(row) for row in rows):
            yield from (Paragraph(plain(cell.text), cell.spot) for cell in cells)
        else:
            yield Table(rows)

    def _paragraphs(self, run: Sequence[Line]) -> Iterator[Paragraph]:
        """Each line by itself, but a footnote with all its lines."""
        in_note = False
        for line, text in zip(run, undressed_lines([line.text for line in run]), strict=True):
            note = footnote(text)
            if note:
                self.footnotes.append(note)
            elif in_note and not opens_appendix(text):
                self.footnotes[-1] = f"{self.footnotes[-1]} {plain(text)}"
            elif plain(text):
                yield from (Paragraph(part, f"line {line.number}") for part in title_lines(plain(text)))
            in_note = bool(note) or (in_note and not opens_appendix(text))

    def _stack(self, begin: int) -> tuple[Table | None, int]:
        """A table with one cell a line that begins here, and where it ends."""
        if self._stacks >= _MOST_STACKS or not is_stack_heading(undressed(self._lines[begin].text)):
            return None, begin
        self._stacks += 1
        end = next((place for place in range(begin + 1, len(self._lines)) if self._closes(place)), len(self._lines))
        places = [place for place in range(begin, end) if not footnote(self._lines[place].text)]
        lines = [self._lines[place] for place in places]
        stack = read_stack([Line(line.number, undressed(line.text), line.blanks) for line in lines])
        if stack is None:
            return None, begin
        end = places[stack.length] if stack.length < len(places) else end
        inside = (footnote(line.text) for line in self._lines[begin:end])
        self.footnotes.extend(note for note in inside if note)
        return Table(stack.rows), end

    def _closes(self, place: int) -> bool:
        text = self._lines[place].text
        return bool(_kind(text)) or opens_appendix(undressed(text)) or is_stack_heading(undressed(text))


def _kind(text: str) -> str:
    """What divides a line into cells: a tab, pipes, or "" for a line of text."""
    if "\t" in text:
        return "\t"
    return "|" if has_pipes(text) else ""


def _row(line: Line, kind: str) -> list[Cell]:
    row: list[Cell] = []
    for cell in line.text.split("\t") if kind == "\t" else cells_between_pipes(line.text):
        text, marks = take_marks(cell_text(undressed(_unquoted(cell))))
        row.append(Cell(text, f"line {line.number}", marks=marks))
    return row


def _is_row(row: Sequence[Cell]) -> bool:
    """Two cells at least: a lone one behind a tab is an indented line."""
    return sum(1 for cell in row if cell.text) > 1


def _lines(texts: Sequence[str]) -> list[Line]:
    """The lines that are not blank; a cell that a spreadsheet quoted because it holds line ends is one line."""
    lines: list[Line] = []
    place = blanks = 0
    while place < len(texts):
        length = _quoted_length(texts, place)
        text = "\n".join(texts[place : place + length])
        if text.strip():
            lines.append(Line(place + 1, text, blanks))
        blanks = 0 if text.strip() else blanks + 1
        place += length
    return lines


def _quoted_length(texts: Sequence[str], place: int) -> int:
    first = texts[place]
    if '"' not in first or "\t" not in first or not _leaves_open(first):
        return 1
    for length, text in enumerate(texts[place + 1 : place + _MOST_QUOTED], start=2):
        if text.count('"') % 2:
            return length
    return 1


def _leaves_open(text: str) -> bool:
    return text.count('"') % 2 == 1 and any(cell.lstrip(" ").startswith('"') for cell in text.split("\t"))


def _unquoted(cell: str) -> str:
    is_quoted = len(cell) > 1 and cell.startswith('"') and cell.endswith('"')
    if is_quoted and ("\n" in cell or '""' in cell[1:-1]):
        return cell[1:-1].replace('""', '"')
    return cell
