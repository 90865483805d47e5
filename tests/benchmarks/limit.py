"""The limit: what the database, or a bare reader, needs with no Python for a cell. No check, no history but the rows."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from chiso.models import Edition, Event, Result, ResultChange

from .measure import Meter

_STAGED = "CREATE TEMPORARY TABLE raw (edition bigint, unit text, indicator text, value numeric)"
_NEW = """
    CREATE TEMPORARY TABLE fresh AS
    SELECT raw.edition AS e, i.id AS i, u.id AS u, raw.value AS v, r.value AS o, r.printed AS p
    FROM raw JOIN chiso_unit u ON u.slug = raw.unit
    JOIN chiso_edition e ON e.id = raw.edition
    JOIN chiso_indicator i ON i.indicator_set_id = e.indicator_set_id AND i.code = raw.indicator
    LEFT JOIN chiso_result r ON r.edition_id = raw.edition AND r.indicator_id = i.id AND r.unit_id = u.id
    WHERE r.id IS NULL OR r.value <> raw.value"""
_MERGE = """
    INSERT INTO chiso_result (edition_id, indicator_id, unit_id, value, printed, cell, position, printed_rank, "row")
    SELECT e, i, u, v, v, '', '', '', 0 FROM fresh WHERE true
    ON CONFLICT (edition_id, indicator_id, unit_id) DO UPDATE SET value = excluded.value, printed = excluded.printed"""
_HISTORY = """
    INSERT INTO chiso_resultchange
    (edition_id, indicator_id, unit_id, value_before, printed_before, value_after, printed_after, cell, event_id)
    SELECT e, i, u, o, coalesce(p, ''), v, v, '', %s FROM fresh"""


def imported(meter: Meter, folder: str) -> dict[str, Any]:
    """Staging, merge and history of the figures in rows."""
    event = Event.objects.create(what="upload.applied").pk
    path = Path(folder) / "long.csv"
    edition = Edition.objects.get(dispatch__symbol="BASE")
    with meter.step("all"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_STAGED)
        _stage(cursor, path)
        for statement, values in ((_NEW, None), (_MERGE, None), (_HISTORY, [event])):
            cursor.execute(statement, values)
    rows = Result.objects.filter(edition=edition).count()
    return {"rows": rows, "changes": ResultChange.objects.filter(edition=edition).count()}


def _stage(cursor: Any, path: Path) -> None:
    if connection.vendor == "postgresql":
        with cursor.copy("COPY raw FROM STDIN WITH (FORMAT csv, HEADER)") as copy, path.open("rb") as file:
            while block := file.read(1 << 18):
                copy.write(block)
        return
    with path.open(newline="", encoding="utf-8") as lines:
        rows = csv.reader(lines)
        next(rows)
        connection.connection.executemany("INSERT INTO raw VALUES (?, ?, ?, ?)", rows)


def read(meter: Meter, folder: str, times: int) -> None:
    """The wide file by calamine alone."""
    from python_calamine import load_workbook

    path = str(Path(folder) / "base.xlsx")
    meter.often("read", lambda _turn: load_workbook(path).get_sheet_by_index(0).to_python(), times=times)


def exported(meter: Meter, folder: str, times: int) -> dict[str, Any]:
    """The same wide table by one pivot: COPY on PostgreSQL, the csv module on SQLite."""
    path = Path(folder) / "limit.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    edition = Edition.objects.order_by("-dispatch__data_as_of", "-pk")[0]
    codes = connection.cursor()
    codes.execute(
        'SELECT id FROM chiso_indicator WHERE indicator_set_id = %s ORDER BY "order"', [edition.indicator_set_id]
    )
    columns = ", ".join(f"max(CASE WHEN r.indicator_id = {key} THEN r.value END)" for (key,) in codes.fetchall())
    sql = (
        f'SELECT u."order", u.code, u.name, {columns} FROM chiso_result r JOIN chiso_unit u ON u.id = r.unit_id'
        f' WHERE r.edition_id = {edition.pk} GROUP BY u."order", u.code, u.name ORDER BY u."order"'
    )
    meter.often("csv", lambda _turn: _write(sql, path), times=times)
    with path.open() as lines:
        return {"rows": sum(1 for _line in lines)}


def _write(sql: str, path: Path) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with path.open("wb") as out, cursor.copy(f"COPY ({sql}) TO STDOUT WITH (FORMAT csv)") as copy:
                for block in copy:
                    out.write(block)
            return
        cursor.execute(sql)
        with path.open("w", newline="", encoding="utf-8") as out:
            csv.writer(out).writerows(iter(cursor.fetchone, None))


def converted(meter: Meter, folder: str, office: str) -> None:
    """LibreOffice merely turns the file into CSV."""
    import subprocess

    command = [office, "--headless", f"-env:UserInstallation=file://{folder}/office", "--convert-to", "csv"]
    command += ["--outdir", f"{folder}/converted", f"{folder}/base.xlsx"]
    subprocess.run(command, check=True, capture_output=True)  # the first one makes its profile
    with meter.step("convert"):
        subprocess.run(command, check=True, capture_output=True)
