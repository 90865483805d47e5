"""The change log."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chiso.actions import result as results
from chiso.models import Edition, Event, ResultChange, What
from chiso.queries import log
from tests import make, record

LOG = "/admin/chiso/event/"


@pytest.fixture
def happened(draft, cast, tree):
    """Two figures changed by two people, one edition checked."""
    for unit, code, text, by, why in (
        (tree.districts[0], "TONG", "57.82/100", cast.clerk, "sai số"),
        (tree.districts[1], "HSTT.QH", "2", cast.approver, "bổ sung"),
    ):
        results.store(edition=draft, unit=unit, indicator=make.indicator(code), text=text, by=by, why=why)
    Event.objects.create(what=What.EDITION_CHECKED, subject=str(draft), edition=draft, issuer=tree.issuer)
    return draft


def entries(client, query: str = "") -> list[dict]:
    response = client.get(LOG + query)
    assert response.status_code == 200
    return response.context["entries"]


def whats(client, query: str) -> list[str]:
    return [entry["event"].what for entry in entries(client, query)]


def test_each_line_says_when_who_what_before_after_and_why(clerk, happened, cast):
    last, second, first = entries(clerk)
    assert (last["who"], last["lines"]) == ("hệ thống", [])
    assert first["event"].why == "sai số"
    assert first["who"] == str(cast.clerk)
    assert first["lines"] == [
        {
            "unit": "UBND huyện Quảng Điền", "indicator": "Chỉ số tổng hợp", "before": "57.72/100",
            "after": "57.82/100", "where": "",
            "url": "/dispatches/vpub-thua-thien-hue/2023/1082-VPUB-KSTT/figures/quang-dien/TONG/?edition=1",
        }
    ]  # fmt: skip
    assert second["lines"][0]["after"] == "2"
    text = clerk.get(LOG).content.decode()
    assert first["lines"][0]["url"] in text
    assert f"/admin/chiso/edition/{happened.pk}/change/" in text


def test_filters(clerk, happened, cast, tree):
    stored, checked = What.RESULT_STORED.value, What.EDITION_CHECKED.value
    assert whats(clerk, "") == [checked, stored, stored]
    assert whats(clerk, f"?what={checked}") == [checked]
    assert whats(clerk, f"?by={cast.approver.pk}") == [stored]
    assert whats(clerk, "?by=0") == [checked]
    assert whats(clerk, "?unit=quang+dien") == [stored]
    assert whats(clerk, "?unit=nam-dong&indicator=TONG") == []
    assert whats(clerk, "?unit=nam-dong&indicator=HSTT.QH") == [stored]
    assert whats(clerk, "?indicator=TONG") == [stored]
    assert whats(clerk, f"?edition={happened.pk}") == [checked, stored, stored]
    other = make.draft(tree=tree, number="7")
    assert whats(clerk, f"?edition={other.pk}") == []
    assert whats(clerk, "?q=bo+sung") == [stored]
    assert whats(clerk, "?q=zzz") == []


def test_words_are_looked_for_in_all_that_a_row_shows(clerk, happened, cast, tree):
    """The dispatch, whose figure, who, about what and why; the beginnings of words, with or without marks."""
    stored, checked = What.RESULT_STORED.value, What.EDITION_CHECKED.value
    change = ResultChange.objects.get(unit=tree.districts[0])
    change.pk, change.event = None, Event.objects.create(what=What.SHEET_SAVED, issuer=tree.issuer)
    change.save(force_insert=True)
    assert whats(clerk, "?q=quảng+điền") == [What.SHEET_SAVED.value, stored]
    for q in ("1082/VPUB-KSTT", "1082", "vpub", "1082%2Fvpub"):
        assert whats(clerk, f"?q={q}") == [checked, stored, stored], q
    for q in ("dien+1082", "QUẢNG+vpub", "sai+so", cast.clerk.email):
        assert [entry["event"].why for entry in entries(clerk, f"?q={q}")] == ["sai số"], q
    for q in ("082", "ai", "uang", "1082+khong"):
        assert whats(clerk, f"?q={q}") == [], q


def test_a_long_sentence_is_looked_for_as_quickly_as_a_word(clerk, happened):
    sentence = "+".join(["bo", "sung", "nam", "dong"] * 10)
    with CaptureQueriesContext(connection) as asked:
        assert whats(clerk, f"?q={sentence}") == [What.RESULT_STORED.value]
    assert max(len(query["sql"]) for query in asked) < 5000


def test_from_and_to_a_day_both_included(clerk, happened, tree):
    late = datetime(2023, 9, 13, 16, 59, tzinfo=UTC)  # 23:59 here
    Event.objects.create(what=What.EDITION_OPENED, at=late, edition=happened, issuer=tree.issuer)
    assert whats(clerk, "?since=13/9/2023&until=13/9/2023") == [What.EDITION_OPENED.value]
    assert whats(clerk, "?until=12/9/2023") == []
    everything = whats(clerk, "")
    assert whats(clerk, "?until=31/12/9999") == whats(clerk, "?since=1/1/0001") == everything
    assert What.EDITION_OPENED.value not in whats(clerk, "?since=14/9/2023")


@pytest.mark.parametrize(
    "query", ["?since=nonsense", "?by=abc", "?edition=99999999999999999999", "?before=x", "?what=x"]
)
def test_nonsense_is_told_and_left_out(clerk, happened, query):
    assert len(entries(clerk, query)) == 3


def test_a_note_on_a_cell_is_found_by_its_unit(clerk, happened, tree):
    note = Event.objects.create(
        what=What.NOTE_STORED,
        subject="x",
        why="UBND huyện Quảng Điền, TONG: “hỏi lại”",
        edition=happened,
        issuer=tree.issuer,
    )
    assert entries(clerk, "?unit=quang-dien&indicator=TONG")[0]["event"] == note
    assert note not in [entry["event"] for entry in entries(clerk, "?unit=nam-dong")]


def test_pages_go_back_in_time(clerk, happened, monkeypatch):
    monkeypatch.setattr(log, "SIZE", 2)
    response = clerk.get(LOG + "?q=")
    assert len(response.context["entries"]) == 2
    older = clerk.get(LOG + response.context["older"])
    assert [entry["event"].why for entry in older.context["entries"]] == ["sai số"]
    assert older.context["older"] == ""


def test_a_load_is_one_line_and_its_figures_stand_on_its_page(client, db):
    record.office_of_2023()
    clerk = record.person()
    record.loaded(".txt", by=clerk)
    client.force_login(clerk)
    applied = next(entry for entry in entries(client) if entry["event"].what == What.UPLOAD_APPLIED)
    assert (applied["lines"], applied["count"]) == ([], 139)
    response = client.get(f"{LOG}{applied['event'].pk}/change/")
    assert len(response.context["lines"]) == 139
    assert "Phụ lục II, dòng 2, cột 3" in response.content.decode()
    few = entries(client, "?unit=quang-dien&indicator=TONG")
    assert [(entry["count"], len(entry["lines"])) for entry in few] == [(1, 1)]


@pytest.fixture
def gone(clerk, happened, cast):
    """A draft with a change, deleted."""
    clerk.post(f"/admin/chiso/edition/{happened.pk}/discard/")
    assert not Edition.objects.exists()
    return ResultChange.objects.get(printed_after="57.82/100")


def test_the_changes_of_a_deleted_draft_are_still_seen(client, gone, cast):
    for who in (cast.clerk, make.person(is_superuser=True)):
        client.force_login(who)
        entry = next(entry for entry in entries(client) if entry["event"].pk == gone.event_id)
        assert (entry["edition"], entry["lines"][0]["after"], entry["lines"][0]["url"]) == (None, "57.82/100", "")
        assert "57.82/100" in client.get(f"{LOG}{gone.event_id}/change/").content.decode()


def test_but_not_at_another_office(client, gone, elsewhere):
    client.force_login(elsewhere)
    assert entries(client) == []
    assert client.get(f"{LOG}{gone.event_id}/change/").status_code == 404


@pytest.mark.parametrize("who", ["clerk", "administrator", "superuser"])
def test_nobody_writes_in_it(client, happened, cast, who):
    client.force_login(make.person(is_superuser=True) if who == "superuser" else getattr(cast, who))
    event = Event.objects.first()
    before = Event.objects.count(), ResultChange.objects.count()
    assert client.get(LOG + "add/").status_code == 403
    assert client.post(LOG, {"action": "delete_selected", "_selected_action": [event.pk]}).status_code == 403
    assert client.post(f"{LOG}{event.pk}/change/", {"why": "khác"}).status_code == 403
    assert client.post(f"{LOG}{event.pk}/delete/", {"post": "yes"}).status_code == 403
    assert (Event.objects.count(), ResultChange.objects.count()) == before


@pytest.mark.parametrize("query", ["", "?unit=quang+dien&q=sai"])
def test_the_same_queries_however_long_it_is(clerk, happened, tree, cast, query):
    clerk.get(LOG)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            entries(clerk, query)
        return len(queries)

    before = cost()
    for number in range(20):
        results.store(edition=happened, unit=tree.districts[0], indicator=make.indicator("TONG"),
                      text=f"4{number}/100", by=make.member(unit=tree.province, role="clerk"), why="sai số")  # fmt: skip
    assert cost() <= before <= 20
