"""Jobs that make the databases and the files of a run, from the same formula each time."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter
from django.core.management import call_command
from django.db import connection, models, transaction

from chiso.models import (
    Appendix,
    Dispatch,
    Edition,
    Event,
    Indicator,
    IndicatorSet,
    Issuer,
    Layout,
    LayoutLine,
    Level,
    Membership,
    Result,
    ResultChange,
    Role,
    Standing,
    State,
    Summary,
    Unit,
    User,
    What,
    frozen,
)
from chiso.queries import summary
from chiso.values.alphabet import fold, sort_key

from . import numbers
from .measure import Meter

MOMENT = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
FIRST_YEAR = 2016
PEOPLE = {"clerk": Role.CLERK, "approver": Role.APPROVER, "unit": Role.UNIT}


# --- Who and what there is ------------------------------------------------------------------------
def tables(_meter: Meter) -> None:
    call_command("migrate", verbosity=0)


def register(_meter: Meter, units: int) -> None:
    """Nation, provinces, districts and communes; the indicators and their layout; an office and its people; one open
    edition for the baselines, which cannot make one."""
    with transaction.atomic():
        nation = _unit("ca-nuoc", "Cả nước", Level.NATION, None, 0)
        nation.save()
        _tree(nation, units)
        issuer = Issuer.objects.create(unit=nation, slug=numbers.ISSUER, name="Văn phòng Chính phủ")
        chosen = _indicators()
        _people(nation)
        dispatch = Dispatch.objects.create(
            issuer=issuer,
            year=2015,
            number="1",
            symbol="BASE",
            issued_on=date(2015, 6, 1),
            data_as_of=date(2015, 5, 31),
        )
        Edition.objects.create(dispatch=dispatch, indicator_set=chosen, opened_at=MOMENT)
    _look_at_all()


def _tree(nation: Unit, units: int) -> None:
    provinces, districts = numbers.tree(units)
    above = [
        _unit(f"tinh-{n}", f"UBND tỉnh {numbers.name(n)}", Level.PROVINCE, nation, 0, code=f"P{n:02d}")
        for n in range(provinces)
    ]
    Unit.objects.bulk_create(above)
    middle = [
        _unit(
            f"huyen-{n}", f"UBND huyện {numbers.name(n)}", Level.DISTRICT, above[n % provinces], n,
            code=f"P{n % provinces:02d}.{n}",
        )
        for n in range(1, districts + 1)
    ]  # fmt: skip
    Unit.objects.bulk_create(middle)
    Unit.objects.bulk_create(
        [
            _unit(f"xa-{n}", f"UBND xã {numbers.name(n)}", Level.COMMUNE, middle[n % districts], n, code=_code(n))
            for n in range(districts + 1, units + 1)
        ],
        batch_size=None if connection.vendor == "sqlite" else 5000,
    )


def _code(number: int) -> str:
    return f"X{number % 100:02d}.{number // 100 % 1000:03d}.{number // 100_000:03d}"


def _unit(slug: str, name: str, level: str, parent: Unit | None, order: int, **fields: Any) -> Unit:
    return Unit(
        slug=slug, name=name, level=level, parent=parent, order=order, search=fold(name), sort_key=sort_key(name), **fields
    )  # fmt: skip


def _indicators() -> IndicatorSet:
    chosen = IndicatorSet.objects.create(code="bench", name="Bộ chỉ số", valid_from=date(2010, 1, 1))
    layout = Layout.objects.create(
        indicator_set=chosen, code="bench-index", name="Chỉ số tổng hợp", ordinal=numbers.ORDINAL, titles=[numbers.TITLE]
    )  # fmt: skip
    total = None
    roles = ["position", "code", "unit"]
    for order, (role, title) in enumerate(zip(roles, numbers.HEADINGS, strict=False)):
        LayoutLine.objects.create(layout=layout, role=role, titles=[title], order=order)
    for order, (code, name) in enumerate(numbers.INDICATORS, 1):
        made = Indicator.objects.create(
            indicator_set=chosen, code=code, name=name, kind="score", maximum=20 if total else 100, direction="higher",
            parent=total, part_of_total=total is not None, order=order,
        )  # fmt: skip
        total = total or made
        LayoutLine.objects.create(layout=layout, role="indicator", indicator=made, titles=[name], order=10 + order)
    return chosen


def _people(nation: Unit) -> None:
    User.objects.create_superuser("root@example.org")
    own = Unit.objects.get(order=1, level=Level.DISTRICT)
    for name, role in PEOPLE.items():
        user = User.objects.create_user(f"{name}@example.org")
        Membership.objects.create(user=user, unit=own if role == Role.UNIT else nation, role=role)


# --- Ten years of figures -------------------------------------------------------------------------
def fill(meter: Meter, dispatches: int) -> dict[str, Any]:
    """Published dispatches, month by month: results, their history and standings by a statement each, summaries as
    publication works them out. Indexes and guards are put back at the end."""
    with meter.step("fill"):
        _fill(dispatches)
    return {"results": Result.objects.count(), "standings": Standing.objects.count()}


def _fill(dispatches: int) -> None:
    frozen.drop(connection)
    editions = _editions(dispatches)
    with connection.cursor() as cursor:
        kept = _without_indexes(cursor)
        for number, edition in editions:
            with transaction.atomic():
                _fill_one(cursor, number, edition)
        for statement in kept:
            cursor.execute(statement)
    Edition.objects.filter(pk__in=[edition.pk for _n, edition in editions]).update(
        state=State.PUBLISHED, published_at=MOMENT
    )
    frozen.create(connection)
    _look_at_all()


def _editions(dispatches: int) -> list[tuple[int, Edition]]:
    issuer, chosen = Issuer.objects.get(), IndicatorSet.objects.get(code="bench")
    layout, made = Layout.objects.get(), []
    for number in range(1, dispatches + 1):
        day = date(FIRST_YEAR + (number - 1) // 12, 1 + (number - 1) % 12, 28)
        dispatch = Dispatch.objects.create(
            issuer=issuer, year=day.year, number=str(number), symbol=numbers.SYMBOL, issued_on=day, data_as_of=day
        )
        edition = Edition.objects.create(dispatch=dispatch, indicator_set=chosen, opened_at=MOMENT)
        Appendix.objects.create(edition=edition, ordinal=numbers.ORDINAL, title=numbers.TITLE, layout=layout, order=2)
        made.append((number, edition))
    return made


def _fill_one(cursor: Any, number: int, edition: Edition) -> None:
    appendix = Appendix.objects.get(edition=edition)
    for place, (code, _name) in enumerate(numbers.INDICATORS):
        indicator = Indicator.objects.get(code=code)
        units = (
            f'SELECT id, "order" AS o, {numbers.in_sql(place, number, chr(34) + "order" + chr(34))} AS v'
            " FROM chiso_unit WHERE level IN ('district', 'commune')"
        )
        row, position = f"u.o + {numbers.FIRST_ROW - 1}", "CAST(u.o AS varchar(20))"
        columns = {
            "edition_id": str(edition.pk), "indicator_id": str(indicator.pk), "unit_id": "u.id",
            "value": "u.v / 100.0", "printed": _printed("u.v"), "appendix_id": str(appendix.pk),
            "cell": f"'{numbers.ORDINAL}, row ' || ({row}) || ', column {place + 4}'", "position": position, "row": row,
        }  # fmt: skip
        _insert(cursor, Result, columns, f"({units}) u ORDER BY u.id")
    _remember(cursor, edition)
    _stand(cursor, edition)


def _remember(cursor: Any, edition: Edition) -> None:
    """Each figure is new by a load, and all were published."""
    about = {
        "issuer": edition.dispatch.issuer,
        "dispatch": edition.dispatch,
        "edition": edition,
        "subject": str(edition),
    }
    load = Event.objects.create(what=What.UPLOAD_APPLIED, at=MOMENT, **about)
    Event.objects.create(what=What.EDITION_PUBLISHED, at=MOMENT, **about)
    same = {"edition_id": str(edition.pk), "indicator_id": "r.indicator_id", "unit_id": "r.unit_id", "cell": "r.cell"}
    after = {"value_after": "r.value", "printed_after": "r.printed", "event_id": str(load.pk)}
    _insert(cursor, ResultChange, same | after, f"chiso_result r WHERE r.edition_id = {edition.pk} ORDER BY r.id")


def _printed(value: str) -> str:
    if connection.vendor == "postgresql":
        return f"replace(to_char({value} / 100.0, 'FM9990.00'), '.', ',')"
    return f"replace(printf('%.2f', {value} / 100.0), '.', ',')"


def _stand(cursor: Any, edition: Edition) -> None:
    """Ranks among the units of a level and within each parent, as `queries.standing` has them for these figures: all
    of them scores of which more is better."""
    figures = "chiso_result r JOIN chiso_unit u ON u.id = r.unit_id JOIN chiso_unit p ON p.id = u.parent_id"
    for peers, key in (("u.level", "u.level"), ("u.level || ':' || p.slug", "u.level, u.parent_id")):
        group = f"r.indicator_id, {key}"
        ranked = (
            f"SELECT r.indicator_id, r.unit_id, r.value, {peers} AS peers,"
            f" rank() OVER (PARTITION BY {group} ORDER BY r.value DESC) AS rank,"
            f" count(*) OVER (PARTITION BY {group}) AS rank_of,"
            f" count(*) OVER (PARTITION BY {group}, r.value) > 1 AS tied FROM {figures} WHERE r.edition_id = {edition.pk}"
        )
        columns = {
            name: f"s.{name}" for name in ("indicator_id", "unit_id", "value", "peers", "rank", "rank_of", "tied")
        }
        _insert(cursor, Standing, {"edition_id": str(edition.pk), **columns}, f"({ranked}) s WHERE s.rank_of > 1")
    Summary.objects.bulk_create(summary.of_edition(edition), batch_size=500)


def _insert(cursor: Any, model: type[models.Model], columns: dict[str, str], rows: str) -> None:
    """INSERT..SELECT; a column that this module does not know has its default."""
    more = [
        field
        for field in model._meta.concrete_fields
        if not field.primary_key and field.column not in columns and not field.null
    ]
    columns = columns | {field.column: _literal(field.get_default()) for field in more}
    names = ", ".join(f'"{name}"' for name in columns)
    cursor.execute(f'INSERT INTO "{model._meta.db_table}" ({names}) SELECT {", ".join(columns.values())} FROM {rows}')


def _literal(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).upper()
    return "0" if value is None else str(value) if isinstance(value, int) else f"'{value}'"


def _without_indexes(cursor: Any) -> Sequence[str]:
    """Takes the indexes of the large tables away (unique ones stay: rows come in their order) and gives the statements
    that put them back. Foreign keys are not looked at while rows come from a join, where the server lets us."""
    tables = [model._meta.db_table for model in (Result, ResultChange, Standing)]
    if connection.vendor == "sqlite":
        cursor.execute("PRAGMA foreign_keys = OFF")
        cursor.execute("PRAGMA synchronous = OFF")
        cursor.execute("PRAGMA cache_size = -500000")
        sql = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql NOT LIKE 'CREATE UNIQUE%' AND tbl_name IN "
    else:
        cursor.execute("SELECT usesuper FROM pg_user WHERE usename = current_user")
        if cursor.fetchone()[0]:
            cursor.execute("SET session_replication_role = replica")
        sql = "SELECT indexname, indexdef FROM pg_indexes WHERE indexdef NOT LIKE 'CREATE UNIQUE%%' AND tablename IN "
    cursor.execute(sql + str(tuple(tables)).replace("%%", "%"))
    found = [row for row in cursor.fetchall() if row[1]]
    for name, _sql in found:
        cursor.execute(f'DROP INDEX "{name}"')
    return [statement for _name, statement in found]


def _look_at_all() -> None:
    """Statistics, and nothing left for later: no job pays for what another left."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("ANALYZE")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        else:
            cursor.execute("VACUUM (ANALYZE)")


