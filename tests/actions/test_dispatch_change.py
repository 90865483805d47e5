"""A dispatch changed by hand while somebody else changes it."""

from __future__ import annotations

import re

import pytest

from chiso.actions import dispatch as dispatches
from chiso.models import Dispatch, Event, What
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree() -> make.Tree:
    return make.tree()


@pytest.fixture
def cast(tree) -> make.Cast:
    return make.cast(tree=tree)


@pytest.fixture
def dispatch(tree) -> Dispatch:
    return make.draft(tree=tree).dispatch


def test_what_was_read_before_the_lock_overwrites_nothing(dispatch, cast):
    known = Dispatch.objects.get(pk=dispatch.pk)
    dispatches.change(dispatch=Dispatch.objects.get(pk=dispatch.pk), by=cast.approver, subject="Trích yếu mới")
    dispatches.change(dispatch=known, by=cast.clerk, signer="Trần Văn B")
    now = Dispatch.objects.get(pk=dispatch.pk)
    assert (now.subject, now.signer) == ("Trích yếu mới", "Trần Văn B")
    assert known.subject == "Trích yếu mới"


def page(dispatch: Dispatch) -> str:
    return f"/admin/chiso/dispatch/{dispatch.pk}/change/"


def shown(html: str) -> str:
    (found,) = re.findall(r'name="seen" value="(\d+)"', html)
    return str(found)


def test_a_form_opened_before_another_saved_is_not_taken(client, dispatch, cast):
    client.force_login(cast.clerk)
    seen = shown(client.get(page(dispatch)).content.decode())
    given = {
        "number": dispatch.number, "symbol": dispatch.symbol, "issued_on": "13/9/2023", "data_as_of": "12/9/2023",
        "period": "month", "subject": "", "signer": "Trần Văn B",
    }  # fmt: skip
    other = type(client)()
    other.force_login(cast.approver)
    assert (
        other.post(page(dispatch), given | {"subject": "Trích yếu mới", "signer": "", "seen": seen}).status_code == 302
    )
    answer = client.post(page(dispatch), given | {"seen": seen})
    html = answer.content.decode()
    now = Dispatch.objects.get(pk=dispatch.pk)
    assert (now.subject, now.signer) == ("Trích yếu mới", "")
    told = re.search(r'class="wrong" role="alert".*?</div>', html, re.S)[0]
    assert str(cast.approver) in told
    assert "Trích yếu mới" in told
    assert "Trần Văn B" in html  # what was typed
    assert client.post(page(dispatch), given | {"subject": now.subject, "seen": shown(html)}).status_code == 302
    now.refresh_from_db()
    assert (now.subject, now.signer) == ("Trích yếu mới", "Trần Văn B")
    assert Event.objects.filter(what=What.DISPATCH_CHANGED).count() == 2
