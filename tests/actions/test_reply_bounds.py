"""Figures that a publication would not take: neither sent nor accepted."""

from __future__ import annotations

import pytest

from chiso.actions import claim
from chiso.actions import edition as editions
from chiso.actions import reply as replies
from chiso.actions.reply import UnableToGoOn, UnableToReply
from chiso.models import Edition, Indicator, Reply, Result
from chiso.values.number import Kind, read
from tests import make
from tests.actions.test_reply import DOCUMENT, cast, send, tree  # noqa: F401

pytestmark = pytest.mark.django_db


@pytest.fixture
def published(tree, monkeypatch) -> Edition:  # noqa: F811
    draft = make.draft(tree=tree)
    make.result(edition=draft, unit=tree.districts[0], code="HSTT.DH", text="67.3", printed="67.3%")
    monkeypatch.setattr("chiso.actions.claim.timezone.localdate", lambda *given: make.MOMENT.date())
    return make.publish(draft)


IMPOSSIBLE = [
    ("TONG", "58,1/90", "100"),  # of another maximum than the indicator's
    ("TONG", "100,5", "100"),
    ("TONG", "101/100", "100"),
    ("HSTT.DH", "100,01%", "100%"),
    ("HSTT.DH", "101", "100%"),
    ("CTDT.TK", "12/11", ""),
]


@pytest.mark.parametrize(("code", "text", "bound"), IMPOSSIBLE)
def test_what_would_block_publication_is_not_sent(tree, cast, published, code, text, bound):  # noqa: F811
    with pytest.raises(UnableToReply, match=f"{bound}\\.$"):
        send(tree, cast, published, text, code)
    unit = tree.districts[1]  # where the percentage is missing
    if code == "HSTT.DH":
        with pytest.raises(UnableToReply, match=f"{bound}\\.$"):
            send(tree, cast, published, text, code, unit=unit)
    assert not Reply.objects.exists()


@pytest.mark.parametrize(("code", "text", "bound"), IMPOSSIBLE)
def test_what_would_block_publication_is_not_accepted(tree, cast, published, code, text, bound):  # noqa: F811
    figure = read(text, Kind(make.indicator(code).kind))
    given = {"proposed": text, "proposed_value": figure.value, "proposed_out_of": figure.out_of, "code": code}
    reply = make.reply(edition=published, unit=tree.districts[0], by=cast.unit_a, **given)
    with pytest.raises(UnableToGoOn, match=f"{bound}\\.$"):
        replies.accept(reply=reply, by=cast.clerk, document=DOCUMENT)
    with pytest.raises(UnableToGoOn, match=f"{bound}\\.$"):
        replies.accept_in_part(reply=reply, by=cast.clerk, granted=text, text="Một phần", document=DOCUMENT)
    assert Edition.objects.count() == 1


def test_another_maximum_than_the_indicators_is_one_that_is_printed(tree, cast, published):  # noqa: F811
    elsewhere = make.indicator("TONG")
    elsewhere.maximum = 90  # as if the paper printed another
    figure = claim.proposal(
        published, elsewhere, "58,1", Result.objects.get(edition=published, unit=tree.districts[0], indicator=elsewhere)
    )
    assert figure.printed == "58,1/100"


@pytest.mark.parametrize(
    ("text", "kept"), [("66", "66%"), ("66,5%", "66,5%"), ("66 %", "66 %"), ("66 hồ sơ", "66 hồ sơ")]
)
def test_a_percentage_is_shown_as_it_will_be_printed(tree, cast, published, text, kept):  # noqa: F811
    assert send(tree, cast, published, text, "HSTT.DH").proposed == kept


def test_what_is_carried_keeps_the_bounds_of_its_day(tree, cast):  # noqa: F811
    """A figure that was missing, so that nothing printed says of what it is."""
    edition = make.draft(tree=tree)
    Result.objects.filter(edition=edition, indicator__code="TONG").exclude(unit=tree.districts[0]).delete()
    Result.objects.filter(edition=edition, indicator__code="TONG").update(out_of=90)
    make.publish(edition)
    given = {"proposed": "60/100", "proposed_value": 60, "proposed_out_of": 100}
    reply = make.reply(edition=edition, unit=tree.districts[1], by=cast.unit_b, **given)
    draft = replies.accept(reply=reply, by=cast.clerk, document=DOCUMENT).correction
    editions.discard(edition=draft, by=cast.clerk)
    Indicator.objects.filter(code="TONG").update(maximum=80)
    with pytest.raises(UnableToGoOn, match="80"):
        replies.carry(reply=reply, by=cast.clerk, document=DOCUMENT)
    assert Edition.objects.count() == 1
