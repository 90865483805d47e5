"""Who comes, and what is there: two provinces, each with an office, its people, and one row of every table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from chiso.actions import unit as unit_action
from chiso.actions import upload as upload_action
from chiso.models import (
    AnswerForm,
    Edition,
    Event,
    Issuer,
    Layout,
    Membership,
    Reply,
    ResultChange,
    Role,
    Shows,
    Unit,
    UnitAlias,
    UnitSuccession,
    Upload,
    User,
    What,
)  # fmt: skip
from tests import make
from tests.pages.conftest import Office

PEOPLE = (
    "visitor",
    "nobody",  # signed in, and nothing to any unit
    "unit_a", "sub_unit", "unit_b", "stranger",  # of a district, a commune in it, another district, another province
    "clerk", "approver", "administrator",
    "elsewhere", "elsewhere_admin",  # clerk and administrator of the other province's office
    "superuser",
)  # fmt: skip
AT_DESK = PEOPLE[6:]


@dataclass(frozen=True)
class Offices(Office):
    their_published: Edition
    their_draft: Edition
    sub_reply: Reply
    their_reply: Reply


@dataclass(frozen=True)
class World:
    office: Offices
    people: dict[str, User | None]
    ours_at_desk: dict[str, int | str]  # name in a place of the desk -> key of our office's row
    theirs_at_desk: dict[str, int | str]  # the same of the other office's

    def show(self, setting: Shows) -> None:
        Issuer.objects.update(shows=setting)


def world() -> World:
    tree = make.tree()
    cast = make.cast(tree=tree)
    cast.unit_a.set_password(make.PASSWORD)  # the others have none
    cast.unit_a.save()
    neighbour = make.issuer(unit=tree.elsewhere, slug="vpub-gia-lai", name="Văn phòng UBND tỉnh Gia Lai")
    units = _their_units(tree)
    people = {name: getattr(cast, name, None) for name in PEOPLE} | {
        "nobody": make.person(email="nobody@example.org"),
        "sub_unit": make.member(unit=tree.communes[0], email="sub-unit@example.org"),
        "elsewhere": make.member(unit=tree.elsewhere, role=Role.CLERK, email="elsewhere@example.org"),
        "elsewhere_admin": make.member(unit=tree.elsewhere, role=Role.ADMINISTRATOR, email="admin@example.org"),
        "superuser": make.person(email="superuser@example.org", is_superuser=True),
    }
    published, theirs = make.published(tree=tree), make.publish(_theirs(neighbour, units, "5"))
    office = Offices(
        tree, cast, published, make.draft(tree=tree, number=""), theirs, _theirs(neighbour, units, "6"),
        make.reply(edition=published, unit=tree.communes[0], by=people["sub_unit"]),
        make.reply(edition=theirs, unit=units[0], by=cast.stranger),
    )  # fmt: skip
    Layout.objects.create(indicator_set=published.indicator_set, code="x", name="Bảng")
    office.reply("evidence")
    return World(
        office, people,
        _at_desk(tree.issuer, (published, office.draft), tree.districts, cast.unit_a),
        _at_desk(neighbour, (theirs, office.their_draft), units, cast.stranger),
    )  # fmt: skip


def _theirs(issuer: Issuer, units: tuple[Unit, ...], number: str) -> Edition:
    opened = make.edition(dispatch=make.dispatch(issuer=issuer, number=number))
    make.appendix(edition=opened)
    for unit in units:
        make.result(edition=opened, unit=unit, code="TONG", text="50/100")
    return opened


def _their_units(tree: make.Tree) -> tuple[Unit, ...]:
    others = [make.unit(slug=slug, parent=tree.elsewhere) for slug in ("chu-prong", "chu-puh")]
    return (tree.elsewhere_district, *others)


def _at_desk(
    issuer: Issuer, editions: tuple[Edition, Edition], units: tuple[Unit, ...], of_unit: User
) -> dict[str, int | str]:
    """One row of every table of the office: the first of its units is the one whose person is `of_unit`."""
    (published, draft), unit = editions, units[0]
    event = Event.objects.create(what=What.RESULT_STORED, subject="x", issuer=issuer, edition=draft)
    figure, fixed = draft.results.get(unit=unit, indicator__code="TONG"), published.results.filter(unit=unit).first()
    ResultChange.objects.create(edition=draft, indicator=figure.indicator, unit=unit, printed_after="1", event=event)
    alias = UnitAlias(unit=unit, alias=f"Tên khác của {unit.name}")
    unit_action.store_alias(alias=alias)
    succession = UnitSuccession.objects.create(
        predecessor=units[-1], successor=units[-2], effective_on=date(2025, 1, 1)
    )
    records = upload_action.stored(b"x", "x.csv", issuer=issuer, state="applied", about="membership")
    rows = {
        "upload": _staged(issuer, draft), "records": records, "dispatch": draft.dispatch,
        "appendix": draft.appendices.get(), "finding": make.finding(edition=draft), "edition": draft,
        "event": event, "indicatorset": draft.indicator_set, "indicator": figure.indicator,
        "layout": Layout.objects.get(), "user": of_unit, "membership": Membership.objects.get(user=of_unit),
        "reply": published.replies.get(unit=unit), "answerform": AnswerForm.objects.create(issuer=issuer, title="Thiếu", text="…"),
        "result": figure, "standing": published.standings.first(), "summary": published.summaries.first(),
        "unit": unit, "unitalias": alias, "unitsuccession": succession, "issuer": issuer,
        "published": published, "fixed": fixed, "fixed_appendix": published.appendices.get(),
        "handed_in": _handed_in(issuer),
    }  # fmt: skip
    return {name: row.pk for name, row in rows.items()}


def _staged(issuer: Issuer, draft: Edition) -> Upload:
    table = "STT\tĐơn vị\tĐiểm\n1\tUBND huyện Quảng Điền\t57,72".encode()
    return upload_action.stage(data=table, name="x.txt", issuer=issuer, by=None, into=draft)


def _handed_in(issuer: Issuer) -> Edition:
    return make.edition(dispatch=make.dispatch(issuer=issuer, number="900"), state="review")
