"""Figures typed as printed, corrected, and taken out."""

from __future__ import annotations

from decimal import Decimal

import pytest

from chiso.models import Event, Result, ResultChange, What
from tests import make

ADD = "/admin/chiso/result/add/"


@pytest.fixture
def empty(tree):
    """A draft without figures."""
    edition = make.edition(dispatch=make.dispatch(issuer=tree.issuer))
    make.appendix(edition=edition)
    return edition


def typed(client, **fields: str):
    return client.post(ADD, {"unit": "quang-dien", "indicator": "TONG", "text": "57,72/100"} | fields)


def test_a_figure_is_stored_as_printed(clerk, cast, empty):
    response = typed(clerk, appendix=str(empty.appendices.get().pk), why="đối chiếu bản giấy")
    assert response["Location"] == f"/admin/chiso/edition/{empty.pk}/change/"
    result = Result.objects.get()
    assert (result.value, result.out_of, result.printed) == (Decimal("57.72"), Decimal(100), "57,72/100")
    assert str(result.appendix) == "Phụ lục II"
    event = Event.objects.get(what=What.RESULT_STORED)
    assert (event.by, event.why) == (cast.clerk, "đối chiếu bản giấy")


@pytest.mark.parametrize(
    "unit", ["quang-dien", "quang dien", "UBND huyện Quảng Điền", "UBND huyện Quảng Điền · quang-dien", "H. quảng điền"]
)
def test_a_unit_is_named_as_people_name_it(clerk, empty, unit):
    typed(clerk, unit=unit if unit != "H. quảng điền" else "quảng điền")
    assert Result.objects.get().unit.slug == "quang-dien"


@pytest.mark.parametrize(
    ("fields", "at", "words"),
    [
        ({"text": "57,7O/100"}, "text", "chữ O"),
        ({"text": "khoảng 50"}, "text", "Không đọc được"),
        ({"text": "-"}, "text", "không"),
        ({"text": "101/100/3"}, "text", ""),
        ({"indicator": "HSTT.QH", "text": "2,5"}, "text", "số"),
        ({"unit": "huyện lạ"}, "unit", "Không có đơn vị nào của cơ quan khớp với “huyện lạ”"),
        ({"unit": "UBND huyện"}, "unit", "khớp với nhiều mục"),
        ({"unit": "chu-se"}, "unit", "Không có đơn vị"),
        ({"indicator": "ABC"}, "indicator", "không có chỉ số nào khớp"),
        ({"appendix": "9999"}, "appendix", ""),
        ({"text": ""}, "text", ""),
    ],
)
def test_what_cannot_be_read_is_said_at_its_field(clerk, empty, fields, at, words):
    response = typed(clerk, **fields)
    assert words in " ".join(response.context["form"].errors[at])
    assert not Result.objects.exists()


def test_typing_goes_on_with_the_same_indicator(clerk, empty):
    response = typed(clerk, indicator="tong hop", _another="1")
    again = clerk.get(response["Location"])
    assert again.context["form"]["indicator"].value() == "tong hop"
    assert again.context["edition"] == empty


def test_with_several_drafts_one_is_chosen_first(clerk, tree):
    first, second = (make.edition(dispatch=make.dispatch(issuer=tree.issuer, number=number)) for number in ("1", "2"))
    assert set(clerk.get(ADD).context["drafts"]) == {first, second}
    assert clerk.get(f"{ADD}?edition={second.pk}").context["edition"] == second


def test_without_a_draft_the_page_says_what_to_do(clerk, tree):
    assert "Hãy nạp công văn" in clerk.get(ADD).content.decode()