# --- Files ----------------------------------------------------------------------------------------
def files(_meter: Meter, folder: str, units: int, dispatch: int) -> dict[str, Any]:
    """The wide table as an office sends it, saved again with the same figures, and with one cell of a hundred changed;
    the same figures in rows for the tools that take rows."""
    into = Path(folder)
    into.mkdir(parents=True, exist_ok=True)
    names = dict(Unit.objects.filter(order__gt=0).values_list("order", "name"))
    codes = dict(Unit.objects.filter(order__gt=0).values_list("order", "code"))
    slugs = dict(Unit.objects.filter(order__gt=0).values_list("order", "slug"))
    base = list(numbers.rows(units, dispatch))
    other = [list(figures) for figures in base]
    for unit, place in numbers.changed(units).items():
        other[unit - 1][place] += 1
        other[unit - 1][0] += 1
    for name, rows, author in (("base", base, "A"), ("again", base, "B"), ("changed", other, "A")):
        _wide(into / f"{name}.xlsx", rows, codes, names, author)
    edition = Edition.objects.get(dispatch__symbol="BASE").pk
    long = [
        [edition, slugs[unit], code, f"{value / 100:.2f}"]
        for unit, figures in enumerate(base, 1)
        for (code, _name), value in zip(numbers.INDICATORS, figures, strict=True)
    ]
    head = ["edition", "unit", "indicator", "value"]
    with (into / "long.csv").open("w", newline="", encoding="utf-8") as out:
        csv.writer(out).writerows([head, *long])
    _long(into / "long.xlsx", [[*head, "printed"], *([*row, row[3].replace(".", ",")] for row in long)])
    return {"sum": sum(map(sum, base)), "sum_changed": sum(map(sum, other)), "changed": 2 * len(numbers.changed(units))}


