"""Lists of many rows: which rows stand on which page, and how much of the rest is counted."""

from __future__ import annotations

import pytest

from chiso.admin.finding import KeysFirst
from chiso.models import Event, Indicator, Result, Standing, Unit, UnitAlias, What
from chiso.queries import log
from chiso.values.alphabet import fold
from tests import make

RANKS = "/admin/chiso/standing/"


@pytest.mark.parametrize("order", [["printed", "pk"], ["-value", "-pk"], ["appendix__order", "-row", "pk"]])
@pytest.mark.parametrize("size", [1, 2, 3, 100])
def test_every_row_stands_on_one_page_in_its_order(draft, order, size):
    rows = Result.objects.select_related("unit").order_by(*order)
    pages = KeysFirst(rows, size)
    found = [row.pk for number in pages.page_range for row in pages.page(number)]
    assert len(found) > 5
    assert found == list(rows.values_list("pk", flat=True))


def test_no_row_no_page(draft):
    assert list(KeysFirst(Result.objects.none(), 5).page(1)) == []


@pytest.mark.parametrize("asked", ["", "?indicator=x", "?indicator=99999999999999999999"])
def test_ranks_are_those_of_one_indicator(client, tree, cast, asked):
    edition = make.published(tree=tree)
    assert Standing.objects.values("indicator").distinct().count() > 1
    client.force_login(cast.clerk)
    first = Indicator.objects.filter(indicator_set=edition.indicator_set).order_by("order", "code")[0]
    assert ranked(client, asked) == {first.pk}


def test_ranks_of_another_indicator(client, tree, cast):
    make.published(tree=tree)
    client.force_login(cast.clerk)
    other = Standing.objects.order_by("-indicator__order")[0].indicator_id
    assert ranked(client, f"?indicator={other}") == {other}


def ranked(client, query: str) -> set[int]:
    response = client.get(RANKS + query)
    assert response.status_code == 200
    return {row.indicator_id for row in response.context["cl"].result_list}


def test_words_of_a_unit_may_stand_in_different_names_of_it(clerk, tree):
    unit = tree.districts[0]
    for text in ("Tứ Hạ cũ", "Tứ Hạ mới"):
        UnitAlias.objects.create(unit=unit, alias=text, folded=fold(text))
    found = clerk.get("/admin/chiso/unit/?q=ha").context["cl"].result_list
    keys = [row.pk for row in found]
    assert keys.count(unit.pk) == 1
    assert len(keys) == len(set(keys))


def test_a_unit_user_of_two_desks_sees_each_unit_once(client, tree, cast):
    make.member(unit=tree.districts[0], role="clerk", user=cast.clerk)
    client.force_login(cast.clerk)
    keys = [row.pk for row in clerk_units(client)]
    assert len(keys) == len(set(keys)) > 5
    assert Unit.objects.get(slug="gia-lai").pk in keys, "provinces beside the own one are seen too"


def clerk_units(client) -> list[Unit]:
    return list(client.get("/admin/chiso/unit/").context["cl"].queryset)


def test_the_changes_of_a_large_load_are_not_counted(clerk, draft, tree, monkeypatch):
    event = Event.objects.create(what=What.UPLOAD_APPLIED, edition=draft, issuer=tree.issuer)
    for row in draft.results.all()[:4]:
        event.changes.create(edition=draft, unit=row.unit, indicator=row.indicator, printed_after=row.printed)
    monkeypatch.setattr(log, "MANY", 3)
    monkeypatch.setattr(log, "FEW", 2)
    page = clerk.get("/admin/chiso/event/")
    (entry,) = page.context["entries"]
    assert (entry["count"], entry["more"], entry["lines"]) == (3, True, [])
    unit = draft.results.all()[0].unit
    (entry,) = clerk.get(f"/admin/chiso/event/?unit={unit.slug}").context["entries"]
    assert entry["count"] == event.changes.filter(unit=unit).count()
    assert entry["more"] is False


@pytest.mark.parametrize("few", [0, 50])
def test_a_word_of_many_names_and_one_of_few_find_the_same(clerk, draft, tree, cast, monkeypatch, few):
    from chiso.actions import result as results

    monkeypatch.setattr("chiso.admin.event.FEW", few)
    results.store(edition=draft, unit=tree.districts[0], indicator=make.indicator("TONG"), text="50/100", by=cast.clerk)
    found = clerk.get("/admin/chiso/event/?q=quang+dien").context["entries"]
    assert [entry["event"].what for entry in found] == [What.RESULT_STORED]
    assert clerk.get("/admin/chiso/event/?q=nam+dong").context["entries"] == []
