"""What the pages' tests look at: a province with a published dispatch and a draft, and its people."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from django.core.files.base import ContentFile
from django.test import Client

from chiso.models import Edition, Evidence, Notice, NoticeKind, Reply, User
from tests import make


@dataclass(frozen=True)
class Office:
    tree: make.Tree
    cast: make.Cast
    published: Edition
    draft: Edition

    def page(self, edition: Edition, *rest: str) -> str:
        """The address of an edition's dispatch, or of a board in it."""
        dispatch = edition.dispatch
        parts = ["dispatches", dispatch.issuer.slug, str(dispatch.year), dispatch.address]
        return "/" + "/".join([*parts, "ranking", *rest] if rest else parts) + "/"

    def changes(self, edition: Edition) -> str:
        return f"{self.page(edition)}changes/"

    def notice(self, who: str) -> str:
        """A notice of the published edition to one of the cast: of a unit user's unit, of the desk otherwise."""
        user: User = getattr(self.cast, who.replace("-", "_"))
        unit = user.memberships.filter(role="unit").first()
        told, _new = Notice.objects.get_or_create(
            to=user, key="event:1", kind=NoticeKind.RECALLED, edition=self.published, unit=unit and unit.unit
        )
        return f"/notices/{told.pk}/"

    def unit(self, edition: Edition, unit: str) -> str:
        """The address of a unit's own page by an edition's dispatch."""
        return self.page(edition).replace("/dispatches/", f"/units/{unit}/")

    def reply(self, *rest: str) -> str:
        """The first district's reply to a published figure, its file "evidence", or another address below it."""
        known = Reply.objects.filter(edition=self.published, unit=self.tree.districts[0]).first()
        made = known or make.reply(edition=self.published, unit=self.tree.districts[0], by=self.cast.unit_a, code="CTDT.TK",
                                   proposed="10/11", proposed_value=10, proposed_out_of=11)  # fmt: skip
        if rest == ("evidence",):
            rest = ("evidence", str(self.evidence(made).pk))
        return "/" + "/".join(["replies", str(made.pk), *rest]) + "/"

    def evidence(self, reply: Reply) -> Evidence:
        step = reply.steps.get(move="sent")
        known = step.evidence.first() or Evidence(step=step, name="bảng kê.pdf", media_type="application/pdf", size=9)
        if known.pk is None:
            known.file.save("x.pdf", ContentFile(b"%PDF-1.4\n%%EOF"))
        return known

    def figure(self, edition: Edition, unit: str, indicator: str) -> str:
        return f"{self.page(edition)}figures/{unit}/{indicator}/"


@pytest.fixture
def office(db) -> Office:
    tree = make.tree()
    return Office(tree, make.cast(tree=tree), make.published(tree=tree), make.draft(tree=tree, number=""))


@pytest.fixture
def seen_by(client: Client):
    """`seen_by(user)` is a client signed in as that person."""

    def signed_in(user: User | None) -> Client:
        if user is None:
            client.logout()
        else:
            client.force_login(user)
        return client

    return signed_in
