"""Grids there and back, anything at all, and much of it."""

from __future__ import annotations

import random
import time
from dataclasses import replace
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chiso.ingest.fact import UnreadableFile
from chiso.ingest.grid import Cell, Paragraph, Table
from chiso.ingest.layout import UnitRecord
from chiso.ingest.reading import open_file, understand
from chiso.values.number import Kind, printed_text
from tests.ingest.knowledge import knowledge
from tests.ingest.sheets import HANDLING, HANDLING_HEADINGS, facts, read_blocks, read_bytes, read_table, table, values

# --- wide -> long -> wide ---------------------------------------------------------------------------

DISTRICTS = [unit for unit in knowledge().units if unit.level in ("district", "agency")]
CODES = ("HSTT.QH", "HSTT.DH", "HSTT.TT")
KINDS = (Kind.COUNT, Kind.PERCENT, Kind.PERCENT)
COUNTS = st.integers(0, 99_999_999).map(Decimal)
PERCENTS = st.integers(0, 10_000).map(lambda number: Decimal(number) / 100)


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.sampled_from(DISTRICTS), min_size=1, unique_by=lambda unit: unit.slug),
    st.randoms(use_true_random=False),
    st.data(),
)
def test_wide_to_long_to_wide_is_the_same_grid(
    units: list[UnitRecord], chance: random.Random, data: st.DataObject
) -> None:
    order = chance.sample(range(3), 3)
    wide = [[data.draw(COUNTS if kind is Kind.COUNT else PERCENTS) for kind in KINDS] for _ in units]
    printed = [[printed_text(value, None, kind) for value, kind in zip(row, KINDS, strict=True)] for row in wide]
    reading = read_table(
        ("STT", "Tên đơn vị", *(HANDLING_HEADINGS[2 + column] for column in order)),
        *(
            (str(n), unit.name, *(row[column] for column in order))
            for n, (unit, row) in enumerate(zip(units, printed, strict=True), 1)
        ),
    )

    assert reading.problems == []
    long = values(reading)
    assert [[long[unit.slug, code] for code in CODES] for unit in units] == wide
    assert [fact.printed for fact in facts(reading)] == [row[column] for row in printed for column in order]


# --- one truth, many papers --------------------------------------------------------------------------

TRUTH = {
    (unit.slug, code): Decimal(number * 3 + place) / (1 if place == 0 else 100)
    for number, unit in enumerate(DISTRICTS, 1)
    for place, code in enumerate(CODES)
}
SHORT = {"huyện": "H.", "thị xã": "TX.", "thành phố": "TP."}
BETWEEN = [
    ("", "", "", "", ""), ("I", "Sở, ban, ngành", "", "", ""), ("", "Cộng", "9.999", "99", "99"), ("¹ Tính cả hồ sơ treo", "", "", "", ""),
    ("(1)", "(2)", "(3)", "(4)", "(5)"), HANDLING_HEADINGS, ("Khối huyện", "", "", "", ""), ("", "trong đó:", "", "", ""),
]  # fmt: skip


def _name(unit: UnitRecord, chance: random.Random) -> str:
    short = next(
        (unit.name.replace(f"UBND {kind}", sign) for kind, sign in SHORT.items() if f"UBND {kind}" in unit.name),
        unit.name,
    )
    return chance.choice([unit.name, unit.name.upper(), f"{unit.name} - tỉnh Thừa Thiên Huế", short, f" {unit.name} "])


def _rows(units: list[UnitRecord], chance: random.Random) -> list[list[str]]:
    """The rows of a paper: names in other spellings, some broken over two rows, other rows between."""
    rows = []
    for number, unit in enumerate(units, 1):
        figures = [printed_text(TRUTH[unit.slug, code], None, kind) for code, kind in zip(CODES, KINDS, strict=True)]
        name, words = _name(unit, chance), unit.name.split()
        if chance.random() < 0.2 and len(words) > 3:
            at = chance.randint(2, len(words) - 1)
            rows += [[str(number), " ".join(words[:at]), *figures], ["", " ".join(words[at:]), "", "", ""]]
        else:
            rows.append([str(number), name, *figures])
        if chance.random() < 0.3:
            rows.append(list(chance.choice(BETWEEN)))
    return rows


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from(DISTRICTS), min_size=2, unique_by=lambda unit: unit.slug),
    st.randoms(use_true_random=False),
)
def test_whatever_the_paper_looks_like_no_figure_is_another_units(
    units: list[UnitRecord], chance: random.Random
) -> None:
    """The papers differ in spelling, order of columns and pages, and in what stands between the rows. Every figure
    read is true, and none is missing without a word about its row."""
    order = [*chance.sample(range(5), 5), *([5] if chance.random() < 0.3 else [])]
    rows = [[*row, ""] for row in _rows(units, chance)]
    cuts = sorted(chance.sample(range(1, len(rows)), chance.randint(0, min(2, len(rows) - 1))))
    pages = [rows[begin:end] for begin, end in zip([0, *cuts], [*cuts, len(rows)], strict=True)]
    blocks: list[Paragraph | Table] = [Paragraph("Phụ lục IV"), Paragraph(HANDLING)]
    for number, page in enumerate(pages):
        head = [[*HANDLING_HEADINGS, "Ghi chú"]] if number == 0 or chance.random() < 0.5 else []
        blocks.append(table(*([row[column] for column in order] for row in [*head, *page])))
        blocks += [Paragraph("trang sau")] if chance.random() < 0.3 else []
    reading = read_blocks(blocks)

    found = values(reading)
    assert found.items() <= TRUTH.items()
    if {(unit.slug, code) for unit in units for code in CODES} - set(found):
        assert any(each.severity == "error" for each in reading.problems)


