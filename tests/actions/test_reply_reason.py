"""The reason of a correction that replies led to: it names what the correction corrects, unless somebody wrote it."""

from __future__ import annotations

import pytest
from django.utils import translation

from chiso.actions import correction as corrections
from chiso.actions import edition as editions
from chiso.actions import reply as replies
from chiso.actions.reply import Document
from chiso.models import Edition, Event, Reply, What
from chiso.queries import reply as query
from tests import make

pytestmark = pytest.mark.django_db
CODES = ("TONG", "MDSH.5", "HSTT.QH", "CTDT.TK")


@pytest.fixture
def tree() -> make.Tree:
    return make.tree()


@pytest.fixture
def cast(tree) -> make.Cast:
    return make.cast(tree=tree)


@pytest.fixture
def published(tree) -> Edition:
    return make.published(tree=tree)


@pytest.fixture
def two(tree, cast, published) -> tuple[Reply, Reply]:
    first = make.reply(edition=published, unit=tree.districts[0], by=cast.unit_a)
    return first, make.reply(edition=published, unit=tree.districts[1], by=cast.unit_b)


def opened(reply: Reply, cast, reason: str = "") -> Edition:
    document = Document(reason=reason or query.reason_of([reply]))
    return replies.accept(reply=reply, by=cast.clerk, document=document).correction


def reason(draft: Edition) -> str:
    return Edition.objects.get(pk=draft.pk).reason


def test_it_names_every_figure_that_is_accepted(cast, two):
    first, second = two
    draft = opened(first, cast)
    assert first.unit.name in reason(draft)
    assert second.unit.name not in reason(draft)
    replies.accept(reply=second, by=cast.clerk)
    assert first.unit.name in reason(draft)
    assert second.unit.name in reason(draft)


def test_it_names_no_figure_that_is_refused_after_all(tree, cast, published, two):
    first, second = two
    draft = opened(first, cast)
    replies.accept(reply=second, by=cast.clerk)
    replies.refuse(reply=first, by=cast.clerk, text="Đúng như in")
    assert reason(draft) == query.reason_of([second])
    replies.refuse(reply=second, by=cast.clerk, text="Đúng như in")
    assert reason(draft) == query.reason_of([])
    assert second.unit.name not in reason(draft)
    third = make.reply(edition=published, unit=tree.districts[2], by=cast.unit_b)
    replies.accept(reply=third, by=cast.clerk)
    assert reason(draft) == query.reason_of([third])


def test_what_a_person_wrote_stays(cast, two):
    draft = opened(two[0], cast, "Bổ sung hồ sơ")
    replies.accept(reply=two[1], by=cast.clerk)
    replies.refuse(reply=two[0], by=cast.clerk, text="Đúng như in")
    assert reason(draft) == "Bổ sung hồ sơ"


def test_a_correction_opened_for_something_else_keeps_its_reason(cast, published, two):
    draft = corrections.open_correction(dispatch=published.dispatch, by=cast.clerk, reason="Sai")
    replies.accept(reply=two[0], by=cast.clerk)
    assert reason(draft) == "Sai"


def test_what_is_carried_into_another_draft_is_named_there(cast, two):
    editions.discard(edition=opened(two[0], cast), by=cast.clerk)
    draft = opened(two[1], cast)
    replies.carry(reply=Reply.objects.get(pk=two[0].pk), by=cast.clerk)
    assert reason(draft) == query.reason_of(two)


def test_of_many_three_are_named_and_the_others_counted(tree, cast, published):
    made = [make.reply(edition=published, unit=tree.districts[0], by=cast.unit_a, code=code) for code in CODES]
    text = query.reason_of(made)
    assert [each.indicator.name in text for each in made] == [True, True, True, False]
    assert "1" in text.rpartition(made[2].indicator.name)[2]


def test_it_is_in_one_language_whoever_decides(cast, two):
    with translation.override("en"):
        draft = opened(two[0], cast)
    replies.accept(reply=two[1], by=cast.clerk)
    assert reason(draft) == query.reason_of(two)


def test_a_reason_that_is_worked_out_anew_leaves_an_event(cast, two):
    draft = opened(two[0], cast)
    assert not Event.objects.filter(what=What.EDITION_REASON).exists()
    replies.accept(reply=two[1], by=cast.clerk)
    told = Event.objects.get(what=What.EDITION_REASON)
    assert (told.by, told.edition, told.why) == (cast.clerk, draft, reason(draft))


def test_a_reason_worded_anew_stays(cast, two):
    draft = opened(two[0], cast)
    corrections.reword(edition=draft, reason=" Bổ sung hồ sơ \n", by=cast.clerk)
    corrections.reword(edition=draft, reason="Bổ sung hồ sơ", by=cast.clerk)  # the same again
    assert Event.objects.get(what=What.EDITION_REASON).why == "Bổ sung hồ sơ"
    replies.accept(reply=two[1], by=cast.clerk)
    assert reason(draft) == "Bổ sung hồ sơ"


def test_only_the_draft_of_a_correction_is_given_another_reason(tree, cast, published, two):
    draft = opened(two[0], cast)
    for edition, words in [(draft, "  "), (published, "Sai")]:
        with pytest.raises(corrections.UnableToCorrect):
            corrections.reword(edition=edition, reason=words, by=cast.clerk)
    first = make.draft(tree=tree, number="77")
    with pytest.raises(corrections.UnableToCorrect):
        corrections.reword(edition=first, reason="Sai", by=cast.clerk)
    editions.submit(edition=draft, by=cast.clerk)
    before = reason(draft)
    with pytest.raises(corrections.UnableToCorrect):
        corrections.reword(edition=draft, reason="Sai", by=cast.clerk)
    assert reason(draft) == before


def test_whoever_worded_it_last_does_not_publish_it(cast, two):
    draft = opened(two[0], cast)
    corrections.reword(edition=draft, reason="Bổ sung hồ sơ", by=cast.approver)
    editions.submit(edition=draft, by=cast.clerk)
    with pytest.raises(editions.UnableToPublish, match="sau cùng"):
        editions.publish(edition=draft, by=cast.approver, accept_warnings="Đã đối chiếu")
