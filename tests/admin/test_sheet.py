"""The sheet's page: a form that works without scripts, and what a script is answered."""

from __future__ import annotations

import json
import re
from html import unescape

import pytest

from chiso.actions import edition as editions
from chiso.models import (
    Appendix,
    CellNote,
    Edition,
    Event,
    Finding,
    Layout,
    LayoutLine,
    Result,
    ResultChange,
    State,
    Upload,
    UploadState,
    What,
)
from tests import make


@pytest.fixture
def appendix(tree, draft):
    """Appendix II of a draft: four districts by two indicators."""
    layout = Layout.objects.create(indicator_set=draft.indicator_set, code="ii", name="Cấp huyện", ordinal="II")
    for order, code in enumerate(["TONG", "MDSH.5"]):
        LayoutLine.objects.create(
            layout=layout, role="indicator", indicator=make.indicator(code), titles=[code], order=order
        )
    table = draft.appendices.get()
    table.layout = layout
    table.save()
    Result.objects.filter(unit__level="district", indicator__code__in=["TONG", "MDSH.5"]).update(appendix=table)
    return table


def url(appendix: Appendix, page: str = "") -> str:
    return f"/admin/chiso/appendix/{appendix.pk}/sheet/{page}"


def fields(client, appendix: Appendix) -> dict[str, str]:
    """What the form of the page would send."""
    return sent_by(client.get(url(appendix)).content.decode())


def sent_by(page: str) -> dict[str, str]:
    form = page[page.index('id="sheet"') :]
    found = {}
    for tag in re.findall(r"<input [^>]*>", form):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and not re.search('type="(radio|checkbox)"', tag):
            found[unescape(name[1])] = unescape(value[1]) if value else ""
    return found


def printed(unit: str, code: str) -> str:
    row = Result.objects.filter(unit__slug=unit, indicator__code=code).first()
    return row.printed if row else ""


# --- Without scripts -----------------------------------------------------------------------------------
def test_the_page_shows_what_stands(clerk, appendix):
    page = clerk.get(url(appendix)).content.decode()
    assert page.index("UBND huyện Quảng Điền") < page.index("UBND huyện Nam Đông")
    assert re.search(r'<input name="c0.0" value="57.72/100" aria-labelledby="r0 c0"', page)
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)", page)


def test_a_figure_typed_above_its_maximum_is_marked_wrong(clerk, appendix):
    clerk.post(url(appendix), fields(clerk, appendix) | {"c0.0": "150,5/100"}, follow=True)
    page = clerk.get(url(appendix)).content.decode()
    assert printed("quang-dien", "TONG") == "150,5/100"
    assert re.search(r'class="wrong[^"]*"[^>]*><input name="c0.0"', page)


def test_changed_cells_are_saved_and_nothing_else(clerk, cast, appendix):
    sent = fields(clerk, appendix) | {"c0.0": "57,99/100", "c1.1": "", "c3.1": "0"}
    answer = clerk.post(url(appendix), sent, follow=True)
    assert answer.redirect_chain
    assert "Đã lưu 3 ô" in answer.content.decode() or "3 cells are saved" in answer.content.decode()
    assert (printed("quang-dien", "TONG"), printed("nam-dong", "MDSH.5"), printed("phu-vang", "MDSH.5")) == (
        "57,99/100",
        "",
        "0",
    )
    assert ResultChange.objects.count() == 3
    assert Event.objects.get(what=What.SHEET_SAVED).by == cast.clerk
    clerk.post(url(appendix), fields(clerk, appendix))
    assert ResultChange.objects.count() == 3


def test_what_cannot_be_read_keeps_its_text(clerk, appendix):
    sent = fields(clerk, appendix) | {"c0.0": "57,9O/100", "c1.0": "51/100"}
    page = clerk.post(url(appendix), sent).content.decode()
    assert "chữ O" in page
    assert 'value="57,9O/100"' in page
    assert 'aria-invalid="true"' in page
    assert (printed("quang-dien", "TONG"), printed("nam-dong", "TONG")) == ("57.72/100", "51/100")
    mended = sent_by(page) | {"c0.0": "57,90/100"}
    clerk.post(url(appendix), mended)
    assert printed("quang-dien", "TONG") == "57,90/100"


@pytest.fixture
def clash(clerk, client, cast, appendix):
    """The clerk's page of before, and a colleague's change since."""
    before = fields(clerk, appendix)
    client.force_login(cast.approver)
    client.post(url(appendix), fields(client, appendix) | {"c0.0": "58/100"})
    client.force_login(cast.clerk)
    return before


