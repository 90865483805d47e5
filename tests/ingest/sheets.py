"""Small dispatches made for one test each, and what was read of them in short."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from chiso.ingest.fact import Fact, Letter, Problem, Reading
from chiso.ingest.grid import Cell, Document, Paragraph, Table
from chiso.ingest.layout import Knowledge
from chiso.ingest.reading import Opened, open_file, understand
from chiso.ingest.section import split
from tests.ingest.knowledge import knowledge

INDEX = "KẾT QUẢ BỘ CHỈ SỐ PHỤC VỤ NGƯỜI DÂN, DOANH NGHIỆP"
COPIES = "KẾT QUẢ THỰC HIỆN CHỨNG THỰC ĐIỆN TỬ BẢN SAO TỪ BẢN CHÍNH TRÊN CỔNG DỊCH VỤ CÔNG QUỐC GIA"
HANDLING = "KẾT QUẢ XỬ LÝ HỒ SƠ THỦ TỤC HÀNH CHÍNH TRÊN CỔNG DỊCH VỤ CÔNG QUỐC GIA"
HANDLING_HEADINGS = (
    "STT", "Tên đơn vị", "Tổng số hồ sơ xử lý quá hạn", "Tỷ lệ hồ sơ đúng hạn, trong hạn (%)",
    "Tỷ lệ hồ sơ nộp trực tuyến (%)",
)  # fmt: skip


def read_bytes(data: bytes, name: str, known: Knowledge | None = None) -> Reading:
    return understand(open_file(data, name), known or knowledge())


def read_table(
    *rows: Sequence[str | Cell], title: str = HANDLING, ordinal: str = "IV", above: Iterable[str] = (),
    below: Iterable[str] = (), known: Knowledge | None = None,
) -> Reading:  # fmt: skip
    """One appendix with one table, as a reader would give it. `above` are lines under the title."""
    lines = [f"Phụ lục {ordinal}" if ordinal else "", title, *above]
    blocks = [*(Paragraph(line) for line in lines if line), table(*rows), *map(Paragraph, below)]
    return read_blocks(blocks, known)


def read_blocks(blocks: Iterable[Paragraph | Table], known: Knowledge | None = None) -> Reading:
    _, sections = split(Document(list(blocks), "test"))
    return understand(Opened(Letter(), sections, [], "test"), known or knowledge())


def table(*rows: Sequence[str | Cell]) -> Table:
    return Table([[cell if isinstance(cell, Cell) else Cell(cell) for cell in row] for row in rows])


def merged(text: str, width: int) -> list[Cell]:
    """One text over several cells of a row."""
    return [Cell(text), *[Cell(text, merged=True)] * (width - 1)]


def facts(reading: Reading) -> list[Fact]:
    return [fact for appendix in reading.appendices for fact in appendix.facts]


def values(reading: Reading) -> dict[tuple[str | None, str], Decimal]:
    """(unit, indicator) -> value of the figures whose unit is on record; each at most once."""
    found = [((fact.unit, fact.indicator), fact.value) for fact in facts(reading) if fact.unit]
    assert len(found) == len(dict(found)), "a figure was read twice"
    return dict(found)


def told(reading: Reading, severity: str = "error") -> list[tuple[str, int, int]]:
    """The problems of one severity as (why, row, column)."""
    return [(each.why, each.cell.row, each.cell.column) for each in reading.problems if each.severity == severity]


def problem(reading: Reading, why: str) -> Problem:
    """The one problem of a kind."""
    (found,) = [each for each in reading.problems if each.why == why]
    return found


def skipped(reading: Reading) -> list[tuple[int, str]]:
    """The rows of the first table that were passed over, with the reason."""
    return [(row.row, row.why) for row in reading.appendices[0].skipped]
