"""What the plan shows is what is stored, cell for cell, whatever the file, the draft and the answers; and a change
between the plan that was shown and its confirmation stops it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.db import transaction
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from chiso.actions import decision as decisions
from chiso.actions import result as results
from chiso.actions import upload as uploads
from chiso.ingest.reading import LETTER
from chiso.models import Appendix, Dispatch, Edition, Layout, Result, ResultChange, Unit, UnitAlias, Upload
from chiso.queries import upload as plans
from chiso.queries.upload import LoadPlan
from tests import make

pytestmark = pytest.mark.django_db
CAPTION = "(Kèm theo Công văn số 1082/VPUB-KSTT ngày 13/9/2023 của Văn phòng UBND tỉnh Thừa Thiên Huế)"
CODES = ["TONG", "CKMB", "CTDT.TK", "HSTT.QH", "HSTT.DH"]
HEADINGS = {
    "TONG": "Chỉ số tổng hợp", "CKMB": "Công khai, minh bạch (18 điểm)", "CTDT.TK": "Số đơn vị đã triển khai",
    "HSTT.QH": "Tổng số hồ sơ xử lý quá hạn", "HSTT.DH": "Tỷ lệ hồ sơ đúng hạn, trong hạn (%)", "": "Điều lạ",
    "again": "Tổng số hồ sơ xử lý quá hạn",
}  # fmt: skip
NAMES = [
    "UBND huyện Quảng Điền", "UBND huyện Nam Đông", "TX. Hương Trà", "Huyện Phú Vang", "Sở Tài chính", "Sở Y tế",
    "UBND xã Quảng Phước", "UBND xã Hương Lộc", "UBND tỉnh Thừa Thiên Huế", "Cả nước", "UBND huyện Chư Sê", "Sở Lạ",
    "Tổng cộng", "Sở, ban, ngành", "",
]  # fmt: skip
GOOD = {
    "TONG": ["57,72/100", "48.7", "0"], "CKMB": ["11.3/18", "17,5"], "CTDT.TK": ["8/11", "37/37"],
    "HSTT.QH": ["2.145", "5932", "0"], "HSTT.DH": ["89.18%", "100", "7,5"], "": ["3", "x"], "again": ["7", "1.000"],
}  # fmt: skip
ODD = ["", "-", "không có", "2.6O8", "1/2/3", "-5", "12.34.5", "8/0", "101%", "19/18", "1.2345678", "abc"]
STORED = ["quang-dien", "nam-dong", "so-y-te", "phu-vang"]
LETTER_TEXTS = ["number", "symbol", "issued_on", "data_as_of", "subject", "signer"]
SPOTS = st.tuples(st.integers(0, 14), st.integers(0, 8))


@dataclass(frozen=True)
class Case:
    """A table, what stood in the draft before, and answers at random places. `book`: as a workbook or as text."""

    codes: list[str]
    rows: list[tuple[str, list[str]]]
    stored: list[tuple[str, str, str]]
    removed: list[int]
    answers: list[dict[str, Any]]
    book: bool
    again: bool  # a file like it came before

    @property
    def lines(self) -> list[list[str]]:
        head = ["STT", "Tên đơn vị", *(HEADINGS[code] for code in self.codes)]
        return [head, *([str(n), name, *texts] for n, (name, texts) in enumerate(self.rows, 1))]

    @property
    def file(self) -> tuple[str, bytes]:
        if not self.book:
            lines = ["Phụ lục II", "BẢNG SỐ LIỆU CHUNG", CAPTION, *("\t".join(line) for line in self.lines)]
            return "table.txt", "\n".join(lines).encode()
        book = openpyxl.Workbook()
        sheet = book.active
        for line in [["Phụ lục II"], ["BẢNG SỐ LIỆU CHUNG"], [CAPTION], *self.lines]:
            sheet.append([int(text) if text.isdecimal() else text for text in line])
        data = io.BytesIO()
        book.save(data)
        return "table.xlsx", data.getvalue()


@st.composite
def answers(draw: st.DrawFn) -> dict[str, Any]:
    kind = draw(st.sampled_from(["line", "unit", "cell", "skip", "other"]))
    row, column = draw(SPOTS)
    place = {"kind": kind, "appendix": draw(st.sampled_from(["II", "II", "II", "III"])), "printed": None}
    if kind == "line":
        code = draw(st.sampled_from(["", "", *CODES, "GONE"]))
        role = "indicator" if code else draw(st.sampled_from(["none", "unit", "position", "rank", "label"]))
        return place | {
            "axis": draw(st.sampled_from(["column", "row"])),
            "place": column,
            "role": role,
            "indicator": code,
        }
    if kind == "unit":
        units = ["quang-dien", "so-y-te", "ca-nuoc", "chu-se", "gone"]
        return place | {"name": draw(st.sampled_from(NAMES)), "unit": draw(st.sampled_from(units))}
    text = draw(st.sampled_from([*ODD, "12", "57,72/100", "UBND huyện Nam Đông"]))
    return place | {"row": row, "column": column, "text": text, "why": "vì thế"}


@st.composite
def cases(draw: st.DrawFn) -> Case:
    codes = draw(st.lists(st.sampled_from(CODES), min_size=1, max_size=4, unique=True))
    codes += draw(st.lists(st.sampled_from(["", "again"]), max_size=1))
    names = draw(st.lists(st.sampled_from(NAMES[:8]), min_size=2, max_size=5, unique=True))
    names = draw(st.permutations(names + draw(st.lists(st.sampled_from(NAMES), max_size=3))))
    odd = draw(st.sampled_from([[], ODD]))
    rows = [(name, [draw(st.sampled_from(GOOD[code] * 6 + odd)) for code in codes]) for name in names]
    which = st.tuples(st.sampled_from(STORED), st.sampled_from(CODES), st.integers(0, 2))
    stored = draw(st.lists(which, max_size=6, unique_by=lambda each: each[:2]))
    typed = [(unit, code, GOOD[code][number % len(GOOD[code])]) for unit, code, number in stored]
    removed = draw(st.lists(st.integers(0, 5), max_size=2))
    said = draw(st.lists(answers(), max_size=4))
    return Case(codes, rows, typed, removed, said, draw(st.booleans()), draw(st.booleans()))


@contextmanager
def undone() -> Iterator[None]:
    """Nothing of one example is there for the next."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def world():
    tree = make.tree()
    edition = make.edition(dispatch=make.dispatch(issuer=tree.issuer))
    other = make.edition(dispatch=make.dispatch(issuer=tree.issuer, number="943"))
    make.result(edition=other, unit=tree.districts[0], code="HSTT.QH", text="77")
    return edition


