"""What the checks say of one edition, and answering it."""

from __future__ import annotations

import pytest

from chiso.actions import edition as editions
from chiso.actions import unit as units
from chiso.models import Finding, FindingState, Indicator, State
from tests import make, record


def address(edition) -> str:
    return f"/admin/chiso/edition/{edition.pk}/findings/"


def said(response) -> str:
    return " ".join(str(message) for message in response.context["messages"])


@pytest.fixture
def checked(draft):
    """The group CKMB does not make the total, of the province and of the nation."""
    Indicator.objects.filter(code="CKMB").update(parent=make.indicator("TONG"), part_of_total=True)
    editions.refresh_findings(edition=draft)
    return draft


def test_found_passed_and_not_applicable_with_the_figures(clerk, checked):
    response = clerk.get(address(checked))
    text = response.content.decode()
    checks = {check.id: check for check in response.context["checks"]}
    assert [line.sentence for line in checks["groups-add-up"].open]
    assert checks["parts-of-whole"].passed
    assert checks["unchanged-since-last"].silent
    first = checks["groups-add-up"].open[0]
    (own,) = first.links
    assert own.unit == "UBND tỉnh Thừa Thiên Huế"
    assert [link.text for link in own.links] == ["Chỉ số tổng hợp: 60.58/100", "Công khai, minh bạch: 11.3/18"]
    figure = "/dispatches/vpub-thua-thien-hue/2023/1082-VPUB-KSTT/figures/thua-thien-hue/TONG/?edition=1"
    assert own.links[0].url == figure
    assert figure in text
    total = checked.results.get(unit__slug="thua-thien-hue", indicator__code="TONG")
    assert first.fix == f"/admin/chiso/result/{total.pk}/change/"


@pytest.mark.parametrize("state", ["open", "accepted", "fixed", "passed", "not_applicable", "nonsense"])
def test_one_state_at_a_time(clerk, checked, state):
    response = clerk.get(address(checked) + f"?state={state}")
    shown = {
        name
        for check in response.context["checks"]
        for name, lines in {
            "open": check.open, "accepted": check.accepted, "fixed": check.fixed, "passed": check.passed,
            "not_applicable": check.silent,
        }.items()
        if lines
    }  # fmt: skip
    if state == "nonsense":
        assert shown == {"open", "passed", "not_applicable"}
    else:
        assert shown == ({state} if state not in ("accepted", "fixed") else set())


def test_a_whole_check_or_one_finding_is_accepted_with_a_reason(clerk, checked, cast):
    first, second = Finding.objects.filter(edition=checked, check_id="groups-add-up").order_by("pk")
    page = address(checked) + "?state=open"
    answer = clerk.post(page, {"finding": [first.pk], "reason": "Văn bản ghi như vậy"})
    assert answer["Location"] == page
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, first.acceptance, first.accepted_by) == ("accepted", "Văn bản ghi như vậy", cast.clerk)
    assert second.state == FindingState.OPEN
    assert "Văn bản ghi như vậy" in clerk.get(address(checked) + "?state=accepted").content.decode()


def test_nothing_is_accepted_without_a_reason_or_a_tick(clerk, checked, tree):
    finding = Finding.objects.filter(edition=checked, check_id="groups-add-up").first()
    assert "lý do" in said(clerk.post(address(checked), {"finding": [finding.pk], "reason": " "}, follow=True))
    clerk.post(address(checked), {"reason": "x", "finding": ["abc", "9" * 30]})
    error = make.finding(edition=checked, severity="error", where="II, row 9")
    clerk.post(address(checked), {"finding": [error.pk], "reason": "thôi"})
    other = make.finding(edition=make.draft(tree=tree, number="7"))
    clerk.post(address(checked), {"finding": [other.pk], "reason": "của công văn khác"})
    assert not Finding.objects.filter(state=FindingState.ACCEPTED).exists()


def test_a_published_edition_shows_what_it_was_published_with(clerk, checked):
    for row in Finding.objects.filter(edition=checked).exclude(severity="error"):
        Finding.objects.filter(pk=row.pk).update(state="accepted", acceptance="như in", accepted_at=make.MOMENT)
    make.publish(checked)
    response = clerk.get(address(checked))
    assert not any(check.acceptable or check.open for check in response.context["checks"])
    assert "như in" in response.content.decode()
    assert "/result/" not in response.content.decode().partition("<main")[2]


def test_units_renamed_meanwhile_are_told(clerk, checked, tree):
    tree.province.name = "UBND thành phố Huế"
    units.store(unit=tree.province, by=None)
    assert clerk.get(address(checked)).context["stale"] is False  # a name opens nothing
    Indicator.objects.filter(code="CKMB").update(part_of_total=False)
    assert clerk.get(address(checked)).context["stale"] is True


def test_another_office_sees_none_of_it(client, checked, elsewhere):
    client.force_login(elsewhere)
    assert client.get(address(checked)).status_code == 404
    finding = Finding.objects.filter(edition=checked).first()
    assert client.post(address(checked), {"finding": [finding.pk], "reason": "x"}).status_code == 404


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_real_dispatch(client, db, language, django_assert_max_num_queries):
    record.office_of_2023()
    clerk = record.person()
    clerk.language = language
    clerk.save()
    edition = record.loaded(".txt", by=clerk)
    assert edition.state == State.DRAFT
    client.force_login(clerk)
    client.get("/admin/")
    with django_assert_max_num_queries(31):
        response = client.get(address(edition))
    checks = {check.id: check for check in response.context["checks"]}
    assert len(checks["printed-order"].open) == 6
    assert len(checks["printed-order"].open[0].links) == 2  # the row and the one above it
    assert [len(of.links) for of in checks["groups-add-up"].open[0].links] == [7]  # the total and its six groups
    states = [bool(check.open) for check in response.context["checks"]]
    assert states == sorted(states, reverse=True)
    assert all(line.links or line.row.where == "document" for check in checks.values() for line in check.open)
