"""What a person does in Chiso, done through its own pages and actions."""

from __future__ import annotations

import html
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.models import Sum
from django.template import Template
from django.test import Client
from django.test.utils import instrumented_test_render
from django.urls import reverse

from chiso.actions import edition as editions
from chiso.models import Edition, Issuer, Result, ResultChange, Standing, State, Unit, Upload, User, What

from . import numbers
from .measure import Meter, idle, peak

_HIDDEN = r'name="{}" value="([^"]*)"'


class Refused(Exception):
    """A page answered something else than was asked of it."""


def person(name: str) -> User:
    return User.objects.get(email=f"{name}@example.org")


def client(name: str) -> Client:
    browser = Client(SERVER_NAME="localhost")
    browser.force_login(person(name), backend="allauth.account.auth_backends.AuthenticationBackend")
    return browser


# --- A. Import ------------------------------------------------------------------------------------
def imported(meter: Meter, folder: str, facts: dict[str, Any], publish: bool) -> dict[str, Any]:
    """Load, look and take over; the same figures saved anew; the same bytes; one cell of a hundred; publication."""
    browser, done = client("clerk"), {}
    _warm(browser)
    files = {name: (Path(folder) / f"{name}.xlsx").read_bytes() for name in ("base", "again", "changed")}
    done["start"] = round(idle(), 1)
    edition, done["preview_kb"] = _loaded(meter, browser, "first", files["base"])
    done["peak_first"] = round(peak(), 1)
    done["right"] = _sum(edition) == facts["sum"]
    for step, name in (("same", "again"), ("changed", "changed")):
        before, rows = ResultChange.objects.count(), _written_rows()
        _loaded(meter, browser, step, files[name])
        done[f"changes_{step}"] = ResultChange.objects.count() - before
        done[f"rows_{step}"] = _written_rows() - rows
    done["right"] = done["right"] and _sum(edition) == facts["sum_changed"]
    with meter.step("bytes"):
        answer = _sent(browser, files["changed"])
        browser.get(answer.headers["Location"])
    if publish:
        done |= _published(meter, edition)
    return done


def _warm(browser: Client) -> None:
    """A server that has been asked before has its templates; a small table, looked at and discarded."""
    rows = [numbers.HEADINGS, *([n, "", f"UBND xã {numbers.name(n)}", *([1] * 6)] for n in (20, 21))]
    above = f"Phụ lục {numbers.ORDINAL}\n{numbers.TITLE}\n(Kèm theo Công văn số 9/{numbers.SYMBOL} ngày 01/01/2026)\n"
    text = above + "\n".join("\t".join(map(str, row)) for row in rows)
    answer = browser.post(_add(), {"text": text, "issuer": Issuer.objects.get().pk})
    browser.get(answer.headers["Location"])
    browser.post(_add().replace("add/", f"{Upload.objects.get().pk}/discard/"))


def _add() -> str:
    return reverse("admin:chiso_upload_add")


def _sent(browser: Client, data: bytes) -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile

    file = SimpleUploadedFile("phu-luc.xlsx", data)
    answer = browser.post(_add(), {"file": file, "issuer": Issuer.objects.get().pk})
    if answer.status_code != 302:
        said = re.findall(r'class="errorlist[^>]*>(.*?)</ul>', answer.content.decode(), re.DOTALL)
        raise Refused(re.sub(r"<[^>]+>", " ", " ".join(said)).strip() or f"status {answer.status_code}")
    return answer


def _loaded(meter: Meter, browser: Client, step: str, data: bytes) -> tuple[Edition, float]:
    with meter.step(f"{step}_preview"):
        address = _sent(browser, data).headers["Location"]
        page = browser.get(address).content.decode()
    form = {name: re.search(_HIDDEN.format(name), page) for name in ("shown", "seen")}
    if form["shown"] is None:
        raise Refused(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))[:2000])
    sent = {name: html.unescape(found.group(1)) for name, found in form.items() if found}
    with meter.step(f"{step}_confirm"):
        answer = browser.post(address.replace("change/", "apply/"), sent)
    if answer.status_code != 302 or "edition" not in answer.headers["Location"]:
        raise Refused(f"taking over: {answer.status_code} {answer.headers.get('Location', '')}")
    upload = Upload.objects.order_by("-pk")[0]
    assert upload.edition is not None
    return upload.edition, len(page.encode()) / 1000