def staged(case: Case, edition: Edition) -> Upload:
    """The file, loaded into a draft in which some figures were typed, and some of them taken out again."""
    for unit, code, text in case.stored:
        indicator = make.indicator(code)
        results.store(edition=edition, unit=Unit.objects.get(slug=unit), indicator=indicator, text=text, by=None)
    for number in case.removed:
        typed = list(Result.objects.filter(edition=edition).order_by("pk"))
        if number < len(typed):
            results.remove(result=typed[number], by=None, why="nhầm")
    if case.again:
        name, data = replace(case, rows=case.rows[1:]).file
        first = uploads.stage(data=data, name=name, issuer=edition.dispatch.issuer, by=None)
        if plans.plan(first).may_apply:
            uploads.apply(upload=first, by=None)
    name, data = case.file
    upload = uploads.stage(data=data, name=name, issuer=edition.dispatch.issuer, by=None)
    upload.decisions = [{"n": n, "by": None, "at": ""} | each for n, each in enumerate(case.answers, 1)]
    upload.save()
    return upload


def figures(edition: Edition) -> dict[tuple[str, str], tuple[Any, ...]]:
    rows = Result.objects.filter(edition=edition).select_related("unit", "indicator", "appendix")
    return {
        (row.unit.slug, row.indicator.code): (
            row.value, row.out_of, row.printed, row.cell, row.position, row.printed_rank, row.row,
            row.appendix.ordinal if row.appendix else "", row.source_id,
        )
        for row in rows
    }  # fmt: skip


def shown(plan: LoadPlan, upload: Upload, before: dict[tuple[str, str], tuple[Any, ...]]) -> dict[tuple[str, str], Any]:
    """The draft as the plan says that it will be."""
    after = dict(before)
    for entry in plan.entries:
        fact = entry.fact
        key = (fact.unit or "", fact.indicator)
        assert (entry.kind == "new") == (key not in before)
        if entry.kind != "unchanged" or entry.moved or fact.corrected is not None:
            same = entry.kind == "unchanged"
            source = None if fact.corrected is not None or (same and before[key][-1] is None) else upload.pk
            places = str(fact.cell), fact.position, fact.printed_rank, fact.row, fact.cell.appendix
            after[key] = (fact.value, fact.out_of, fact.printed, *places, source)
    return after


def texts(edition: Edition) -> dict[tuple[str, str], Any]:
    """The texts of the record and of the appendices as stored."""
    found = {(LETTER, name): getattr(Dispatch.objects.get(pk=edition.dispatch_id), name) for name in LETTER_TEXTS}
    for row in Appendix.objects.filter(edition=edition).select_related("layout"):
        found |= {(row.ordinal, "title"): row.title, (row.ordinal, "notes"): row.notes}
    return found


