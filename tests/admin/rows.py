"""Files of rows for the tests of import and export: out through the desk's addresses, changed, in again."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

import openpyxl
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from chiso.admin.records import RESOURCES
from chiso.models import Upload, User

Rows = list[list[str]]
ENDINGS = ["xlsx", "csv"]
TABLES = ["unit", "indicator", "layout", "membership"]


def exported(client: Client, page: str) -> bytes:
    """`page` as in "unit/export/csv" or "appendix/7/export/xlsx"."""
    answer = client.get(f"/admin/chiso/{page}/")
    assert answer.status_code == 200, (page, answer.status_code)
    return answer.getvalue()


def table_of(data: bytes) -> Rows:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))


def csv_of(rows: Rows) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


def changed(client: Client, table: str, change: Callable[[Rows], None]) -> bytes:
    """The export of a table of records, with its rows changed; its headings by the names that machines write."""
    rows = table_of(exported(client, f"{table}/export/csv"))
    rows[0] = [field.column_name for field in RESOURCES[table](user=User()).fields.values()]
    change(rows)
    return csv_of(rows)


def cell(rows: Rows, key: str, column: str, value: str) -> None:
    """Write into the row whose first cell is `key`."""
    row = next(row for row in rows if row[0] == key)
    row[rows[0].index(column)] = value


def sent(client: Client, page: str, data: bytes, ending: str = "csv", **fields: Any) -> Any:
    """Put a file into the form of an Import button; the page that it leads to."""
    file = SimpleUploadedFile(f"rows.{ending}", data)
    return client.post(f"/admin/chiso/{page}/", {"file": file, "text": "", **fields}, follow=True)


def brought(client: Client, table: str, data: bytes, ending: str = "csv") -> Any:
    """What the preview of a file of records says."""
    return sent(client, f"{table}/import", data, ending).context["brought"]


def told(client: Client, table: str, data: bytes, ending: str = "csv") -> list[str]:
    """Everything that the preview finds wrong."""
    found = brought(client, table, data, ending)
    return [*found.faults, *(problem for line in found.lines for problem in line.problems)]


def confirmed(client: Client, shown: str | None = None) -> Any:
    """Press the button of the last upload's preview."""
    upload = Upload.objects.latest("pk")
    if shown is None:
        shown = client.get(f"/admin/chiso/upload/{upload.pk}/change/").context["brought"].fingerprint
    return client.post(f"/admin/chiso/upload/{upload.pk}/apply/", {"shown": shown}, follow=True)


def book_of(data: bytes, change: Callable[[openpyxl.Workbook], None]) -> bytes:
    """A workbook with something changed in it."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
