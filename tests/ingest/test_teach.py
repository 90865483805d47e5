"""What a person says of columns and rows acts as what is learnt of it: over random tables, the answered file and the
next one, read with the learnt layouts alone, give the same figures at the same places."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import event, given, settings
from hypothesis import strategies as st

from chiso.ingest.decision import LineDecision, UnitDecision
from chiso.ingest.fact import Letter, Reading
from chiso.ingest.grid import Cell, Document, Paragraph, Table
from chiso.ingest.layout import Knowledge, Role
from chiso.ingest.reading import Opened, understand
from chiso.ingest.section import split
from tests.ingest.knowledge import knowledge

UNITS = ["UBND huyện Phú Vang", "Sở Y tế", "UBND thị xã Hương Trà", "Sở Tài chính", "Nơi lạ"]
WORDS = ["Số lượng", "Kết quả", "Tỷ lệ (%)", "Tổng số", "Điểm", "Tháng 9", "Tháng 8/2023", "Quá hạn", "Tên đơn vị",
         "Hồ sơ trực tuyến", "Đúng hạn (%)", "Xếp hạng", "Điểm (18 điểm)", "STT", "Lũy kế năm 2023", ""]  # fmt: skip
CODES = ["HSTT.QH", "HSTT.TT", "HSTT.DH", "CTDT.CTK", "TONG", "CKMB", "MDSH.4"]
TITLES = ["KẾT QUẢ KHEN THƯỞNG THÁNG 9 NĂM 2023", "Số liệu quý III", ""]


def opened(rows: list[list[Cell]], title: str) -> Opened:
    lines = [Paragraph("Phụ lục V"), *([Paragraph(title)] if title else [])]
    return Opened(Letter(), split(Document([*lines, Table(rows)], "test"))[1], [], "test")


def table(heads: list[tuple[str, ...]], figures: int) -> list[list[Cell]]:
    """A table with headings of one to three rows, and figures that `figures` tells from another month's."""
    depth = max(map(len, heads))
    rows = []
    for level in range(depth):
        texts = [head[min(level, len(head) - 1)] for head in heads]
        row = [Cell("STT", merged=level > 0), Cell("Nơi báo cáo", merged=level > 0)]
        for column, text in enumerate(texts):
            beside = (
                column > 0
                and level < len(heads[column]) - 1
                and heads[column][: level + 1] == heads[column - 1][: level + 1]
            )
            row.append(Cell(text, merged=beside or level >= len(heads[column])))
        rows.append(row)
    for number, unit in enumerate(UNITS, 1):
        cells = [Cell(str(figures + number * 7 + column)) for column in range(len(heads))]
        rows.append([Cell(str(number)), Cell(unit), *cells])
    return rows


def figures(reading: Reading) -> dict[tuple[str | None, str], tuple[int, int, str]]:
    return {
        (fact.unit, fact.indicator): (fact.cell.row, fact.cell.column, fact.printed)
        for each in reading.appendices
        for fact in each.facts
    }


def told(reading: Reading) -> list[tuple[str, int, int]]:
    return sorted((each.why, each.cell.row, each.cell.column) for each in reading.problems)


def learnt(known: Knowledge, reading: Reading) -> Knowledge:
    taught = {layout.code: layout for layout in reading.taught}
    others = tuple(layout for layout in known.layouts if layout.code not in taught)
    units = tuple(
        replace(unit, aliases=(*unit.aliases, "Nơi lạ")) if unit.slug == "phu-loc" else unit for unit in known.units
    )
    return replace(known, layouts=(*others, *taught.values()), units=units)


def titles(known: Knowledge) -> set[tuple[str, str, Role, str, str]]:
    return {
        (layout.code, line.axis, *line.feeds, title)
        for layout in known.layouts
        for line in layout.lines
        for title in line.titles
    }


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[tuple[str, ...]], list[tuple[int, Role, str]], str]:
    heads = draw(st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(tuple), min_size=1, max_size=5))
    codes = draw(st.permutations(CODES))
    said = [(2, Role.UNIT, "")]
    for column in range(3, len(heads) + 3):
        role = draw(st.sampled_from([Role.INDICATOR, Role.INDICATOR, Role.INDICATOR, Role.NONE, Role.RANK]))
        said.append((column, role, codes[column - 3] if role is Role.INDICATOR else ""))
    return heads, said, draw(st.sampled_from(TITLES))