# --- anything at all --------------------------------------------------------------------------------

WORDS = [
    "STT", "TT", "Đơn vị", "Nội dung", "Điểm", "Xếp hạng", "Tổng điểm", "Công khai, minh bạch", "UBND huyện Phú Lộc", "Sở Y tế",
    "Tỉnh Gia Lai", "Cộng", "I", "1", "(1)", "(2)", "57,7/100", "85.23%", "2.145", "-", "", "Tỷ lệ cấp kết quả điện tử: 40%",
    "Phụ lục I", "Bảng 2: Khác", "¹ Ghi chú", "(Kèm theo Công văn số 5/VP)", "binh và Xã hội", "8/11", ":", "(", "((((", "\t",
]  # fmt: skip
TEXTS = st.one_of(st.sampled_from(WORDS), st.text(max_size=12))
CELLS = st.builds(
    Cell,
    TEXTS,
    st.sampled_from(["", "S!A1", "line 5"]),
    st.one_of(st.none(), st.decimals(), st.just(Decimal("0.5"))),
    st.sampled_from(["", "0.00%", "General", "d/m"]),
    st.sampled_from(["", "", "", "date", "formula", "split", "other"]),
    st.sampled_from([(), ("1",), ("*",), ("²",)]),
    st.booleans(),
)
TABLES = st.builds(Table, st.lists(st.lists(CELLS, max_size=6), max_size=8), st.sampled_from(["", "PL1", "Sheet1"]))
BLOCKS = st.lists(st.one_of(st.builds(Paragraph, TEXTS, st.sampled_from(["", "PL1!A1"])), TABLES), max_size=6)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(BLOCKS)
def test_no_blocks_whatever_make_reading_raise(blocks: list[Paragraph | Table]) -> None:
    reading = read_blocks(blocks)

    assert all(fact.value is not None for fact in facts(reading))
    assert all(len(appendix.rows) == len(appendix.numbers) for appendix in reading.appendices)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.lists(TEXTS, min_size=1, max_size=6), max_size=10),
    st.sampled_from(["\t", "|", ";", "\n"]),
    st.sampled_from(["x.txt", "x.csv"]),
)
def test_no_text_whatever_makes_reading_raise(rows: list[list[str]], sign: str, name: str) -> None:
    text = "\n".join(sign.join(row) for row in rows)
    try:
        opened = open_file(text.encode("utf-8", "replace"), name)
    except UnreadableFile:
        return
    understand(opened, knowledge())


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 26), st.integers(0, 4), TEXTS), min_size=1, max_size=4))
def test_spoiling_some_cells_never_changes_the_others(changes: list[tuple[int, int, str]]) -> None:
    rows = [[str(n), unit.name, "5", "80", "90"] for n, unit in enumerate(DISTRICTS, 1)]
    touched = {row for row, _, _ in changes}
    for row, column, text in changes:
        rows[row][column] = text
    found = values(read_table(HANDLING_HEADINGS, *rows))
    named = {fold for row in touched for fold in (DISTRICTS[row].slug,)}

    for number, unit in enumerate(DISTRICTS):
        below_touched = number in touched or number - 1 in touched or number + 1 in touched
        if not below_touched and unit.slug not in named and not any(_means(text) for _, _, text in changes):
            assert [found[unit.slug, code] for code in ("HSTT.QH", "HSTT.DH", "HSTT.TT")] == [5, 80, 90]


def _means(text: str) -> bool:
    """Texts by which a cell changes what the rows below it are."""
    return text in ("STT", "TT", "Tỉnh Gia Lai", "UBND huyện Phú Lộc", "Sở Y tế")


# --- much of it -------------------------------------------------------------------------------------


def _seconds(count: int) -> float:
    """Processor time to read a table of `count` communes, the last hundred of them not on record."""
    known = knowledge()
    path = ("phu-loc", known.issuer, "ca-nuoc")
    units = tuple(UnitRecord(f"xa-{n}", f"UBND xã Số {n}", "commune", None, path[0], path) for n in range(count - 100))
    names = [unit.name for unit in units] + [f"UBND xã Lạ {n}" for n in range(100)]
    headings = ("STT", "Mã định danh", *HANDLING_HEADINGS[1:], "Xếp hạng", "Ghi chú")
    lines = [f"{n};;{name};2.145;{n % 100},5%;90.1;{n};" for n, name in enumerate(names, 1)]
    data = "\n".join([";".join(headings), *lines]).encode()

    began = time.process_time()
    reading = read_bytes(data, "all.csv", replace(known, units=(*known.units, *units)))
    took = time.process_time() - began
    assert (len(facts(reading)), len(reading.unknown_units)) == (count * 3, 100)
    return took


def test_ten_times_the_rows_take_about_ten_times_as_long() -> None:
    """The whole country has 14,000 units. Anything quadratic would take a hundred times as long."""
    assert _seconds(8_000) < 40 * _seconds(800)