def rows_page(_meter: Meter, folder: str) -> dict[str, Any]:
    """How large the preview is where all rows are looked at, a page of them at a time."""
    browser = client("clerk")
    address = _sent(browser, (Path(folder) / "base.xlsx").read_bytes()).headers["Location"]
    pages = [browser.get(address).content]
    link = re.search(r'href="(\?[^"]*rows=\d+)', pages[0].decode())
    if link:
        pages.append(browser.get(address + html.unescape(link.group(1))).content)
    return {"kb": max(map(len, pages)) / 1000}


def _sum(edition: Edition) -> int:
    found = Result.objects.filter(edition=edition).aggregate(sum=Sum("value"))["sum"] or Decimal(0)
    return round(found * 100)


def _written_rows() -> int:
    """Rows of figures and their changes that were ever written: a statement that writes what is there counts too."""
    if connection.vendor == "sqlite":
        return int(connection.connection.total_changes)
    names = [Result._meta.db_table, ResultChange._meta.db_table]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute("SELECT 1")
        cursor.execute(
            "SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_user_tables WHERE relname = ANY(%s)", [names]
        )
        return int(cursor.fetchone()[0] or 0)


def _published(meter: Meter, edition: Edition) -> dict[str, Any]:
    edition = Edition.objects.get(pk=edition.pk)
    editions.submit(edition=edition, by=person("clerk"))
    with meter.step("publish"):
        editions.publish(edition=edition, by=person("approver"), accept_warnings="Số liệu thử")
    return {"published": Edition.objects.get(pk=edition.pk).state == State.PUBLISHED,
            "standings": Standing.objects.filter(edition=edition).count()}  # fmt: skip


# --- B. Ranking -----------------------------------------------------------------------------------
def _latest(turn: int) -> Edition:
    """One of the newest ten, another one each time: no page is asked for twice in a row."""
    rows = Edition.objects.filter(state=State.PUBLISHED).select_related("dispatch__issuer")
    found = list(rows.order_by("-dispatch__data_as_of")[:10])
    return found[turn % len(found)]


def _board(edition: Edition) -> str:
    dispatch = edition.dispatch
    address = [dispatch.issuer.slug, dispatch.year, dispatch.address]
    return reverse("board", args=[*address, numbers.TOTAL[0], "commune"])


