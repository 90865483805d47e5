"""Rows for the tests that need a database: factory functions, a small province, and the cast.

Every function takes keyword arguments with ordinary defaults, so that a test names only what it is about:

    tree = make.tree()
    edition = make.published(tree=tree)            # dispatch 1082 with its figures, ranked and published
    cast = make.cast(tree=tree)                    # clerk, approver, unit A's user, unit B's user, a stranger
    client.force_login(cast.unit_a)

People have no password unless one is asked for (`password=make.PASSWORD`): hashing one takes longer than a test.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count
from typing import Any

from simple_history.utils import bulk_create_with_history

from chiso.models import (
    Appendix,
    Dispatch,
    Edition,
    Finding,
    Indicator,
    IndicatorSet,
    Issuer,
    Level,
    Membership,
    Reply,
    ReplyStep,
    Result,
    Role,
    Standing,
    State,
    Summary,
    Unit,
    User,
)
from chiso.queries import summary
from chiso.ranking import rules
from chiso.values.alphabet import fold, sort_key

PASSWORD = "mot-cau-de-nho-2023"
MOMENT = datetime(2023, 9, 13, 9, 0, tzinfo=UTC)
_serial = count(1)


# --- Units ----------------------------------------------------------------------------------------
def unit(*, slug: str, **fields: Any) -> Unit:
    made = _unit(slug, **fields)
    made.save(force_insert=True)
    return made


def _unit(slug: str, *, name: str = "", level: str = Level.DISTRICT, parent: Unit | None = None, **fields: Any) -> Unit:
    name = name or slug.replace("-", " ").title()
    return Unit(slug=slug, name=name, level=level, parent=parent, search=fold(name), sort_key=sort_key(name), **fields)


def issuer(
    *, unit: Unit, slug: str = "vpub-thua-thien-hue", name: str = "Văn phòng UBND tỉnh Thừa Thiên Huế"
) -> Issuer:
    return Issuer.objects.create(unit=unit, slug=slug, name=name)


@dataclass(frozen=True)
class Tree:
    """A nation, one province with its issuer, four districts, two agencies, and two communes in each of two districts;
    beside it another province with one district, whose people must see nothing of the first."""

    nation: Unit
    province: Unit
    issuer: Issuer
    districts: tuple[Unit, ...]
    agencies: tuple[Unit, ...]
    communes: tuple[Unit, ...]
    elsewhere: Unit
    elsewhere_district: Unit


_DISTRICTS = [
    ("quang-dien", "UBND huyện Quảng Điền"),
    ("nam-dong", "UBND huyện Nam Đông"),
    ("huong-tra", "UBND thị xã Hương Trà"),
    ("phu-vang", "UBND huyện Phú Vang"),
]
_AGENCIES = [("so-tai-chinh", "Sở Tài chính"), ("so-y-te", "Sở Y tế")]
_COMMUNES = [
    ("quang-phuoc", "UBND xã Quảng Phước", 0),
    ("quang-thai", "UBND xã Quảng Thái", 0),
    ("huong-loc", "UBND xã Hương Lộc", 1),
    ("huong-phu", "UBND xã Hương Phú", 1),
]


def tree() -> Tree:
    nation = unit(slug="ca-nuoc", name="Cả nước", level=Level.NATION)
    province = unit(slug="thua-thien-hue", name="UBND tỉnh Thừa Thiên Huế", level=Level.PROVINCE, parent=nation)
    districts = tuple(
        _unit(slug, name=name, parent=province, order=order) for order, (slug, name) in enumerate(_DISTRICTS, 1)
    )
    agencies = tuple(
        _unit(slug, name=name, level=Level.AGENCY, parent=province, order=order)
        for order, (slug, name) in enumerate(_AGENCIES, 10)
    )
    bulk_create_with_history([*districts, *agencies], Unit)  # one by one they take a third of an ordinary test
    communes = tuple(
        _unit(slug, name=name, level=Level.COMMUNE, parent=districts[of], order=order)
        for order, (slug, name, of) in enumerate(_COMMUNES, 20)
    )
    bulk_create_with_history(communes, Unit)
    elsewhere = unit(slug="gia-lai", name="UBND tỉnh Gia Lai", level=Level.PROVINCE, parent=nation)
    return Tree(
        nation, province, issuer(unit=province), districts, agencies, communes, elsewhere,
        unit(slug="chu-se", name="UBND huyện Chư Sê", parent=elsewhere),
    )  # fmt: skip


# --- Indicators -----------------------------------------------------------------------------------
_INDICATORS: list[tuple[str, str, str, str | None, str, bool]] = [
    ("TONG", "Chỉ số tổng hợp", "score", "100", "higher", False),
    ("CKMB", "Công khai, minh bạch", "score", "18", "higher", False),
    ("MDSH.5", "Chứng thực điện tử bản sao từ bản chính", "count", None, "", True),
    ("CTDT.TK", "Số đơn vị đã triển khai", "share", None, "higher", False),
    ("HSTT.QH", "Tổng số hồ sơ xử lý quá hạn", "count", None, "lower", True),
    ("HSTT.DH", "Tỷ lệ hồ sơ đúng hạn, trong hạn", "percent", None, "higher", False),
]


def indicator_set(*, code: str = "766-2022", valid_from: date = date(2022, 6, 23)) -> IndicatorSet:
    """The set with a handful of indicators: scores, a percent, a share, a count with a direction, one without."""
    found, created = IndicatorSet.objects.get_or_create(
        code=code, defaults={"name": "Bộ chỉ số", "decision": "Quyết định 766/QĐ-TTg", "valid_from": valid_from}
    )
    if created:
        each = [
            Indicator(
                indicator_set=found, code=own, name=name, kind=kind, maximum=maximum and Decimal(maximum),
                direction=direction, additive=additive, order=order,
            )
            for order, (own, name, kind, maximum, direction, additive) in enumerate(_INDICATORS, 1)
        ]  # fmt: skip
        bulk_create_with_history(each, Indicator)
    return found


def indicator(code: str, *, of: str = "766-2022") -> Indicator:
    return Indicator.objects.get(indicator_set__code=of, code=code)


# --- Dispatches, editions, figures ----------------------------------------------------------------
def dispatch(*, issuer: Issuer, number: str = "1082", symbol: str | None = None, **fields: Any) -> Dispatch:
    """Dispatch 1082/VPUB-KSTT of 13/9/2023; `number=""` makes one that is not issued yet."""
    fields.setdefault("year", 2023)
    fields.setdefault("issued_on", date(2023, 9, 13) if number else None)
    fields.setdefault("data_as_of", date(2023, 9, 12))
    fields.setdefault("subject", "Về việc công bố kết quả Bộ chỉ số phục vụ người dân và doanh nghiệp")
    symbol = ("VPUB-KSTT" if number else "") if symbol is None else symbol
    return Dispatch.objects.create(issuer=issuer, number=number, symbol=symbol, **fields)


def edition(*, dispatch: Dispatch, number: int = 1, state: str = State.DRAFT, **fields: Any) -> Edition:
    fields.setdefault("indicator_set", indicator_set())
    fields.setdefault("opened_at", MOMENT)
    if number > 1:
        fields.setdefault("reason", "Một số liệu sai")
    return Edition.objects.create(dispatch=dispatch, number=number, state=state, **_of_state(state) | fields)


def settle(edition: Edition, state: str) -> Edition:
    """A draft that has its figures becomes what it is meant to be: nothing is added to it afterwards."""
    for name, value in ({"state": state} | _of_state(state)).items():
        setattr(edition, name, value)
    edition.save()
    return edition


def _of_state(state: str) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    if state not in (State.DRAFT, State.REVIEW):
        fields["published_at"] = MOMENT
    if state == State.RECALLED:
        fields |= {"recall_reason": "Sai số liệu", "recalled_at": MOMENT}
    return fields


def appendix(*, edition: Edition, ordinal: str = "II", title: str = "", **fields: Any) -> Appendix:
    return Appendix.objects.create(edition=edition, ordinal=ordinal, title=title, **fields)


def result(*, edition: Edition, unit: Unit, code: str, text: str, **fields: Any) -> Result:
    """One figure from its plain text: "57.72", "8/11", "2145". The reading of printed text is not tested here."""
    made = _result(edition, unit, indicator(code, of=edition.indicator_set.code), text, **fields)
    made.save(force_insert=True)
    return made


def _result(edition: Edition, unit: Unit, of: Indicator, text: str, **fields: Any) -> Result:
    value, _, total = text.partition("/")
    numbers = {"value": Decimal(value), "out_of": Decimal(total) if total else None}
    return Result(edition=edition, unit=unit, indicator=of, **{"printed": text} | numbers | fields)


def finding(*, edition: Edition, check_id: str = "groups-add-up", **fields: Any) -> Finding:
    fields.setdefault("severity", "warning")
    fields.setdefault("where", "I")
    if fields.get("state") == "accepted":
        fields.setdefault("acceptance", "As printed")
        fields.setdefault("accepted_at", MOMENT)
    return Finding.objects.create(edition=edition, check_id=check_id, **fields)


FIGURES: dict[str, list[str]] = {  # district by district, in the order of the tree; "" is missing
    "TONG": ["57.72/100", "56.39/100", "48.7/100", "48.7/100"],
    "CTDT.TK": ["11/11", "5/10", "8/11", ""],
    "MDSH.5": ["2145", "5932", "0", "318"],
    "HSTT.QH": ["15", "0", "3", "64"],
}
AGENCY_FIGURES: dict[str, list[str]] = {"HSTT.QH": ["0", "9"], "HSTT.DH": ["100", "96.31"]}
PROVINCE_FIGURES: dict[str, tuple[str, str]] = {"TONG": ("60.58/100", "64.9/100"), "CKMB": ("11.3/18", "11.3/18")}


def figures(*, edition: Edition, tree: Tree) -> list[Result]:
    """The figures above in a draft, each with the cell it came from."""
    tables = [("II", tree.districts, FIGURES), ("IV", tree.agencies, AGENCY_FIGURES)]
    known = {each.code: each for each in Indicator.objects.filter(indicator_set=edition.indicator_set)}
    made = []
    for ordinal, units, columns in tables:
        for column, (code, texts) in enumerate(columns.items(), 3):
            for row, (one, text) in enumerate(zip(units, texts, strict=True), 2):
                if text:
                    cell = f"{ordinal}, row {row}, column {column}"
                    made.append(_result(edition, one, known[code], text, cell=cell, row=row))
    for code, (own, nation) in PROVINCE_FIGURES.items():
        made.append(_result(edition, tree.province, known[code], own, cell="I, row 2, column 3"))
        made.append(_result(edition, tree.nation, known[code], nation, cell="I, row 2, column 4"))
    return Result.objects.bulk_create(made)


def rank(edition: Edition) -> None:
    """Standings by the plain rules, level by level: a test of the fast way in `queries` compares against its own."""
    groups: dict[tuple[Indicator, str], list[Result]] = defaultdict(list)
    found = edition.results.select_related("unit__parent", "indicator")
    many = {level for level, parents in _parents(found).items() if len(parents) > 1}
    for each in found:
        if each.unit.level in (Level.NATION, Level.PROVINCE):
            continue
        groups[(each.indicator, each.unit.level)].append(each)
        if each.unit.level in many and each.unit.parent:
            groups[(each.indicator, f"{each.unit.level}:{each.unit.parent.slug}")].append(each)
    Standing.objects.bulk_create(
        standing for (of, peers), results in groups.items() for standing in _standings(edition, of, peers, results)
    )


def _parents(results: Iterable[Result]) -> Mapping[str, set[int | None]]:
    parents: dict[str, set[int | None]] = defaultdict(set)
    for each in results:
        parents[each.unit.level].add(each.unit.parent_id)
    return parents


def _standings(edition: Edition, of: Indicator, peers: str, results: list[Result]) -> Iterator[Standing]:
    numbers = {each.unit.slug: rules.measure(of.kind, each.value, each.out_of) for each in results}
    places = rules.rank(list(numbers.items()), direction=of.direction)
    for each in results:
        place = places[each.unit.slug]
        if place.rank is not None:
            yield Standing(
                edition=edition, indicator=of, unit=each.unit, value=each.value, peers=peers,
                rank=place.rank, rank_of=place.rank_of, tied=place.tied,
            )  # fmt: skip


def publish(edition: Edition) -> Edition:
    """Ranks a draft and marks it published, without the questions that the action asks."""
    rank(edition)
    Summary.objects.bulk_create(summary.of_edition(edition))
    edition.state = State.PUBLISHED
    edition.published_at = MOMENT
    edition.save()
    return edition


def draft(*, tree: Tree, **fields: Any) -> Edition:
    """An open edition with its figures; the fields are the dispatch's."""
    opened = edition(
        dispatch=dispatch(issuer=tree.issuer, **fields),
        headline_score=Decimal("61.5"),
        headline_out_of=Decimal(100),
        headline_rank=48,
        headline_rank_of=63,
        headline_printed="61.5/100 điểm, xếp hạng 48/63",
    )
    appendix(edition=opened, ordinal="II", title="Chỉ số tổng hợp của UBND cấp huyện")
    figures(edition=opened, tree=tree)
    return opened


