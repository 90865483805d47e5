"""Whoever writes for a unit is read as of that unit, whatever name the person has chosen."""

from __future__ import annotations

import pytest

from chiso.models import Unit
from tests import make
from tests.pages.conftest import Office


def test_no_name_makes_a_unit_s_step_the_office_s(office: Office, seen_by):
    cast, unit = office.cast, Unit.objects.get(slug="quang-dien")
    reply = make.reply(edition=office.published, unit=unit, by=cast.unit_a)
    cast.unit_a.full_name = str(cast.clerk)
    cast.unit_a.save()
    told = f"{unit} – {cast.clerk}"
    assert [step.who for step in reply.steps.filter(move="sent")] == [told]
    client = seen_by(cast.clerk)
    for page in (f"/admin/chiso/reply/{reply.pk}/change/", f"/admin/chiso/reply/{reply.pk}/history/"):
        assert told in client.get(page).content.decode(), page


@pytest.mark.parametrize("sign", ["\x01", "\x7f", "\u202e", "\u200b", "\u2028"])
def test_a_name_is_made_of_signs_that_are_seen(office: Office, seen_by, sign):
    client = seen_by(office.cast.unit_a)
    answer = client.post("/account/", {"full_name": f"Lan{sign}Anh", "language": "vi"})
    assert answer.status_code == 200
    assert answer.context["form"].errors["full_name"]