def texts_shown(plan: LoadPlan, edition: Edition) -> dict[tuple[str, str], Any]:
    """The texts on record as the plan says that they will be; of a new appendix it says nothing."""
    told = {(each.of, each.name): each.after for each in plan.texts if each.name != "layout"}
    return texts(edition) | told


def whole(value: object) -> object:
    return value.normalize() if isinstance(value, Decimal) else value


def equal(one: dict[tuple[str, str], tuple[Any, ...]], other: dict[tuple[str, str], tuple[Any, ...]]) -> bool:
    first, second = ({key: tuple(map(whole, row)) for key, row in each.items()} for each in (one, other))
    assert first == second
    return True


@settings(max_examples=70, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(case=cases())
def test_what_the_plan_shows_is_what_is_stored(world, case):
    edition = world
    with undone():
        upload = staged(case, edition)
        before, changes = figures(edition), ResultChange.objects.count()
        knowledge = Unit.objects.count(), Layout.objects.count(), UnitAlias.objects.count()
        plan = plans.plan(upload)
        assert equal(figures(edition), before)
        expected, said = shown(plan, upload, before), texts_shown(plan, edition)
        event(f"{plan.target}, taught {len(plan.reading.taught)}")
        if not plan.may_apply:
            with pytest.raises(uploads.UnableToApply):
                uploads.apply(upload=upload, by=None, shown=plan.fingerprint)
            assert equal(figures(edition), before)
            return
        assert uploads.apply(upload=upload, by=None, shown=plan.fingerprint) == edition
        assert equal(figures(edition), expected)
        assert said.items() <= texts(edition).items()
        changed = [each for each in plan.entries if each.kind != "unchanged" or each.fact.corrected is not None]
        assert ResultChange.objects.count() - changes == len(changed)
        assert Unit.objects.count() == knowledge[0]
        assert Layout.objects.count() - knowledge[1] == len({each.code for each in plan.reading.taught})
        assert [row.printed for row in Result.objects.exclude(edition=edition)] == ["77"]


def _type_another(edition: Edition, plan: LoadPlan, upload: Upload) -> bool:
    entry = plan.entries[0]
    code = entry.fact.indicator
    text = next(text for text in ["1/3", "2/3"] if text != entry.fact.printed) if code == "CTDT.TK" else "13"
    unit = Unit.objects.get(slug=entry.fact.unit)
    if entry.before and entry.before.printed == text:
        return False
    results.store(edition=edition, unit=unit, indicator=make.indicator(code), text=text, by=None)
    return True


def _take_out(edition: Edition, plan: LoadPlan, upload: Upload) -> bool:
    standing = next((entry.before for entry in plan.entries if entry.before), None)
    if standing is not None:
        here = Result.objects.filter(edition=edition, unit__slug=standing.unit, indicator__code=standing.indicator)
        results.remove(result=here.get(), by=None, why="nhầm")
    return standing is not None


def _end_a_unit(edition: Edition, plan: LoadPlan, upload: Upload) -> bool:
    return bool(Unit.objects.filter(slug=plan.entries[0].fact.unit).update(valid_to="2000-01-01"))


def _answer(edition: Edition, plan: LoadPlan, upload: Upload) -> bool:
    cell = plan.entries[0].fact.cell
    decisions.skip_cell(upload=upload, by=None, appendix=cell.appendix, row=cell.row, column=cell.column, why="vì thế")
    return True


def _change_the_kind(edition: Edition, plan: LoadPlan, upload: Upload) -> bool:
    indicator = make.indicator(plan.entries[0].fact.indicator)
    indicator.name = "Điều gì đó khác hẳn"
    indicator.save()
    return True


@settings(max_examples=35, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    case=cases().map(lambda case: replace(case, answers=[])),
    change=st.sampled_from([_type_another, _take_out, _end_a_unit, _answer, _change_the_kind]),
)
def test_a_change_between_the_plan_and_its_confirmation_stops_it(world, case, change):
    edition = world
    with undone():
        upload = staged(case, edition)
        plan = plans.plan(upload)
        if not plan.entries or not plan.may_apply or not change(edition, plan, upload):
            return
        event(change.__name__)
        before = figures(edition)
        with pytest.raises(uploads.Changed):
            uploads.apply(upload=upload, by=None, shown=plan.fingerprint)
        assert equal(figures(edition), before)
        assert Upload.objects.get(pk=upload.pk).state == "staged"
