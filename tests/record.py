"""The reference data, dispatch 1082 and the two sample dispatches beside it as the real ways in store them: for tests
of whole paths."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import openpyxl
from django.apps import apps
from django.db import connection, transaction

from chiso.actions import edition as editions
from chiso.actions import office, reference
from chiso.actions import upload as uploads
from chiso.models import Edition, Issuer, Membership, Role, Unit, Upload, User
from tests.ingest.expected import FOLDER, NUMBERS, sample

NUMBER = "1082/VPUB-KSTT"


_office: dict[str, tuple[list[str], list[Any]]] = {}  # by table: its columns and its rows


def office_of_2023() -> Issuer:
    """Reference data, and the office of Thừa Thiên Huế. In an empty database the rows that came of it the first time are
    put back as they were: a tenth of what it takes to read the files anew, which most tests would wait for."""
    with transaction.atomic(), connection.cursor() as cursor:  # a row may stand before the one that it speaks of
        empty = not any(_rows(cursor, table, limit=1)[1] for table in _tables())
        if empty and _office:
            for table, (columns, rows) in _office.items():
                names = ", ".join(map(connection.ops.quote_name, columns))
                places = ", ".join(["%s"] * len(columns))
                cursor.executemany(f"INSERT INTO {connection.ops.quote_name(table)} ({names}) VALUES ({places})", rows)
            return Issuer.objects.get()
        reference.load(folder=FOLDER.parent)
        made = office.issuer_for(Unit.objects.get(slug="thua-thien-hue"))
        if empty:
            _office.update((table, found) for table in _tables() if (found := _rows(cursor, table))[1])
        return made


def _tables() -> list[str]:
    return [model._meta.db_table for model in apps.get_app_config("chiso").get_models(include_auto_created=True)]


def _rows(cursor: Any, table: str, limit: int = 10_000) -> tuple[list[str], list[Any]]:
    cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)} LIMIT {limit}")
    return [column[0] for column in cursor.description], cursor.fetchall()


def person(email: str = "clerk@example.org", *, role: str = Role.CLERK, unit: str = "thua-thien-hue") -> User:
    user = User.objects.create_user(email)
    Membership.objects.create(user=user, unit=Unit.objects.get(slug=unit), role=role)
    return user


def staged(ending: str = ".docx", *, data: bytes | None = None, by: User | None = None, **more: Any) -> Upload:
    content = sample(ending) if data is None else data
    return uploads.stage(data=content, name=f"dispatch-1082{ending}", issuer=None, by=by, **more)


def loaded(ending: str = ".docx", *, data: bytes | None = None, by: User | None = None) -> Edition:
    """Dispatch 1082 in its draft, from one of the sample files or one like it."""
    return uploads.apply(upload=staged(ending, data=data, by=by), by=by)


def published(
    edition: Edition | None = None, *, by: User | None = None, accept: str = "Giữ như văn bản đã ban hành"
) -> Edition:
    """An edition (dispatch 1082, unless one is given) handed in by the system and published."""
    edition = editions.submit(edition=edition or loaded(), by=None)
    return editions.publish(edition=edition, by=by, accept_warnings=accept)


def published_three(*, by: User | None = None) -> tuple[Edition, Edition, Edition]:
    """Dispatches 943, 1082 and 1204 (August, September, October 2023), each published before the next is loaded.
    The figures of each: `tests.ingest.expected.figures(number=…)`."""
    first, second, third = (published(_drafted(number), by=by) for number in NUMBERS)
    return first, second, third


def _drafted(number: str) -> Edition:
    data, name = sample(".docx", number=number), f"dispatch-{number}.docx"
    return uploads.apply(upload=uploads.stage(data=data, name=name, issuer=None, by=None), by=None)


def workbook(change: Callable[[openpyxl.Workbook], None]) -> bytes:
    """The sample workbook with something changed in it."""
    book = openpyxl.load_workbook(io.BytesIO(sample(".xlsx")))
    change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def cell_of(book: openpyxl.Workbook, appendix: str, row: int, column: int) -> Any:
    """The cell of a table's row and column as printed: the workbook's tables begin below their title lines."""
    sheet = book[f"Phụ lục {appendix}"]
    top = next(cell.row for line in sheet.iter_rows() for cell in line if cell.value == "STT")
    return sheet.cell(top + row - 1, column)