def test_a_figure_is_corrected_and_keeps_its_past(clerk, draft):
    result = draft.results.get(unit__slug="quang-dien", indicator__code="TONG")
    page = f"/admin/chiso/result/{result.pk}/change/"
    assert clerk.get(page).context["form"]["text"].value() == "57.72/100"
    assert "chữ O" in clerk.post(page, {"text": "5O/100"}).context["form"].errors["text"][0]
    clerk.post(page, {"text": "57,82/100", "why": "sai số"})
    result.refresh_from_db()
    assert (result.value, result.cell) == (Decimal("57.82"), "")  # typed: no file's cell holds it
    history = clerk.get(f"/admin/chiso/result/{result.pk}/history/").content.decode()
    assert "57.72/100" in history
    assert "57,82/100" in history
    assert "sai số" in history


def test_a_figure_is_taken_out_with_a_reason(clerk, draft):
    result = draft.results.get(unit__slug="quang-dien", indicator__code="TONG")
    page = f"/admin/chiso/result/{result.pk}/delete/"
    assert "57.72/100" in clerk.get(page).content.decode()
    assert clerk.post(page, {"why": ""}).context["form"].errors["why"]
    assert clerk.post(page, {"why": "nhập nhầm"}).status_code == 302
    assert not Result.objects.filter(pk=result.pk).exists()
    assert ResultChange.objects.get(printed_after="").printed_before == "57.72/100"


@pytest.mark.parametrize(
    ("query", "found"), [("q=quang dien", 4), ("q=chi so tong hop", 6), ("q=57.72", 1), ("q=khong", 0)]
)
def test_figures_are_searched_folded(clerk, draft, query, found):
    assert clerk.get(f"/admin/chiso/result/?{query}").context["cl"].result_count == found


def test_figures_are_filtered_by_dispatch_and_level(clerk, draft, tree):
    other = make.draft(tree=tree, number="1190")
    all_of = clerk.get(f"/admin/chiso/result/?edition={other.pk}").context["cl"]
    assert {row.edition_id for row in all_of.result_list} == {other.pk}
    agencies = clerk.get("/admin/chiso/result/?unit__level__exact=agency").context["cl"]
    assert {row.unit.level for row in agencies.result_list} == {"agency"}


@pytest.mark.parametrize("query", ["edition__dispatch=2", "nothing=1", "unit__parent__name__contains=x"])
def test_a_filter_that_the_list_does_not_have_is_told(clerk, empty, query):
    response = clerk.get(f"/admin/chiso/result/?{query}", follow=True)
    assert (response.status_code, response.redirect_chain) in (
        (200, [("/admin/chiso/result/", 302)]),
        (200, [("/admin/chiso/result/?e=1", 302)]),
    )


def test_a_published_figure_says_its_cell_in_words(clerk, tree):
    edition = make.draft(tree=tree)
    Result.objects.filter(edition=edition).update(cell="I, row 2, column 3")
    make.publish(edition)
    text = clerk.get(f"/admin/chiso/result/{Result.objects.first().pk}/change/").content.decode()
    assert "Phụ lục I, dòng 2, cột 3" in text
    assert "column 3" not in text


def test_what_is_yes_or_no_says_so_in_words(clerk, draft):
    text = clerk.get(f"/admin/chiso/indicator/{make.indicator('TONG').pk}/change/").content.decode()
    assert "False" not in text
    assert '<span class="value">không</span>' in text


def test_the_list_is_of_one_dispatch_the_newest_unless_another_is_asked_for(clerk, draft, tree):
    other = make.draft(tree=tree, number="1190")
    newest, older = sorted([draft, other], key=lambda each: (each.dispatch.data_as_of, each.pk), reverse=True)
    for query, expected in {"": newest, f"edition={older.pk}": older, "edition=x": newest}.items():
        shown = clerk.get(f"/admin/chiso/result/?{query}")
        assert {row.edition_id for row in shown.context["cl"].result_list} == {expected.pk}
        chosen = list(shown.context["cl"].filter_specs[0].choices(shown.context["cl"]))
        assert [each["display"] for each in chosen if each["selected"]] == [str(expected)]
        assert len(chosen) == 2