def test_a_conflict_shows_both_and_stays_until_somebody_chooses(clerk, appendix, clash):
    page = clerk.post(url(appendix), clash | {"c0.0": "59/100", "c1.0": "51/100"}).content.decode()
    assert "58/100" in page
    assert 'value="59/100"' in page
    assert "approver@example.org" in page
    assert 'name="pick0.0" value="mine"' in page
    assert (printed("quang-dien", "TONG"), printed("nam-dong", "TONG")) == ("58/100", "51/100")
    again = clerk.post(url(appendix), sent_by(page)).content.decode()  # nothing chosen
    assert 'name="pick0.0" value="mine"' in again
    assert printed("quang-dien", "TONG") == "58/100"
    clerk.post(url(appendix), sent_by(again) | {"pick0.0": "mine"})
    assert printed("quang-dien", "TONG") == "59/100"


def test_the_colleague_s_figure_can_stay(clerk, appendix, clash):
    page = clerk.post(url(appendix), clash | {"c0.0": "59/100"}).content.decode()
    answer = clerk.post(url(appendix), sent_by(page) | {"pick0.0": "theirs"})
    assert answer.status_code == 302
    assert printed("quang-dien", "TONG") == "58/100"


def test_a_note_without_scripts(clerk, appendix):
    sent = fields(clerk, appendix) | {"note_unit": "phu-vang", "note_indicator": "TONG", "note_text": "hỏi lại huyện"}
    clerk.post(url(appendix), sent)
    assert CellNote.objects.get().text == "hỏi lại huyện"
    assert "hỏi lại huyện" in clerk.get(url(appendix)).content.decode()


@pytest.fixture
def asked(draft, appendix) -> Finding:
    """A file's cell that could not be read, where a figure stands already."""
    unread = {
        "appendix": appendix.ordinal, "cell": f"{appendix.ordinal}, row 9, column 3", "unit": "quang-dien",
        "indicator": "TONG", "printed": "5O", "why": "unreadable", "params": {}, "severity": "error",
    }  # fmt: skip
    Upload.objects.create(
        issuer=draft.dispatch.issuer, edition=draft, state=UploadState.APPLIED, file="x", name="x", sha256="0" * 64,
        size=1, reader="text", read={"appendices": [appendix.ordinal], "event": 0, "problems": [unread], "doubled": []},
    )  # fmt: skip
    editions.refresh_findings(edition=draft)
    return Finding.objects.get(edition=draft, check_id="unread-cell", state="open")


def test_a_figure_that_is_asked_about_is_confirmed_without_scripts(clerk, cast, appendix, asked):
    page = clerk.get(url(appendix)).content.decode()
    assert re.findall(r'name="(ok[^"]*)"', page) == ["ok0.0"]  # nothing else waits for an answer
    clerk.post(url(appendix), sent_by(page))
    asked.refresh_from_db()
    assert asked.state == "open"  # a form that was sent with nothing ticked says nothing
    clerk.post(url(appendix), sent_by(page) | {"ok0.0": "on"})
    asked.refresh_from_db()
    assert (asked.state, printed("quang-dien", "TONG")) == ("fixed", "57.72/100")
    assert Event.objects.get(what=What.SHEET_SAVED).by == cast.clerk
    assert 'name="ok' not in clerk.get(url(appendix)).content.decode()


def test_what_is_typed_beside_a_confirmation_counts(clerk, appendix, asked):
    clerk.post(url(appendix), fields(clerk, appendix) | {"ok0.0": "on", "c0.0": "58/100"})
    assert printed("quang-dien", "TONG") == "58/100"


def test_a_figure_that_changed_meanwhile_is_not_confirmed_unseen(clerk, appendix, asked):
    seen = fields(clerk, appendix)
    clerk.post(url(appendix), seen | {"c0.0": "59/100"})
    page = clerk.post(url(appendix), seen | {"ok0.0": "on"}).content.decode()
    assert printed("quang-dien", "TONG") == "59/100"
    assert 'name="pick0.0"' in page


def test_a_sheet_sent_to_review_meanwhile_loses_nothing_typed(clerk, appendix):
    sent = fields(clerk, appendix) | {"c0.0": "59,5/100"}
    Edition.objects.update(state=State.REVIEW)
    page = clerk.post(url(appendix), sent).content.decode()
    assert "59,5/100" in page
    assert printed("quang-dien", "TONG") == "57.72/100"


@pytest.mark.parametrize("state", [State.REVIEW, State.PUBLISHED])
def test_what_is_no_draft_is_only_read(clerk, appendix, state):
    Edition.objects.update(state=state, published_at=make.MOMENT)
    page = clerk.get(url(appendix)).content.decode()
    assert "<input name=" not in page[page.index('id="sheet"') :]
    assert "57.72/100" in page
    assert "sheet.js" not in page


