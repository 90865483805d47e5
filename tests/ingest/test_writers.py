"""Whatever a text holds, the workbook opens without repair, and gives it back or says what it left out."""

from __future__ import annotations

import io
import re
from csv import reader
from decimal import Decimal
from zipfile import ZipFile

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chiso.ingest.grid import Table
from chiso.ingest.readers import read_document
from chiso.ingest.writers import book, line, text
from chiso.values.number import Kind

LONGEST = 32_767  # of a cell, in the units of UTF-16


def sheet(*texts: str, title: str = "S") -> line.Sheet:
    rows = [line.Line([line.TEXT, line.TEXT], [each, "y"]) for each in texts]
    return line.Sheet(title, (), ("a", "b"), rows)


def workbook(*sheets: line.Sheet) -> bytes:
    out = io.BytesIO()
    book.write(out, sheets)
    return out.getvalue()


def csv(*sheets: line.Sheet) -> bytes:
    out = io.BytesIO()
    text.write(out, sheets)
    return out.getvalue()


def kept(data: bytes) -> list[str]:
    """The texts as the file itself has them, with what Excel makes of its escapes."""
    with ZipFile(io.BytesIO(data)) as parts:
        page = parts.read("xl/worksheets/sheet1.xml").decode()
    found = re.findall("<t[^>]*>(.*?)</t>", page, re.DOTALL)
    return [re.sub("_x([0-9A-Fa-f]{4})_", lambda sign: chr(int(sign[1], 16)), each) for each in found]


def units(said: str) -> int:
    return len(said.encode("utf-16-le")) // 2


def back(data: bytes, name: str) -> list[str]:
    return [row[0].text for block in read_document(data, name).blocks if isinstance(block, Table) for row in block.rows]


@pytest.mark.parametrize("long", ["x" * 40_000, "😀" * 20_000, "_x0041_" * 9_000, "a" + "😀" * 16_384])
def test_a_text_longer_than_a_cell_is_cut_and_says_how_much_is_left_out(long):
    _head, _other, found, _y = kept(workbook(sheet(long)))
    assert units(found) <= LONGEST
    begin, _, more = found.rpartition("… [+")
    assert long.startswith(begin)
    assert len(begin) + int(more.rstrip("]")) == len(long)
    assert units(found) > LONGEST - 10
    assert openpyxl.load_workbook(io.BytesIO(workbook(sheet(long)))).active["A2"].value
    assert long in csv(sheet(long)).decode("utf-8-sig"), "a file of text holds it whole"


@pytest.mark.parametrize("longest", ["x" * LONGEST, "😀" * 16_383, "_x0041_" * 4_681])
def test_what_just_fits_is_whole(longest):
    assert kept(workbook(sheet(longest)))[2] == longest


@pytest.mark.parametrize("odd", ["_x0041_", "a_x000D_b", "_x005F_", "_x0041_x0041_", "__x0041__", "_xzzzz_", "_x41_"])
def test_what_looks_like_an_escape_is_none(odd):
    data = workbook(sheet(odd, odd))
    assert kept(data)[2::2] == [odd, odd]
    assert back(data, "a.xlsx")[1:] == [odd, odd]


@pytest.mark.parametrize("write", [workbook, csv])
def test_half_a_sign_is_marked(write):
    """No file can hold one; what stands beside it stays, and that something stood there is seen."""
    assert "a\ufffdb" in back(write(sheet("a\ud800b", "x")), "a.xlsx" if write is workbook else "a.csv")


@pytest.mark.parametrize(
    "titles", [("I/1", "I:1"), ("Phụ lục i", "Phụ lục I"), ("x" * 40, "x" * 41), ("History",), ("\ud800",)]
)
def test_names_of_sheets_are_legal_and_differ(titles):
    names = openpyxl.load_workbook(io.BytesIO(workbook(*(sheet("1", title=each) for each in titles)))).sheetnames
    assert len({name.lower() for name in names}) == len(titles)
    assert all(0 < units(name) <= 31 and name.lower() != "history" for name in names)


@pytest.mark.parametrize("sign", "=+-@＝＋－＠\t")
def test_a_text_that_a_spreadsheet_may_run_is_guarded(sign):
    """Signs of full width too: where people type in them, a spreadsheet takes them for the narrow ones."""
    said = f"{sign}1+1"
    rows = list(reader(csv(sheet(said)).decode("utf-8-sig").splitlines()))
    assert rows[1] == [f"'{said}", "y"]
    with ZipFile(io.BytesIO(workbook(sheet(said)))) as parts:
        page = parts.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in page
    assert 't="inlineStr"' in page


@given(st.text(st.characters(), max_size=30))
@settings(max_examples=100, deadline=None)
def test_any_text_makes_a_file_that_opens(said):
    found = openpyxl.load_workbook(io.BytesIO(workbook(sheet(said, "x", title=said))))
    assert found.active["A3"].value == "x"
    assert csv(sheet(said, "x")).decode("utf-8-sig").endswith("x,y\r\n")


@given(st.from_regex(r"\A0{0,2}[0-9]{1,13}(\.[0-9]{0,6})?%?\Z"), st.sampled_from(Kind))
@settings(max_examples=500)
def test_the_format_told_by_a_shape_is_that_of_reading_there_and_back(printed, kind):
    assert line.number_format(printed, kind) == line._read_back(printed, kind)


@given(st.from_regex(r"\A-?[0-9]{1,11}(\.[0-9]{0,4})?%\Z"))
def test_a_percentage_is_the_number_that_a_cell_holds(printed):
    assert Decimal(line.number(printed)) == Decimal(printed[:-1]).scaleb(-2)
