"""A NUL in what a browser sends: never a fault of the server, on either database."""

from __future__ import annotations

import pytest

from chiso.models import Edition, Event, Finding
from tests import make

NUL = "a\x00b"
FIELDS = (
    "reason", "why", "acceptance", "check", "finding", "state", "number", "symbol", "subject", "signer", "key", "at",
    "rows", "seen", "shown", "q", "text", "name", "kind", "unit", "indicator", "appendix", "edition", "issuer", "into",
    "layout", "level", "parent", "wanted", "based", "ordinal", "login", "password", "language", "next", "score", "rank",
    "issued_on", "title", "notes", "first_name", "email", "code", "slug", "action", "_selected_action",
)  # fmt: skip


@pytest.fixture
def world(db):
    tree = make.tree()
    cast = make.cast(tree=tree)
    return make.published(tree=tree), make.draft(tree=tree, number="1190"), cast


def pages(published: Edition, draft: Edition) -> list[str]:
    desk = "/admin/chiso"
    steps = (
        "publish",
        "submit",
        "send_back",
        "recall",
        "correct",
        "discard",
        "headline",
        "accept",
        "check",
        "findings",
    )
    tables = ("dispatch", "edition", "appendix", "result", "finding", "event", "upload", "unit", "indicator", "layout",
              "indicatorset", "issuer", "user", "membership")  # fmt: skip
    return [
        *(f"{desk}/edition/{each.pk}/{step}/" for each in (published, draft) for step in steps),
        *(f"{desk}/{table}/{part}" for table in tables for part in ("", "add/", "export/csv/", "import/")),
        *(f"{desk}/finding/{each.pk}/accept/" for each in Finding.objects.all()),
        f"{desk}/dispatch/{draft.dispatch_id}/change/", f"{desk}/issuer/{published.dispatch.issuer_id}/change/",
        "/accounts/login/", "/accounts/password/reset/", "/language/", "/units/", "/dispatches/", "/admin/help/",
        "/dispatches/thua-thien-hue/2023/1082-VPUB-KSTT/ranking/TONG/district/",
    ]  # fmt: skip


@pytest.mark.parametrize("who", ["clerk", "approver", "administrator", "unit_a"])
def test_a_nul_in_a_form_or_behind_an_address(client, world, who):
    published, draft, cast = world
    make.finding(edition=draft)
    client.force_login(getattr(cast, who))
    for page in pages(published, draft):
        assert client.post(page, dict.fromkeys(FIELDS, NUL)).status_code < 500, page
        assert client.get(page, dict.fromkeys(FIELDS, NUL)).status_code < 500, page
        assert client.get(page + "%00/").status_code in (404, 302), page
        assert client.get(f"{page}?{NUL}={NUL}").status_code < 500, page


def test_it_is_kept_as_a_mark(client, world):
    published, _draft, cast = world
    client.force_login(cast.approver)
    client.post(f"/admin/chiso/edition/{published.pk}/recall/", {"why": NUL})
    published.refresh_from_db()
    assert (published.state, published.recall_reason) == ("recalled", "a\ufffdb")
    assert Event.objects.filter(why="a\ufffdb").exists()


def test_nor_in_a_cookie(client, world):
    client.cookies["sessionid"] = "abcdefgh\x00ij"
    assert client.get("/dispatches/").status_code == 302
