"""The fast way to write and compare figures says the same as the plain one, told a second time here: by models, one
statement after the other. And what it asks of the database does not grow with the file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chiso.actions import figures, trail, writer
from chiso.actions import upload as uploads
from chiso.admin import preview as previews
from chiso.admin.marked import DOUBTFUL
from chiso.models import Event, Result, ResultChange, Unit, Upload, What
from chiso.queries import stored
from chiso.queries import upload as plans
from chiso.values.alphabet import fold, sort_key
from tests import make

pytestmark = pytest.mark.django_db
FIELDS = ["value", "out_of", "printed", "appendix_id", "source_id", "cell", "position", "printed_rank", "row"]
CAPTION = "(Kèm theo Công văn số 1082/VPUB-KSTT ngày 13/9/2023 của Văn phòng UBND tỉnh Thừa Thiên Huế)"
HEAD = "STT\tTên đơn vị\tChỉ số tổng hợp\tTổng số hồ sơ xử lý quá hạn\tTỷ lệ hồ sơ đúng hạn, trong hạn (%)"
numbers = st.decimals(0, Decimal("99999999999.9999"), places=4)  # 15 digits, as many as a figure has
texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20) | st.sampled_from(
    ["\\N", "\\", "a\tb", "x\ny", "'\"", "=1", "é\u0301"]
)
hand_written = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def world():
    tree = make.tree()
    edition = make.edition(dispatch=make.dispatch(issuer=tree.issuer))
    units = [unit.pk for unit in (*tree.districts, *tree.communes)]
    return edition, units, [make.indicator(code).pk for code in ("TONG", "CKMB", "HSTT.QH")]


@st.composite
def rounds(draw: st.DrawFn) -> list[dict[tuple[int, int], tuple[bool, dict[str, Any]]]]:
    """What is written one time after the other: place -> whether only its place moved, and the row."""
    row = st.fixed_dictionaries(
        {
            "value": numbers, "out_of": st.none() | numbers, "printed": texts, "appendix_id": st.none() | st.just(7),
            "source_id": st.none() | st.just(9), "cell": st.just("") | texts, "position": st.just("") | texts,
            "printed_rank": st.just("") | texts, "row": st.integers(0, 9),
        }
    )  # fmt: skip
    places = st.tuples(st.integers(0, 2), st.integers(0, 7))
    return draw(st.lists(st.dictionaries(places, st.tuples(st.booleans(), row), max_size=8), min_size=1, max_size=3))


def plainly(edition: Any, event: Event, indicator: int, unit: int, moved: bool, row: dict[str, Any]) -> None:
    """The slow second telling."""
    before = Result.objects.filter(edition=edition, indicator=indicator, unit=unit).first()
    Result.objects.update_or_create(edition=edition, indicator_id=indicator, unit_id=unit, defaults=row)
    if not moved:
        ResultChange.objects.create(
            edition=edition, indicator_id=indicator, unit_id=unit, event=event, cell=row["cell"],
            value_before=before.value if before else None, out_of_before=before.out_of if before else None,
            printed_before=before.printed if before else "", value_after=row["value"], out_of_after=row["out_of"],
            printed_after=row["printed"],
        )  # fmt: skip


def told(edition: Any) -> tuple[list[Any], list[Any]]:
    """All that is stored, and its history in the order in which it came."""
    history = [
        "event__subject", "indicator_id", "unit_id", "value_before", "out_of_before", "printed_before", "value_after",
        "out_of_after", "printed_after", "cell",
    ]  # fmt: skip
    results = Result.objects.filter(edition=edition).order_by("indicator", "unit")
    changes = ResultChange.objects.filter(edition=edition).order_by("event", "indicator", "unit")
    return list(results.values_list("indicator", "unit", *FIELDS)), list(changes.values_list(*history))


@pytest.mark.parametrize("copy_from", [0, 1_000], ids=["copied", "row by row"])
@hand_written
@given(several=rounds())
def test_the_writer_stores_what_models_would(world, copy_from, several):
    edition, units, indicators = world
    after = []
    for way in ("fast", "plain"):
        with undone(), pytest.MonkeyPatch.context() as patch:
            patch.setattr(writer, "COPY_FROM", copy_from)
            for number, rows in enumerate(several):
                event = trail.record(What.UPLOAD_APPLIED, by=None, subject=str(number), edition=edition)
                known = {(row.indicator_id, row.unit_id): row for row in Result.objects.filter(edition=edition)}
                changes, moved = [], []
                for (which, whose), (is_moved, row) in rows.items():
                    indicator, unit = indicators[which], units[whose]
                    before = known.get((indicator, unit))
                    if way == "plain":
                        plainly(edition, event, indicator, unit, is_moved, row)
                    elif is_moved:
                        moved.append(writer.Row(indicator, unit, **row))
                    else:
                        state = writer.State(before.value, before.out_of, before.printed) if before else writer.NONE
                        changes.append((state, writer.Row(indicator, unit, **row)))
                if way == "fast":
                    writer.store(edition.pk, changes, moved, event_id=event.pk)
            after.append(told(edition))
    assert after[0] == after[1]


@hand_written
@given(rows=st.dictionaries(st.integers(0, 7), st.tuples(numbers, st.none() | numbers), min_size=1))
def test_stored_values_are_compared_to_the_last_digit(world, rows):
    edition, units, indicators = world
    with undone():
        for whose, (value, out_of) in rows.items():
            Result.objects.create(
                edition=edition, indicator_id=indicators[0], unit_id=units[whose], value=value, out_of=out_of,
                printed="x",
            )  # fmt: skip
        found = stored.figures(edition)
        slugs = dict(Unit.objects.values_list("pk", "slug"))
        for whose, (value, out_of) in rows.items():
            figure = found[slugs[units[whose]], "TONG"]
            assert (figure.value, figure.out_of) == (stored.scaled(value), stored.scaled(out_of))
            assert figure.state == (value, out_of, "x")
        assert len(found) == len(rows)


@pytest.mark.parametrize("many", [1, 8])
def test_what_is_taken_out_stays_in_its_history(world, many):
    edition, units, _indicators = world
    rows = [
        make.result(edition=edition, unit=Unit.objects.get(pk=unit), code="TONG", text="57.72", cell="II, row 3")
        for unit in units
    ][:many]
    event = trail.record(What.RESULT_REMOVED, by=None, subject="x", edition=edition)
    figures.erase(rows, event=event)
    assert Result.objects.filter(edition=edition).count() == len(units) - len(rows)
    changes = ResultChange.objects.filter(event=event).values_list(
        "unit", "value_before", "printed_before", "value_after", "out_of_after", "printed_after", "cell"
    )
    assert list(changes.order_by("pk")) == [
        (row.unit_id, Decimal("57.72"), "57.72", None, None, "", "II, row 3") for row in rows
    ]


# --- nothing grows with the file -------------------------------------------------------------------------


def province(count: int) -> Any:
    """A province of so many communes."""
    tree = make.tree()
    make.indicator_set()
    Unit.objects.bulk_create(
        Unit(
            slug=f"phuong-{n}", name=f"Phường {n}", level="commune", kind="phường", parent=tree.districts[n % 4],
            order=n, search=fold(f"Phường {n}"), sort_key=sort_key(f"Phường {n}"),
        )
        for n in range(1, count + 1)
    )  # fmt: skip
    return tree


def table(count: int, total: str = "57,72", unknown: str = "") -> bytes:
    lines = [f"{n}\tPhường {unknown}{n}\t{total}\t{n % 90}\t{2 + n % 90},5" for n in range(1, count + 1)]
    return "\n".join(["Phụ lục II", "BẢNG SỐ LIỆU CHUNG", CAPTION, HEAD, *lines]).encode()


def staged(tree: Any, data: bytes) -> Upload:
    return uploads.stage(data=data, name="bang.txt", issuer=tree.issuer, by=None)


def taken(tree: Any, data: bytes) -> list[str]:
    """What is asked of the database to take a file over."""
    upload = staged(tree, data)
    with CaptureQueriesContext(connection) as asked:
        uploads.apply(upload=upload, by=None)
    return [re.sub(r"^\d+ times: ", "", each["sql"]) for each in asked.captured_queries]


MOST_STATEMENTS = 37  # of a new dispatch on PostgreSQL; 34 on SQLite, into a draft 29


@pytest.mark.parametrize("count", [80, 240])
def test_as_many_statements_whatever_the_size(count):
    tree = province(count)
    first = taken(tree, table(count))
    assert len(first) <= MOST_STATEMENTS
    assert Result.objects.count() == ResultChange.objects.count() == 3 * count
    into = [sql for sql in first if re.match('(INSERT INTO|UPDATE) "chiso_result(change)?"', sql)]
    assert len(into) == 2
    changed = taken(tree, table(count, total="48,7"))
    assert len(changed) <= MOST_STATEMENTS
    assert ResultChange.objects.count() == 4 * count


def test_an_unchanged_file_writes_no_figure():
    tree = province(80)
    taken(tree, table(80))
    again = taken(tree, table(80))
    assert not [sql for sql in again if re.match('(INSERT INTO|UPDATE|DELETE FROM|COPY) "?chiso_(result|staged)', sql)]
    assert ResultChange.objects.count() == 240


@pytest.mark.parametrize(
    "second", [{"total": "48,7"}, {"unknown": "Lạ "}, {"total": "2.6O8"}], ids=["changed", "unknown", "unread"]
)
def test_the_preview_weighs_as_much_whatever_the_size(client, second):
    tree = province(900)
    client.force_login(make.cast(tree=tree).clerk)
    taken(tree, table(900))
    upload = staged(tree, table(900, **second))
    page = client.get(f"/admin/chiso/upload/{upload.pk}/change/")
    assert page.status_code == 200
    assert len(page.content) <= 300_000


def test_the_rows_to_look_at_are_those_whose_cells_say_so():
    """A row says by itself whether it is doubtful, without its cells."""
    tree = province(60)
    taken(tree, table(60))
    mixed = table(60).decode().replace("Phường 7\t", "Phường Lạ\t").replace("Phường 9\t57,72", "Phường 9\t48,7")
    mixed = mixed.replace("Phường 11\t57,72", "Phường 11\t5O,1").replace("Phường 13\t57,72", "Phường 13\t-")
    upload = staged(tree, mixed.encode())
    shown = previews.of(
        plans.plan(Upload.objects.select_related("issuer__unit", "edition__dispatch").get(pk=upload.pk))
    )
    doubtful = {row.number for sheet in shown.sheets for row in sheet.rows if row.is_doubtful}
    plain = {
        row.number
        for sheet in shown.sheets
        for row in sheet.rows
        if row.asks or any(cell.mark in DOUBTFUL for cell in row.cells)
    }
    assert doubtful == plain
    assert len(doubtful) == 4