@pytest.mark.parametrize(
    "spoiled",
    ["", "{", "[]", "[" * 100_000, '{"units":[],"indicators":[],"units_down":true,"cells":[[[0,"x"]]]}',
     '{"units":["a"],"indicators":["b"],"units_down":true,"cells":[[0]]}', '{"units":1,"indicators":2,"units_down":1,"cells":3}',
     '{"units":[["a"]],"indicators":["b"],"units_down":true,"cells":[[[0,"x"]]]}',
     '{"units":["a"],"indicators":["b"],"units_down":true,"cells":[[["0","x"]]]}'],
)  # fmt: skip
def test_a_spoiled_form_is_refused(clerk, appendix, spoiled):
    assert clerk.post(url(appendix), {"based": spoiled, "c0.0": "5"}).status_code == 400
    assert not ResultChange.objects.exists()


def test_many_cells_are_one_form(clerk, appendix, tree):
    for number in range(600):
        make.unit(slug=f"huyen-{number}", parent=tree.province)
    sent = fields(clerk, appendix)
    assert len(sent) > 1000
    assert clerk.post(url(appendix), sent | {"c4.0": "5/100"}).status_code == 302


# --- JSON --------------------------------------------------------------------------------------------
def post(client, appendix, page: str, data):
    body = data if isinstance(data, str | bytes) else json.dumps(data)
    return client.post(url(appendix, page), body, content_type="application/json")


def typed(text: str | None, **more):
    return {"unit": "quang-dien", "indicator": "TONG", "text": text, "version": 0} | more


def test_a_script_saves_and_hears_of_every_cell(clerk, appendix):
    edits = [
        typed(" 57,99/100 "), typed("x", unit="nam-dong"), typed(None, unit="phu-vang", note="hỏi", noted=""),
        typed("51/100", unit="huong-tra", version=77),
    ]  # fmt: skip
    told = post(clerk, appendix, "save/", {"edits": edits}).json()
    (stored,) = told["stored"]
    assert (stored["unit"], stored["text"], stored["version"]) == (
        "quang-dien",
        "57,99/100",
        ResultChange.objects.get().pk,
    )
    assert stored["reading"] == {"value": "57.99", "of": "100", "places": 2, "shown": "57,99/100", "wrong": ""}
    assert [each["unit"] for each in told["wrong"]] == ["nam-dong"]
    assert told["noted"] == [{"unit": "phu-vang", "indicator": "TONG"}]
    assert [(each["unit"], each["text"]) for each in told["conflicts"]] == [("huong-tra", "48.7/100")]
    assert (told["changed"], bool(re.fullmatch(r"\d\d:\d\d", told["at"]))) == (2, True)


def test_a_script_hears_whether_a_conflict_is_with_its_own_person(client, cast, appendix):
    """A save whose answer was lost is told from a colleague's: of figures and of notes."""
    client.force_login(cast.clerk)
    edits = [typed("57,99/100"), typed(None, note="hỏi", noted="")]
    assert post(client, appendix, "save/", {"edits": edits}).json()["changed"] == 1
    late = [typed("1/100"), typed(None, note="khác", noted="")]
    for person, own in ((cast.clerk, True), (cast.approver, False)):
        client.force_login(person)
        told = post(client, appendix, "save/", {"edits": late}).json()
        assert [(each["of_note"], each["own"]) for each in told["conflicts"]] == [(True, own), (False, own)]
        assert told["changed"] == 0


def test_without_scripts_nothing_is_called_saved_beside_a_conflict(clerk, appendix, clash):
    page = clerk.post(url(appendix), clash | {"c0.0": "59/100"}).content.decode()
    assert "Đã lưu" not in page[page.index('id="outcome"') :][:400]


def test_a_script_asks_how_texts_are_read(clerk, appendix):
    cells = [
        {"indicator": code, "text": text}
        for code, text in (("MDSH.5", "2.145"), ("TONG", "2.145"), ("TONG", "–"), ("TONG", "a"))
    ]
    told = post(clerk, appendix, "read/", {"cells": cells}).json()["read"]
    assert [each["value"] for each in told] == ["2145", "2.145", "", ""]
    assert [bool(each["wrong"]) for each in told] == [False, False, False, True]
    assert not ResultChange.objects.exists()


GARBAGE = [
    b"", b"null", b"[]", b"{", b"\xff\xfe\x00", b"[" * 200_000, b'{"edits": 5}', b'{"edits": [1]}', b'{"edits": [{}]}',
    json.dumps({"edits": [typed("5", version="1")]}).encode(), json.dumps({"edits": [typed("5", version=True)]}).encode(),
    json.dumps({"edits": [typed("5", version=2**70)]}).encode(), json.dumps({"edits": [typed("5", version=1.5)]}).encode(),
    json.dumps({"edits": [typed("5\x00")]}).encode(), json.dumps({"edits": [typed("5", unit="a\x00")]}).encode(),
    json.dumps({"edits": [typed("\ud800")]}).encode(), json.dumps({"edits": [typed(5)]}).encode(),
    json.dumps({"edits": [typed(None, note=["x"])]}).encode(), json.dumps({"edits": [typed("5", unit=None)]}).encode(),
    json.dumps({"edits": [typed("5")] * 20_001}).encode(), b'{"edits": [' + b" " * (4 * 1024 * 1024) + b"]}",
]  # fmt: skip


