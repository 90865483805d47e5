"""What stands beside figures in every list and file: disputed, corrected, sample data; and the dispatch's subject."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.utils import timezone

from chiso.models import Dispatch, Edition, Issuer, Shows, State, User
from tests import make
from tests.pages.conftest import Office
from tests.pages.test_board import read
from tests.pages.test_download import lines_of_csv
from tests.pages.test_reply import WITHIN

SUBJECT = "Dữ liệu mẫu: công bố Bộ Chỉ số"


@pytest.fixture(autouse=True)
def _english(office: Office):
    User.objects.update(language="en")
    for name in ("unit_a", "unit_b", "clerk"):
        getattr(office.cast, name).refresh_from_db()


@pytest.fixture
def second(office: Office) -> Edition:
    """A correction of the first district's total; the second one's is disputed since the first edition."""
    make.reply(edition=office.published, unit=office.tree.districts[1], by=office.cast.unit_b)
    make.settle(office.published, State.SUPERSEDED)
    edition = make.edition(dispatch=office.published.dispatch, number=2, correcting=office.published.dispatch)
    make.figures(edition=edition, tree=office.tree)
    edition.results.filter(unit=office.tree.districts[0], indicator__code="TONG").update(value=59, printed="59/100")
    return make.publish(edition)


def pages(office: Office, edition: Edition, unit: str = "nam-dong") -> dict[str, str]:
    base = office.page(edition)
    return {
        "board": office.page(edition, "TONG", "district"),
        "table": f"{base}table/district/",
        "compare": f"{base}compare/{unit}/?with=quang-dien",
        "matrix": f"/matrix/{office.tree.issuer.slug}/TONG/district/",
        "unit": office.unit(edition, unit),
    }


LISTS = ("board", "table", "compare", "matrix")


@pytest.mark.parametrize("which", [*LISTS, "unit"])
def test_disputed_is_told_to_whom_the_reply_is_told_alone(office: Office, seen_by, second, which: str):
    word = re.compile('<(span|a) class="note-mark disputed"[^>]*>disputed<')
    for who, times in (("unit_b", 1), ("clerk", 1), ("unit_a", 0)):
        if which in ("compare", "unit") and who == "unit_a":
            continue
        html = read(seen_by(getattr(office.cast, who)), pages(office, second)[which])
        assert bool(word.search(html)) is bool(times), who


@pytest.mark.parametrize("which", LISTS)
def test_corrected_figures_lead_to_what_was_corrected(office: Office, seen_by, second, which: str):
    html = read(seen_by(office.cast.unit_b), pages(office, second)[which])
    assert html.count('class="note-mark corrected"') == 1
    assert f'class="note-mark corrected" href="{office.changes(second)}?edition=2"' in html


@pytest.mark.parametrize("which", LISTS)
def test_files_say_it_too(office: Office, seen_by, second, which: str):
    address = pages(office, second)[which]
    answer = seen_by(office.cast.unit_b).get(f"{address}{'&' if '?' in address else '?'}format=csv")
    said = "\n".join(",".join(line) for line in lines_of_csv(answer.content))
    assert said.count("disputed") == said.count("corrected") == 1


def test_files_of_a_unit_say_it_too(office: Office, seen_by, second):
    answer = seen_by(office.cast.unit_b).get(office.unit(second, "nam-dong") + "?format=csv&list=indicators")
    assert "disputed" in answer.content.decode("utf-8-sig")


def test_without_names_no_peer_is_marked(office: Office, seen_by, second):
    Issuer.objects.update(shows=Shows.OWN_RANK)
    html = read(seen_by(office.cast.unit_b), pages(office, second)["board"])
    assert "note-mark corrected" not in html
    assert "note-mark disputed" in html


@pytest.mark.parametrize("shows", Shows.values)
@pytest.mark.parametrize("which", LISTS)
@pytest.mark.parametrize("who", ["unit_b", "clerk"])
def test_at_most_ten_queries_for_a_correction_under_dispute(
    office: Office, seen_by, second, django_assert_max_num_queries, which: str, shows: str, who: str
):
    Issuer.objects.update(shows=shows)
    client = seen_by(getattr(office.cast, who))
    with django_assert_max_num_queries(10):
        client.get(pages(office, second)[which])


@pytest.mark.parametrize("which", ["ranking/TONG/commune:nam-dong", "table/commune:nam-dong"])
def test_at_most_ten_queries_in_a_draft_within_a_parent(
    office: Office, seen_by, django_assert_max_num_queries, which: str
):
    for unit, text in zip(office.tree.communes, ["40/100", "50/100", "60/100", "45/100"], strict=True):
        make.result(edition=office.draft, unit=unit, code="TONG", text=text)
    client = seen_by(office.cast.clerk)
    with django_assert_max_num_queries(10):
        assert client.get(f"{office.page(office.draft)}{which}/").status_code == 200


# --- Subject and sample data ----------------------------------------------------------------------
@pytest.mark.parametrize("which", [*LISTS, "unit"])
def test_sample_data_looks_like_nothing_else(office: Office, seen_by, which: str):
    client, address = seen_by(office.cast.unit_b), pages(office, office.published)[which]
    assert "chip-sample" not in read(client, address)
    Dispatch.objects.filter(pk=office.published.dispatch_id).update(subject=SUBJECT)
    html = read(client, address)
    assert '<span class="chip chip-sample">Sample data</span>' in html
    if which != "matrix":
        assert SUBJECT in html
    lists = ("list=indicators", "list=past") if which == "unit" else ("",)
    for listed in lists:
        answer = client.get(f"{address}{'&' if '?' in address else '?'}format=csv&{listed}")
        head = "\n".join(",".join(line) for line in lines_of_csv(answer.content)[:3])
        assert "sample data" in head.lower(), listed


def test_a_subject_that_speaks_of_others_is_withheld(office: Office, seen_by):
    Issuer.objects.update(shows=Shows.OWN_RANK)
    Dispatch.objects.filter(pk=office.published.dispatch_id).update(subject="Về việc huyện Phú Vang chậm giải quyết")
    for which, address in pages(office, office.published).items():
        assert "Phú Vang" not in read(seen_by(office.cast.unit_b), address), which


def test_what_is_compared_with_sample_data_says_so(office: Office, seen_by):
    earlier = make.published(tree=office.tree, number="943", data_as_of=date(2023, 8, 10), subject=SUBJECT)
    assert earlier.dispatch.is_sample
    for which in ("table", "unit", "matrix"):
        assert "sample data" in read(seen_by(office.cast.unit_b), pages(office, office.published)[which]).lower(), which
    svg = seen_by(office.cast.unit_b).get(office.unit(office.published, "nam-dong") + "chart.svg").content.decode()
    assert "Sample data: 943/VPUB-KSTT" in svg


# --- The way to dispute ---------------------------------------------------------------------------
def test_a_line_leads_to_a_dispute_while_replies_are_taken(office: Office, seen_by, monkeypatch):
    page = office.unit(office.published, "nam-dong")
    way = f"{office.page(office.published)}reply/nam-dong/TONG/"
    assert way not in read(seen_by(office.cast.unit_b), page)  # since 2023 the days are over
    monkeypatch.setattr(timezone, "now", lambda: WITHIN)
    html = read(seen_by(office.cast.unit_b), page)
    assert way in html
    assert "reply/nam-dong/CTDT.TK/" in html
    assert way not in read(seen_by(office.cast.clerk), page + "?edition=1")  # speaks for no unit
    make.reply(edition=office.published, unit=office.tree.districts[1], by=office.cast.unit_b)
    html = read(seen_by(office.cast.unit_b), page)
    assert way not in html  # it is disputed already
    assert "reply/nam-dong/CTDT.TK/" in html
