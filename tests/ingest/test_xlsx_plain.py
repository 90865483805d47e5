"""A plain sheet found by one pattern is the sheet that a pass over all its elements finds."""

from __future__ import annotations

from xml.parsers.expat import ExpatError

from hypothesis import given, settings
from hypothesis import strategies as st

from chiso.ingest.fact import UnreadableFile
from chiso.ingest.readers import xlsx_losses
from chiso.ingest.readers.xlsx_plain import plain_cells

FORMATS = ["General", "0.00", "0%"]
HEAD, TAIL = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<worksheet xmlns="m"><cols/>',
    "<pageMargins left='1'/></worksheet>",
)
texts = st.sampled_from(["", "Sở Y tế", "a&amp;b", "x", "²", "\x01", "a > b", "-", "'"])
numbers = st.sampled_from(["1", "57.72", "1E-3", "", "-4", "x"])
kinds = st.sampled_from([
    '<c r="{at}"{s}><v>{n}</v></c>', '<c r="{at}"{s} t="n"><v>{n}</v></c>', '<c r="{at}"{s} t="s"><v>0</v></c>',
    '<c r="{at}"{s} t="inlineStr"><is><t>{t}</t></is></c>', '<c r="{at}"{s}/>', '<c r="{at}"{s}></c>',
    '<c r="{at}" t="inlineStr"><is><t xml:space="preserve">{t}</t></is></c>',
])  # fmt: skip
odd = st.sampled_from([
    '<c r="{at}"{s} t="e"><v>#N/A</v></c>', '<c r="{at}"{s} t="b"><v>1</v></c>', '<c r="{at}"><f>A1</f><v>{n}</v></c>',
    '<c{s}><v>{n}</v></c>', '<c r="{at}" t="str"><v>{t}</v></c>', '<c r="{at}" t="d"><v>2023-01-01</v></c>', "<c>",
    '<c r="{at}"><v>{n}</v>', '<c r="{at}" t="inlineStr"><is><r><t>{t}</t></r></is></c>', "<!-- x -->", "x",
])  # fmt: skip


@st.composite
def sheets(draw, cells):
    rows = []
    for row in range(1, draw(st.integers(1, 4))):
        made = ""
        for column in "ABZ":
            style = draw(st.sampled_from(["", ' s="0"', ' s="1"', ' s="2"', ' s="9"']))
            at = draw(st.sampled_from([f"{column}{row}", f"{column}{row}", f"AB{row + 3}"]))
            made += draw(cells).format(at=at, s=style, n=draw(numbers), t=draw(texts))
        rows.append(f'<row r="{row}" spans="1:3">{made}</row>')
    return f"{HEAD}<sheetData>{''.join(rows)}</sheetData>{TAIL}".encode("utf-8", "replace")


def losses(xml: bytes):
    """What is kept of a sheet, or what is said of it: the format of every number spelt out."""
    try:
        found = xlsx_losses._Sheet(xml, FORMATS, {}, False).losses
    except (ExpatError, UnreadableFile) as fault:
        return type(fault).__name__
    return found


def check(xml: bytes, patch) -> None:
    quick = losses(xml)
    plain = plain_cells(xml)
    with patch.context() as slowly:
        slowly.setattr(xlsx_losses, "plain_cells", lambda _xml: None)
        slow = losses(xml)
    if isinstance(slow, str) or isinstance(quick, str):
        assert quick == slow
        return
    assert (quick.rows, quick.columns, quick.troubles, quick.raised) == (
        slow.rows, slow.columns, slow.troubles, slow.raised,
    )  # fmt: skip
    assert {place: quick.formats.get(place, quick.usual) for place in slow.formats} == slow.formats
    assert plain is None or set(quick.formats) <= set(slow.formats)


def test_the_last_of_two_cells_of_one_place_counts_in_both(monkeypatch):
    twice = '<c r="A1" s="1"><v>1</v></c><c r="B1"><v>1</v></c><c r="A1"><v>1</v></c>'
    xml = f'{HEAD}<sheetData><row r="1">{twice}</row></sheetData>{TAIL}'.encode()
    assert plain_cells(xml) is not None
    check(xml, monkeypatch)


def test_plain_sheets_are_found_alike(monkeypatch):
    taken = []

    @settings(deadline=None, max_examples=300)
    @given(sheets(kinds))
    def every(xml: bytes) -> None:
        check(xml, monkeypatch)
        taken.append(plain_cells(xml) is not None)

    every()
    assert any(taken)


def test_odd_sheets_are_found_alike(monkeypatch):
    @settings(deadline=None, max_examples=300)
    @given(sheets(st.one_of(kinds, odd)))
    def every(xml: bytes) -> None:
        check(xml, monkeypatch)

    every()
