"""The pivot of an appendix says what its figures say one by one, and holds none of them."""

from __future__ import annotations

import io
import tracemalloc
from random import Random
from tempfile import TemporaryFile

import openpyxl
import pytest

from chiso.admin.exchange_figures import sheets
from chiso.ingest.writers import book, text
from chiso.models import Result, Unit, UnitAlias
from chiso.queries import printed
from chiso.values.alphabet import fold, sort_key
from tests import make
from tests.queries import board_at_random
from tests.queries.printed_slowly import units_down

pytestmark = pytest.mark.django_db
NAMES = [
    "UBND xã Quảng Phước", "UBND xã Quang Phước", "xã Quảng Phước", "UBND phường An Hòa", "UBND phường An Hoà",
    "Sở Y tế tỉnh", "UBND TX. Hương Thủy", "UBND thị xã Hương Thủy", "UBND xã Phú - huyện Phú Vang", "UBND huyện Phú",
    "UBND thị trấn A Lưới", "UBND quận 1",
]  # fmt: skip


def named(random: Random) -> None:
    """Names that are alike, or nearly so, and others that are read as they stand; some units have codes."""
    plain = random.random() < 0.5
    for number, unit in enumerate(Unit.objects.order_by("pk")):
        name = f"UBND xã Số {_letters(number)}" if plain else random.choice(NAMES)
        code = f"H57.{number}" if random.random() < 0.6 else None
        Unit.objects.filter(pk=unit.pk).update(
            name=name, code=code, search=fold(f"{name} {code or ''}"), sort_key=sort_key(name)
        )
    if random.random() < 0.4:
        unit, other = random.sample(list(Unit.objects.all()), 2)
        UnitAlias.objects.create(unit=unit, alias=other.name, folded=fold(other.name))


def _letters(number: int) -> str:
    return "".join("abcdeghikl"[int(digit)] for digit in str(number))


def appendix_at_random(seed: int):
    random = Random(seed)  # noqa: S311
    edition = board_at_random.edition(seed)
    named(random)
    here, there = (make.appendix(edition=edition, ordinal=ordinal) for ordinal in ("II", "III"))
    ranked = random.choice([0, 0, 0.5])
    for figure in Result.objects.filter(edition=edition).order_by("pk"):
        figure.appendix = random.choice([here, here, there, None])
        figure.row = random.choice([0, figure.unit_id, figure.unit_id, random.randrange(9)])
        figure.position = random.choice(["", str(figure.unit_id), str(figure.unit_id), "IV"])
        figure.printed_rank = str(figure.unit_id) if random.random() < ranked else ""
        figure.printed = random.choice(["57,72/100", "11.3", "5932", "89.18%", "=1", "\x1f-2", "0 hồ sơ"])
        figure.save()
    return here


@pytest.mark.parametrize("seed", range(10))
def test_the_pivot_says_what_the_figures_say(seed):
    appendix = appendix_at_random(seed)
    headings, rows = units_down(appendix)
    table = printed.of_appendix(appendix)
    assert list(table.headings) == headings
    assert [list(line.texts) for line in table.lines] == rows


def test_a_file_holds_the_same_cells(db):
    appendix = appendix_at_random(3)
    _headings, rows = units_down(appendix)
    out = io.BytesIO()
    book.write(out, sheets([printed.of_appendix(appendix)]))
    page = openpyxl.load_workbook(out).active
    top = len(printed.of_appendix(appendix).above) + 1
    shown = [[_shown(cell) for cell in line] for line in page.iter_rows(min_row=top + 1)]
    assert shown == [[text.replace("\x1f", "") for text in row] for row in rows]


def _shown(cell) -> str:
    """What the cell shows."""
    if cell.data_type != "n" or cell.value is None:
        return cell.value or ""
    percent, places = cell.number_format.endswith("%"), cell.number_format.rstrip("%").partition(".")[2]
    return f"{cell.value * (100 if percent else 1):.{len(places)}f}{'%' * percent}"


@pytest.mark.parametrize("write", [book.write, text.write])
def test_ten_times_the_units_take_no_more_memory(write):
    tree = make.tree()
    peaks = []
    for ordinal, count in (("II", 300), ("II", 3000)):
        edition = make.edition(dispatch=make.dispatch(issuer=tree.issuer, number=str(count)))
        appendix = make.appendix(edition=edition, ordinal=ordinal)
        _fill(edition, appendix, tree, count)
        peaks.append(_peak(lambda table=appendix: _written(write, table)))
    assert peaks[1] < peaks[0] + 2_000_000, peaks  # as objects 3,000 × 3 figures take some 20 MB


def _fill(edition, appendix, tree, count: int) -> None:
    chosen = [make.indicator(code) for code in ("TONG", "HSTT.QH", "MDSH.5")]
    old = {unit.slug: unit for unit in Unit.objects.filter(slug__startswith="many-")}
    new = [
        Unit(slug=f"many-{n}", name=f"UBND xã Số {_letters(n)}", level="commune", parent=tree.districts[0], order=n)
        for n in range(count)
        if f"many-{n}" not in old
    ]
    units = [*old.values(), *Unit.objects.bulk_create(new, batch_size=500)]
    Result.objects.bulk_create(
        [
            Result(
                edition=edition,
                appendix=appendix,
                unit=unit,
                indicator=each,
                value=n,
                printed=str(n),
                row=n + 1,
                position=str(n + 1),
            )
            for n, unit in enumerate(units)
            for each in chosen
        ],
        batch_size=500,
    )


def _written(write, appendix) -> None:
    with TemporaryFile() as out:
        write(out, sheets([printed.of_appendix(appendix)]))


def _peak(act) -> int:
    act()
    tracemalloc.start()
    try:
        act()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