@settings(max_examples=120, deadline=None)
@given(tables())
def test_the_next_file_is_read_by_what_was_learnt_as_this_one_by_what_was_said(given_):
    heads, said, title = given_
    known = knowledge()
    answers = [LineDecision(n, "V", "column", place, role, code) for n, (place, role, code) in enumerate(said, 1)]
    names = [UnitDecision(99, "Nơi lạ", "phu-loc")]
    now = understand(opened(table(heads, 100), title), known, [*answers, *names])
    event(f"stray {len(now.stray)} of {len(answers)}, of this file only {len(now.here)}")
    later = learnt(known, now)
    assert titles(known) <= titles(later)  # all offices share them
    if now.here:
        return
    again = understand(opened(table(heads, 100), title), later)
    assert (figures(again), told(again)) == (figures(now), told(now))
    assert [each.unmapped for each in again.appendices] == [each.unmapped for each in now.appendices]
    if not now.stray:
        wanted = {code: place for place, role, code in said if role is Role.INDICATOR}
        read = {code: column for (_unit, code), (_row, column, _text) in figures(now).items()}
        assert {code: place for code, place in wanted.items() if code in read} == read
    # Other figures, another month in the title: the same columns, nothing asked.
    october = understand(opened(table(heads, 900), title.replace("9", "10").replace("III", "IV")), later)
    assert {key: place[:2] for key, place in figures(october).items()} == {
        key: place[:2] for key, place in figures(now).items()
    }


@settings(max_examples=60, deadline=None)
@given(tables(), tables())
def test_what_is_learnt_of_one_table_moves_no_figure_of_another(learnt_from, read_later):
    """A table with a title of its own and other headings is read as before, or asked about."""
    heads, said, _title = learnt_from
    known = knowledge()
    answers = [LineDecision(n, "V", "column", place, role, code) for n, (place, role, code) in enumerate(said, 1)]
    now = understand(opened(table(heads, 100), "KẾT QUẢ KHEN THƯỞNG"), known, answers)
    another = opened(table(read_later[0], 500), "BẢNG KHÁC HẲN")
    after = understand(another, learnt(known, now))
    if after.appendices[0].layout in {layout.code for layout in now.taught}:
        return  # all its headings are those of the learnt table
    before, later = figures(understand(another, known)), figures(after)
    assert all(before[key] == later[key] for key in before.keys() & later.keys())


def test_headings_that_any_table_may_have_are_learnt_for_their_title_alone():
    heads = [("Số lượng",), ("Số lượng",), ("Tỷ lệ (%)",)]
    said = [
        (2, Role.UNIT, ""),
        (3, Role.INDICATOR, "HSTT.QH"),
        (4, Role.INDICATOR, "CTDT.CTK"),
        (5, Role.INDICATOR, "HSTT.DH"),
    ]
    answers = [LineDecision(n, "V", "column", place, role, code) for n, (place, role, code) in enumerate(said, 1)]
    known = knowledge()
    later = learnt(known, understand(opened(table(heads, 10), "KHEN THƯỞNG THÁNG 9 NĂM 2023"), known, answers))
    assert {
        place[1]
        for place in figures(understand(opened(table(heads, 20), "KHEN THƯỞNG THÁNG 10 NĂM 2023"), later)).values()
    } == {3, 4, 5}
    assert figures(understand(opened(table(heads, 20), "KỶ LUẬT THÁNG 10 NĂM 2023"), later)) == {}


def test_a_table_of_indicators_in_rows_is_learnt_with_its_columns_and_rows():
    heads = ["TT", "Nội dung báo cáo", "Tỉnh ta", "Bình quân chung", "Cán bộ theo dõi"]
    labels = ["Việc trễ", "Việc làm qua mạng (%): 45,5%", "Tỷ lệ hồ sơ đúng hạn, trong hạn", "Thưởng"]

    def month(first: int) -> Opened:
        rows = [[Cell(text) for text in heads]]
        for number, label in enumerate(labels, 1):
            texts = ["", "", "3"] if "qua mạng" in label else [str(first + number), str(first - number), "3"]
            rows.append([Cell(text) for text in [str(number), label.replace("45,5", str(first)), *texts]])
        return opened(rows, f"TÌNH HÌNH CHUNG THÁNG {first % 12} NĂM 2023")

    known = knowledge()
    said = [
        LineDecision(1, "V", "column", 2, Role.LABEL), LineDecision(2, "V", "column", 3, Role.PROVINCE),
        LineDecision(3, "V", "column", 4, Role.NATION), LineDecision(4, "V", "column", 5, Role.NONE),
        LineDecision(5, "V", "row", 2, Role.INDICATOR, "HSTT.QH"), LineDecision(6, "V", "row", 3, Role.INDICATOR, "HSTT.TT"),
        LineDecision(7, "V", "row", 5, Role.NONE),
    ]  # fmt: skip
    assert {"unknown-heading", "no-unit-column"} <= {why for why, _row, _column in told(understand(month(20), known))}
    now = understand(month(20), known, said)
    assert (now.stray, [each for each in now.problems if each.severity == "error"]) == ([], [])
    hue, nation = "thua-thien-hue", "ca-nuoc"
    wanted = {(hue, "HSTT.QH"): "21", (nation, "HSTT.QH"): "19", (hue, "HSTT.DH"): "23", (nation, "HSTT.DH"): "17"}
    assert {key: place[2] for key, place in figures(now).items()} == wanted | {(hue, "HSTT.TT"): "20%"}
    later = understand(month(30), learnt(known, now))
    assert [each for each in later.problems if each.severity == "error"] == []
    assert figures(later).keys() == figures(now).keys()
    assert figures(later)[hue, "HSTT.TT"][2] == "30%"