def _wide(path: Path, rows: list[list[int]], codes: dict[int, str], names: dict[int, str], author: str) -> None:
    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
        book.set_properties({"author": author, "created": MOMENT.replace(tzinfo=None)})
        page, plain = book.add_worksheet("Phu luc II"), book.add_format({"num_format": "0.00"})
        above = [
            f"Phụ lục {numbers.ORDINAL}", numbers.TITLE,
            f"(Kèm theo Công văn số 1082/{numbers.SYMBOL} ngày 13/01/2026 của Văn phòng Chính phủ)",
        ]  # fmt: skip
        for line, text in enumerate(above):
            page.write_string(line, 0, text)
        page.write_row(len(above), 0, numbers.HEADINGS)
        for unit, figures in enumerate(rows, 1):
            page.write_row(len(above) + unit, 0, [unit, codes[unit], names[unit]])
            for column, value in enumerate(figures, 3):
                page.write_number(len(above) + unit, column, value / 100, plain)


def _long(path: Path, rows: list[list[Any]]) -> None:
    with xlsxwriter.Workbook(str(path), {"constant_memory": True, "strings_to_numbers": False}) as book:
        page = book.add_worksheet()
        for line, cells in enumerate(rows):
            page.write_row(
                line, 0, [float(cell) if line and column == 3 else cell for column, cell in enumerate(cells)]
            )