@pytest.mark.parametrize("body", GARBAGE, ids=range(len(GARBAGE)))
def test_garbage_is_refused_and_nothing_stored(clerk, appendix, body):
    answer = post(clerk, appendix, "save/", body)
    assert answer.status_code == 400
    assert answer.json()["why"]
    assert post(clerk, appendix, "read/", body.replace(b"edits", b"cells")).status_code in (200, 400)
    assert not ResultChange.objects.exists()


def test_an_unknown_indicator_is_not_read(clerk, appendix):
    assert post(clerk, appendix, "read/", {"cells": [{"indicator": "NONE", "text": "5"}]}).status_code == 400


def test_a_script_is_told_that_the_edition_is_no_draft(clerk, appendix):
    Edition.objects.update(state=State.REVIEW)
    answer = post(clerk, appendix, "save/", {"edits": [typed("5/100")]})
    assert answer.status_code == 409
    assert "bản nháp" in answer.json()["why"]


def test_who_is_signed_in_with_a_fresh_token(clerk, cast, appendix):
    told = clerk.get(url(appendix, "save/")).json()
    assert told["user"] == cast.clerk.pk
    assert len(told["token"]) == 64


# --- Access ------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("who", "seen", "save"),
    [("visitor", 200, 401), ("unit_a", 403, 403), ("stranger", 403, 403), ("elsewhere", 404, 404), ("clerk", 200, 200),
     ("approver", 200, 200), ("administrator", 200, 200)],
)  # fmt: skip
def test_only_the_desk_of_this_office(client, cast, elsewhere, appendix, who, seen, save):
    user = elsewhere if who == "elsewhere" else getattr(cast, who, None)
    if user:
        client.force_login(user)
    assert client.get(url(appendix), follow=True).status_code == seen
    assert post(client, appendix, "save/", {"edits": [typed("5/100")]}).status_code == save
    assert post(client, appendix, "read/", {"cells": []}).status_code == save
    sent = client.post(url(appendix), {"based": ""})
    assert sent.status_code == (400 if save == 200 else 404 if seen == 404 else 302)
    assert ResultChange.objects.exists() == (save == 200)


@pytest.mark.parametrize("key", ["0", "abc", "99999999999999999999", "%00"])
def test_no_such_appendix(clerk, appendix, key):
    for page in ("", "save/", "read/"):
        assert clerk.get(f"/admin/chiso/appendix/{key}/sheet/{page}").status_code == 404


def test_a_forged_request_is_refused(cast, appendix):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.clerk)
    assert post(client, appendix, "save/", {"edits": [typed("5/100")]}).status_code == 403
    assert not ResultChange.objects.exists()


# --- From a layout ------------------------------------------------------------------------------------
def test_an_appendix_begins_from_a_layout(clerk, appendix, draft):
    Layout.objects.create(
        indicator_set=draft.indicator_set, code="iii", name="Chứng thực", ordinal="III", titles=["CHỨNG THỰC"]
    )
    page = clerk.get(f"/admin/chiso/edition/{draft.pk}/change/").content.decode()
    assert url(appendix) in page
    answer = clerk.post("/admin/chiso/appendix/begin/", {"edition": draft.pk, "layout": "iii"})
    made = Appendix.objects.get(layout__code="iii")
    assert (made.ordinal, made.title, made.order) == ("III", "CHỨNG THỰC", 3)
    assert answer["Location"] == url(made)
    clerk.post("/admin/chiso/appendix/begin/", {"edition": draft.pk, "layout": "iii"})
    assert sorted(draft.appendices.values_list("ordinal", flat=True)) == ["I", "II", "III"]
    assert Event.objects.filter(what=What.DISPATCH_CHANGED).count() == 2


@pytest.mark.parametrize(
    "given", [{}, {"layout": "nope"}, {"edition": "x"}, {"edition": "99999999999999999999"}, {"layout": "\x00"}]
)
def test_an_appendix_begins_of_nothing_else(clerk, appendix, draft, given):
    before = Appendix.objects.count()
    assert clerk.post("/admin/chiso/appendix/begin/", {"edition": draft.pk, "layout": "ii2"} | given).status_code == 302
    assert clerk.get("/admin/chiso/appendix/begin/").status_code == 302
    assert Appendix.objects.count() == before


def test_an_office_begins_nothing_in_another_s_draft(client, elsewhere, appendix, draft):
    client.force_login(elsewhere)
    client.post("/admin/chiso/appendix/begin/", {"edition": draft.pk, "layout": "ii"})
    assert Appendix.objects.count() == 1
