"""The jobs of the stock tools, asked for through the test client as ours are."""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import Any

import simple_history
from django.db import connection
from django.test import Client

from chiso.models import Edition, Result, State, Unit, User

from ..measure import Meter, idle, peak
from .resources import Out


def client() -> Client:
    browser = Client(SERVER_NAME="localhost")
    browser.force_login(User.objects.get(email="root@example.org"), backend="django.contrib.auth.backends.ModelBackend")
    return browser


def with_history() -> Any:
    """Every saved figure leaves a row, as its documentation has it for a model of another app."""
    simple_history.register(Result, app="tests.benchmarks.stock")
    with connection.schema_editor() as schema:
        schema.create_model(Result.history.model)  # type: ignore[attr-defined]
    return Result.history  # type: ignore[attr-defined]


def imported(meter: Meter, folder: str, mode: str) -> dict[str, Any]:
    """Choose the file, look at the preview, confirm: `mode` is "plain" (with history) or "best" (without)."""
    history = with_history() if mode == "plain" else None
    browser, path = client(), Path(folder) / "long.xlsx"
    address = f"/{mode}/chiso/result/"
    browser.get(f"{address}import/")
    _warm(browser, address)
    form, start = {"format": _xlsx(browser, address), "resource": "0"}, round(idle(), 1)
    with meter.step("preview"), path.open("rb") as file:
        answer = browser.post(f"{address}import/", {**form, "import_file": file})
    page = answer.content.decode()
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
    if "import_file_name" not in hidden:
        raise RuntimeError(f"the stock preview refused: {answer.status_code} {page[:1500]}")
    with meter.step("confirm"):
        answer = browser.post(f"{address}process_import/", {k: html.unescape(v) for k, v in hidden.items()})
    if answer.status_code != 302:
        raise RuntimeError(f"the stock import refused: {answer.status_code} {answer.content[:1500]!r}")
    rows = Result.objects.filter(edition__dispatch__symbol="BASE").count()
    told = {"rows": rows, "preview_kb": round(len(page.encode()) / 1000, 1), "peak_first": round(peak(), 1)}
    return told | {"start": start, "history": history.count() if history else 0}


def _xlsx(browser: Client, address: str) -> str:
    page = browser.get(f"{address}import/").content.decode()
    found = re.search(r'<option value="(\d+)"[^>]*>\s*xlsx\s*</option>', page)
    if found is None:
        raise RuntimeError("the stock form offers no XLSX")
    return found.group(1)


def _warm(browser: Client, address: str) -> None:
    """The templates of its preview, by a file of one row that is not taken over."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    page = browser.get(f"{address}import/").content.decode()
    found = re.search(r'<option value="(\d+)"[^>]*>\s*csv\s*</option>', page)
    unit, edition = Unit.objects.filter(order__gt=0)[0], Edition.objects.get(dispatch__symbol="BASE")
    rows = f"edition,unit,indicator,value,printed\n{edition.pk},{unit.slug},TONG,1,1\n".encode()
    file = SimpleUploadedFile("warm.csv", rows)
    browser.post(
        f"{address}import/", {"format": found.group(1) if found else "0", "resource": "0", "import_file": file}
    )


# --- Pages ----------------------------------------------------------------------------------------
def _latest(turn: int) -> int:
    rows = Edition.objects.filter(state=State.PUBLISHED).order_by("-dispatch__data_as_of").values_list("pk", flat=True)
    found = list(rows[:10])
    return int(found[turn % len(found)])


def _with_index(act: Any) -> Any:
    """The index that helps a ranking by value most; taken away again, for it is not ours."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE INDEX bench_by_value ON chiso_result (edition_id, indicator_id, value DESC, unit_id)")
        cursor.execute("ANALYZE chiso_result")
    try:
        return act()
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP INDEX bench_by_value")


def board(meter: Meter, times: int, mode: str) -> dict[str, Any]:
    """`mode`: "loop", as one writes it first, or "window", with the index that it wants."""
    browser = client()
    pages = [f"/{mode}/{_latest(turn)}/" for turn in range(times + 1)]

    def measured() -> None:
        meter.often("first", lambda turn: _got(browser, pages[turn]), times=times, most=30.0)

    if mode == "window":
        _with_index(measured)
    else:
        measured()
    return {}


def unit(meter: Meter, times: int) -> dict[str, Any]:
    browser = client()
    keys = list(Unit.objects.filter(level="commune").order_by("-order").values_list("pk", flat=True)[: times + 1])
    pages = [f"/unit/{keys[turn % len(keys)]}/" for turn in range(times + 1)]
    _with_index(lambda: meter.often("page", lambda turn: _got(browser, pages[turn]), times=times, most=60.0))
    return {"results": Result.objects.filter(unit=keys[0]).count()}


def cookie(_meter: Meter) -> dict[str, Any]:
    return {"cookie": client().cookies["sessionid"].value, "address": f"/window/{_latest(0)}/"}


def index(_meter: Meter, there: bool) -> None:
    """For a server that is asked from outside."""
    with connection.cursor() as cursor:
        if there:
            cursor.execute(
                "CREATE INDEX bench_by_value ON chiso_result (edition_id, indicator_id, value DESC, unit_id)"
            )
            cursor.execute("ANALYZE chiso_result")
        else:
            cursor.execute("DROP INDEX IF EXISTS bench_by_value")


def _got(browser: Client, address: str) -> Any:
    answer = browser.get(address)
    if answer.status_code != 200:
        raise RuntimeError(f"{address}: {answer.status_code} {answer.content[:800]!r}")
    return answer


def exported(meter: Meter, folder: str) -> dict[str, Any]:
    """The newest edition as XLSX, a row a figure."""
    path = Path(folder) / "stock.xlsx"
    path.parent.mkdir(parents=True, exist_ok=True)
    resource, edition = Out(), _latest(0)
    with meter.step("file"):
        data = resource.export(queryset=resource.get_queryset().filter(edition=edition))
        path.write_bytes(data.export("xlsx"))
    return {"rows": len(data), "bytes": path.stat().st_size}


def admin(meter: Meter, times: int) -> dict[str, Any]:
    """The same list and the page of one figure."""
    browser, address = client(), "/lists/chiso/result/"
    last = Result.objects.count() // 100
    result = Result.objects.order_by("-pk")[0]
    pages = {
        "first": address, "last": f"{address}?p={max(1, last)}", "sorted": f"{address}?o=-4",
        "one": f"{address}{result.pk}/change/",
    }  # fmt: skip
    for name, page in pages.items():
        meter.often(name, lambda _turn, page=page: _got(browser, page), times=times, most=15.0)  # type: ignore[misc]
    return {}
