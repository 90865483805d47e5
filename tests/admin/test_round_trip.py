"""What goes out comes back as it was: export, import of the untouched file, no change and no problem."""

from __future__ import annotations

import io
import string
from decimal import Decimal

import pytest
from django.utils.translation import override
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from chiso.actions import edition as editions
from chiso.actions import result as result_action
from chiso.actions import unit as unit_action
from chiso.admin.exchange_figures import sheets
from chiso.admin.formats import EXPORTS
from chiso.admin.records import RESOURCES
from chiso.admin.resources.indicator import IndicatorResource
from chiso.admin.resources.layout import LayoutResource
from chiso.admin.resources.unit import UnitResource
from chiso.ingest.reading import open_file
from chiso.ingest.writers.line import number, number_format
from chiso.models import (
    Appendix,
    Dispatch,
    Indicator,
    IndicatorSet,
    Issuer,
    Layout,
    LayoutLine,
    Result,
    Unit,
    UnitAlias,
    Upload,
    User,
)
from chiso.queries import printed
from chiso.queries import upload as uploads
from chiso.values.number import Figure, Kind, read, read_number
from tests import make, record

from . import rows

pytestmark = pytest.mark.django_db
FORMATS = {each.extension: each for each in EXPORTS}
SAMPLES = [".docx", ".xlsx", ".txt"]


def planned(edition, data, ending):
    opened = open_file(data, f"x.{ending}")
    return uploads.plan_of(opened, issuer=edition.dispatch.issuer, today=make.MOMENT.date(), into=edition)


def file_of(ending, *tables):
    out = io.BytesIO()
    FORMATS[ending]().write(out, sheets(tables))
    return out.getvalue()


def untouched(edition, data, ending, count):
    plan = planned(edition, data, ending)
    assert plan.counts == {"new": 0, "changed": 0, "unchanged": count, "absent": 0}
    assert not plan.problems
    assert plan.target == "draft"
    assert not plan.texts
    return plan


def held(appendix):
    return Result.objects.filter(appendix=appendix).count()


# --- figures -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", rows.ENDINGS)
@pytest.mark.parametrize("sample", SAMPLES)
def test_every_appendix_of_1082_comes_back_as_it_was(sample, ending):
    record.office_of_2023()
    edition = record.loaded(sample)
    for appendix in edition.appendices.all():
        data = file_of(ending, printed.of_appendix(appendix))
        plan = untouched(edition, data, ending, held(appendix))
        (again,) = plan.reading.appendices
        assert (again.title, "\n".join(again.notes), again.layout) == (
            appendix.title, appendix.notes, appendix.layout.code,
        )  # fmt: skip
    whole = file_of(ending, *printed.of_edition(edition))
    untouched(edition, whole, ending, 139)


@pytest.mark.parametrize("ending", rows.ENDINGS)
def test_a_note_that_a_cell_cannot_hold_is_not_taken_for_another_one(ending):
    """The workbook says only how it begins."""
    record.office_of_2023()
    edition = record.loaded()
    appendix = edition.appendices.first()
    appendix.notes = f"Ghi chú: {'rất dài ' * 5_000}hết.\nGhi chú ngắn."
    appendix.save()
    untouched(edition, file_of(ending, printed.of_appendix(appendix)), ending, held(appendix))


@pytest.mark.parametrize("ending", rows.ENDINGS)
def test_the_way_of_the_desk(client, ending):
    """Out by the link, in by the button, over by the confirmation: the figures and their history are as before."""
    record.office_of_2023()
    edition = record.loaded()
    client.force_login(record.person())
    before = list(Result.objects.order_by("pk").values("unit", "indicator", "value", "out_of", "printed"))
    for appendix in edition.appendices.all():
        data = rows.exported(client, f"appendix/{appendix.pk}/export/{ending}")
        answer = rows.sent(client, f"appendix/{appendix.pk}/import", data, ending)
        plan = answer.context["plan"]
        assert not plan.problems
        client.post(f"/admin/chiso/upload/{Upload.objects.latest('pk').pk}/apply/", {"shown": plan.fingerprint})
    assert list(Result.objects.order_by("pk").values("unit", "indicator", "value", "out_of", "printed")) == before
    assert edition.changes.count() == len(before)  # the first load's, and none since