def published(*, tree: Tree, **fields: Any) -> Edition:
    return publish(draft(tree=tree, **fields))


# --- Replies --------------------------------------------------------------------------------------
def reply(*, edition: Edition, unit: Unit, by: User, code: str = "TONG", **fields: Any) -> Reply:
    """A unit's reply as it was sent on the day of publication, with its first step."""
    fields = {"proposed": "60/100", "proposed_value": Decimal(60), "proposed_out_of": Decimal(100)} | fields
    fields = {"reason": "Thiếu hồ sơ", "sent_at": MOMENT, "due_on": date(2023, 9, 15)} | fields
    of = indicator(code, of=edition.indicator_set.code)
    made = Reply.objects.create(edition=edition, unit=unit, indicator=of, sent_by=by, **fields)
    ReplyStep.objects.create(reply=made, move="sent", text=made.reason, by=by, at=made.sent_at)
    return made


# --- People ---------------------------------------------------------------------------------------
def person(*, email: str = "", password: str | None = None, **fields: Any) -> User:
    return User.objects.create_user(email or f"person-{next(_serial)}@example.org", password, **fields)


def member(*, unit: Unit, role: str = Role.UNIT, user: User | None = None, **fields: Any) -> User:
    """A person who is something to a unit: `role="clerk"` at the issuer's unit works at the desk."""
    user = user or person(**fields)
    Membership.objects.create(user=user, unit=unit, role=role)
    return user


@dataclass(frozen=True)
class Cast:
    clerk: User
    approver: User
    administrator: User
    unit_a: User  # of the first district
    unit_b: User  # of the second
    stranger: User  # of a district in another province


def cast(*, tree: Tree, password: str | None = None) -> Cast:
    def made(name: str, unit: Unit, role: str) -> User:
        return member(unit=unit, role=role, email=f"{name}@example.org", password=password)

    return Cast(
        clerk=made("clerk", tree.province, Role.CLERK),
        approver=made("approver", tree.province, Role.APPROVER),
        administrator=made("administrator", tree.province, Role.ADMINISTRATOR),
        unit_a=made("unit-a", tree.districts[0], Role.UNIT),
        unit_b=made("unit-b", tree.districts[1], Role.UNIT),
        stranger=made("stranger", tree.elsewhere_district, Role.UNIT),
    )