def board(meter: Meter, times: int) -> dict[str, Any]:
    """The first page and the last one of a ranking, and drawing its rows alone."""
    browser = client("unit")
    pages = [_board(_latest(turn)) for turn in range(times + 1)]
    answer = meter.often("first", lambda turn: _got(browser, pages[turn]), times=times)
    statements = meter.own()
    rows = max(1, answer.content.decode().count("<tr") - 1)
    communes = Unit.objects.filter(level="commune").count()
    last = max(1, -(-communes // rows))
    meter.often("last", lambda turn: _got(browser, f"{pages[turn]}?page={last}"), times=times)
    table, request = _table(browser, pages[0])
    meter.often("draw", lambda _turn: table.as_html(request), times=times)
    return {"rows": rows, "pages": last, "statements": statements, "kb": round(len(answer.content) / 1000, 1)}


def _table(browser: Client, address: str) -> tuple[Any, Any]:
    """The table of a page, and the request it was drawn for."""
    plain = Template._render
    Template._render = instrumented_test_render  # the client tells a page's context only where templates tell theirs
    try:
        answer = _got(browser, address)
    finally:
        Template._render = plain
    return answer.context["table"], answer.wsgi_request


def _got(browser: Client, address: str) -> Any:
    answer = browser.get(address)
    if answer.status_code != 200:
        raise Refused(f"{address}: {answer.status_code}")
    return answer


def cookie(_meter: Meter) -> dict[str, Any]:
    """For a server that is asked from outside."""
    browser = client("unit")
    return {"cookie": browser.cookies["sessionid"].value, "address": _board(_latest(0))}


# --- C. A unit ------------------------------------------------------------------------------------
def unit(meter: Meter, times: int) -> dict[str, Any]:
    """A unit's page with its figures and ranks over all dispatches."""
    browser = client("clerk")
    slugs = list(Unit.objects.filter(level="commune").order_by("-order").values_list("slug", flat=True)[: times + 1])
    pages = [reverse("unit", args=[slugs[turn % len(slugs)]]) for turn in range(times + 1)]
    answer = meter.often("page", lambda turn: _got(browser, pages[turn]), times=times)
    results = Result.objects.filter(unit__slug=slugs[0]).count()
    return {"results": results, "statements": meter.own(), "kb": round(len(answer.content) / 1000, 1)}


# --- D. Export ------------------------------------------------------------------------------------
def exported(meter: Meter, folder: str, kind: str, which: str, times: int) -> dict[str, Any]:
    """The newest appendix as the desk hands it out, or the table of the readers' door, as a file."""
    browser, edition = client("clerk"), _latest(0)
    if which == "desk":
        address = reverse("admin:chiso_appendix_export_one", args=[edition.appendices.get().pk, kind])
    else:
        dispatch = edition.dispatch
        address = reverse("table", args=[dispatch.issuer.slug, dispatch.year, dispatch.address, "commune"])
        address += f"?format={kind}"
    path = Path(folder) / f"{which}.{kind}"
    path.parent.mkdir(parents=True, exist_ok=True)
    _got(browser, reverse("admin:chiso_appendix_changelist"))
    start = idle()
    with meter.step("file"):
        _saved(browser, address, path)
    over = peak() - start
    meter.often("again", lambda _turn: _saved(browser, address, path), times=times)
    return {"over_idle": round(over, 1), "bytes": path.stat().st_size}


def _saved(browser: Client, address: str, path: Path) -> None:
    """Block by block, so that a streamed file is never whole in memory."""
    answer = _got(browser, address)
    with path.open("wb") as out:
        for block in answer if not answer.streaming else answer.streaming_content:
            out.write(block)


# --- F. The desk's lists --------------------------------------------------------------------------
def _last(browser: Client, address: str) -> str:
    """The last page that a list leads to."""
    links = re.findall(r'href="(\?[^"]*\bp=(\d+)[^"]*)"', _got(browser, address).content.decode())
    furthest = max(links, key=lambda link: int(link[1]), default=("", ""))[0]
    return address + html.unescape(furthest)


def admin(meter: Meter, times: int) -> dict[str, Any]:
    """Every list of the desk, those of figures in every way, and the page of one record of each kind."""
    browser, edition = client("clerk"), _latest(1)
    unit, total = Unit.objects.filter(level="commune").order_by("-order")[0], Result.objects.count()
    pages = _figures(browser, edition, unit) | _lists(browser, edition, unit)
    refused = {}
    for name, address in pages.items():
        try:
            meter.often(name, lambda _turn, address=address: _got(browser, address), times=times, most=10.0)  # type: ignore[misc]
        except Refused as answer:
            refused[name] = str(answer)
    return {"results": total, "refused": refused}


def _figures(browser: Client, edition: Edition, unit: Unit) -> dict[str, str]:
    results = reverse("admin:chiso_result_changelist")
    result = Result.objects.filter(edition=edition, unit=unit)[0]
    return {
        "figures, first page": results, "figures, last page": _last(browser, results),
        "figures, sorted by value": f"{results}?o=-4", "figures, sorted by unit": f"{results}?o=1",
        "figures of an edition": f"{results}?edition={edition.pk}",
        "figures of a level": f"{results}?unit__level__exact=district",
        "figures, searched": f"{results}?q={unit.name.split(' ', 2)[2]}",
        "a figure": reverse("admin:chiso_result_change", args=[result.pk]),
        "an edition": reverse("admin:chiso_edition_change", args=[edition.pk]),
    }  # fmt: skip


_TABLES = (
    "dispatch", "edition", "appendix", "unit", "unitalias", "issuer", "indicator", "layout", "upload", "event", "finding",
    "reply", "standing", "summary",
)  # fmt: skip


def _lists(browser: Client, edition: Edition, unit: Unit) -> dict[str, str]:
    pages = {f"list: {name}": reverse(f"admin:chiso_{name}_changelist") for name in _TABLES}
    log, units, ranks = (pages[f"list: {name}"] for name in ("event", "unit", "standing"))
    load = reverse("admin:chiso_event_change", args=[edition.events.get(what=What.UPLOAD_APPLIED).pk])
    word = unit.name.split(" ", 2)[2]
    return pages | {
        "the first page": reverse("admin:index"), "ranks, last page": _last(browser, ranks),
        "ranks, sorted by unit": f"{ranks}?o=5", "units, last page": _last(browser, units),
        "units, searched": f"{units}?q={word}", "a unit": reverse("admin:chiso_unit_change", args=[unit.pk]),
        "a dispatch": reverse("admin:chiso_dispatch_change", args=[edition.dispatch_id]), "what a load changed": load,
        "what a load changed, last page": f"{load}?p={10**6}", "the log, searched": f"{log}?q={word}",
        "the log of a unit": f"{log}?unit={unit.slug}",
    }  # fmt: skip