@pytest.mark.parametrize("ending", rows.ENDINGS)
def test_missing_figures_typed_ones_and_names_of_many_units(ending):
    """Hand-typed figures without a place, empty cells, two communes of one name: all come back."""
    record.office_of_2023()
    edition = record.loaded()
    third = edition.appendices.get(ordinal="III")
    for slug in ("quang-dien", "nam-dong"):
        parent = Unit.objects.get(slug=slug)
        unit = Unit(
            slug=f"trung-{slug}", name="UBND xã Trùng Tên", level="commune", parent=parent, code=f"H57.9{parent.pk}"
        )
        unit_action.store(unit=unit, by=None)
        indicator = Indicator.objects.get(code="MDSH.5")
        result_action.store(edition=edition, unit=unit, indicator=indicator, text="1.204", by=None, appendix=third)
    data = file_of(ending, printed.of_appendix(third))
    plan = planned(edition, data, ending)
    assert plan.counts == {"new": 0, "changed": 0, "unchanged": 29, "absent": 0}
    assert {problem.why for problem in plan.problems} == {"missing"}  # what the two have not said is a note
    assert {problem.severity for problem in plan.problems} == {"note"}


@pytest.mark.parametrize("ending", rows.ENDINGS)
def test_a_figure_of_another_appendix_stands_in_its_column_too(ending):
    """One figure printed in two tables is kept with the first; the second is not exported as if it lacked it."""
    record.office_of_2023()
    edition = record.loaded()
    second, fourth = edition.appendices.get(ordinal="II"), edition.appendices.get(ordinal="IV")
    Result.objects.filter(edition=edition, indicator__code="HSTT.TT", unit__slug="quang-dien").update(appendix=second)
    data = file_of(ending, printed.of_appendix(fourth))
    plan = planned(edition, data, ending)
    assert plan.counts["unchanged"] == 81
    assert not plan.problems


def test_an_appendix_without_a_layout_comes_back_by_its_indicators(db):
    record.office_of_2023()
    edition = record.loaded()
    fourth = edition.appendices.get(ordinal="IV")
    Appendix.objects.filter(pk=fourth.pk).update(layout=None, title="Bảng riêng")
    fourth.refresh_from_db()
    for ending in FORMATS:
        data = file_of(ending, printed.of_appendix(fourth))
        plan = planned(edition, data, ending)
        assert (plan.counts["unchanged"], plan.counts["changed"]) == (81, 0)
        assert not [problem for problem in plan.problems if problem.severity == "error"]


@pytest.mark.parametrize("ending", rows.ENDINGS)
def test_an_appendix_without_a_title_is_given_none(ending):
    """It prints its layout's title; read again that is nothing new."""
    record.office_of_2023()
    edition = record.loaded()
    second = edition.appendices.get(ordinal="II")
    Appendix.objects.filter(pk=second.pk).update(title="")
    second.refresh_from_db()
    data = file_of(ending, printed.of_appendix(second))
    assert second.layout.titles[0] in printed.of_appendix(second).above
    untouched(edition, data, ending, held(second))


def test_a_draft_that_has_no_number_yet(client):
    """Its export names no dispatch: it goes in on the page of the draft."""
    record.office_of_2023()
    edition = record.loaded()
    Dispatch.objects.update(number="", symbol="", issued_on=None)
    client.force_login(record.person())
    for ending in rows.ENDINGS:
        data = rows.exported(client, f"edition/{edition.pk}/export/{ending}")
        assert "Kèm theo" not in str(data)
        rows.sent(client, f"edition/{edition.pk}/import", data, ending)
        upload = Upload.objects.latest("pk")
        answer = client.post(f"/admin/chiso/upload/{upload.pk}/appendix/", {"ordinal": "*"}, follow=True)
        assert answer.context["plan"].counts == {"new": 0, "changed": 0, "unchanged": 139, "absent": 0}
        assert answer.context["plan"].target == "draft"


def test_a_published_edition_goes_out_and_does_not_come_in(client):
    record.office_of_2023()
    Issuer.objects.update(second_person=False)
    edition = record.loaded()
    editions.publish(edition=edition, by=None, accept_warnings="như văn bản")
    client.force_login(record.person())
    appendix = edition.appendices.get(ordinal="II")
    assert rows.exported(client, f"appendix/{appendix.pk}/export/xlsx")
    assert client.get(f"/admin/chiso/appendix/{appendix.pk}/import/").status_code == 403


NUMBERS = st.one_of(
    st.from_regex(r"[0-9]{1,12}([.,][0-9]{0,5})?(/[0-9]{1,4}([.,][0-9]{1,2})?)?%?( hồ sơ)?", fullmatch=True),
    st.from_regex(r"[1-9][0-9]{0,2}([.,][0-9]{3}){1,3}", fullmatch=True),
)


@given(text=NUMBERS, kind=st.sampled_from(list(Kind)))
@settings(max_examples=400)
def test_no_printed_text_changes_on_its_way_through_a_cell(text, kind):
    figure = read(text, kind)
    if not isinstance(figure, Figure):
        return
    form = number_format(figure.printed, kind)
    if form:
        assert read_number(Decimal(number(figure.printed)), form, kind) == figure


# --- records --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", rows.ENDINGS)
@pytest.mark.parametrize("table", rows.TABLES)
def test_records_come_back_as_they_were(client, table, ending):
    record.office_of_2023()
    client.force_login(record.person(role="administrator"))
    found = rows.brought(client, table, rows.exported(client, f"{table}/export/{ending}"), ending)
    assert not found.faults
    assert found.counts["skip"] == len(found.lines) > 0
    assert not found.may_apply


@pytest.mark.parametrize("ending", rows.ENDINGS)
@pytest.mark.parametrize("table", rows.TABLES)
@pytest.mark.parametrize(("out", "back"), [("vi", "en"), ("en", "vi")])
def test_a_file_written_in_one_language_comes_back_in_the_other(client, table, ending, out, back):
    record.office_of_2023()
    person = record.person(role="administrator")
    client.force_login(person)
    User.objects.update(language=out)
    data = rows.exported(client, f"{table}/export/{ending}")
    User.objects.update(language=back)
    found = rows.brought(client, table, data, ending)
    assert not found.faults
    assert found.counts["skip"] == len(found.lines) > 0


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("table", rows.TABLES)
def test_headings_are_words_of_the_screen_and_no_two_alike(client, table, language):
    record.office_of_2023()
    person = record.person(role="administrator")
    User.objects.update(language=language)
    client.force_login(person)
    headings, first, *_others = rows.table_of(rows.exported(client, f"{table}/export/csv"))
    assert len(set(headings)) == len(headings)
    if language == "vi" and table == "unit":
        assert headings[:5] == ["Tên ngắn", "Mã định danh", "Tên", "Cấp", "Loại"]
        assert first[3] == "Tỉnh, thành phố"
    with override(language):
        named = [name for field in RESOURCES[table](user=person).fields.values() for name in field.names()]
        assert len(set(named)) == sum(len(field.names()) for field in RESOURCES[table](user=person).fields.values())


NASTY = st.text(
    st.one_of(
        st.sampled_from(" ;\\'\"=+-@,\t\n\r\u00a0\u200b¹²*()|\u0301đĐ–—…"),
        st.characters(exclude_categories=["Cs", "Cc"]),
        st.sampled_from(string.ascii_letters),
    ),
    min_size=1,
    max_size=40,
).filter(str.strip)


@given(name=NASTY, other=NASTY, titles=st.lists(NASTY, max_size=3))
@example(name="x", other="\r0", titles=[])
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.parametrize("ending", rows.ENDINGS)
def test_nasty_texts_come_back(superuser, ending, name, other, titles):
    _unit(name, other)
    _layout(name, titles)
    for resource, queryset in [
        (UnitResource, Unit.objects.all()),
        (LayoutResource, Layout.objects.all()),
        (IndicatorResource, Indicator.objects.all()),
    ]:
        form = FORMATS[ending]
        data = form().export_data(resource(user=superuser).export(queryset))
        found = resource(user=superuser).bring(form().create_dataset(data))
        assert not found.faults
        assert {line.what for line in found.lines} == {"skip"}, [line for line in found.lines if line.what != "skip"]


@pytest.fixture
def superuser(db):
    make.tree()
    make.indicator_set()
    return make.person(is_superuser=True)


def _unit(name: str, other: str) -> None:
    unit, _made = Unit.objects.get_or_create(slug="la", defaults={"level": "commune", "name": "x"})
    Unit.objects.filter(pk=unit.pk).update(name=name, kind=other)
    UnitAlias.objects.filter(unit=unit).delete()
    UnitAlias.objects.create(unit=unit, alias=other, folded="x")
    UnitAlias.objects.create(unit=unit, alias=name, folded="y")


def _layout(name: str, titles: list[str]) -> None:
    chosen = IndicatorSet.objects.get()
    Indicator.objects.update_or_create(
        indicator_set=chosen, code="LA", defaults={"name": name, "short_name": name, "kind": "count"}
    )
    layout, _made = Layout.objects.update_or_create(
        code="la", defaults={"indicator_set": chosen, "name": name, "titles": titles}
    )
    LayoutLine.objects.filter(layout=layout).delete()
    LayoutLine.objects.create(layout=layout, role="unit", titles=[name])
    LayoutLine.objects.create(layout=layout, role="position", titles=titles)
