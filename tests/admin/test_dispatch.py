"""A dispatch entered and changed by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest

from chiso.actions import appendix as appendix_action
from chiso.models import Appendix, Dispatch, Edition, Event, Layout, State, What
from tests import make

ADD = "/admin/chiso/dispatch/add/"
LETTER = {
    "number": "1190", "symbol": "VPUB-KSTT", "issued_on": "13/10/2023", "data_as_of": "12/10/2023", "period": "month",
    "subject": "Công bố kết quả", "signer": "", "score": "61,7/100", "rank": "51/63",
}  # fmt: skip


@pytest.fixture
def letter(tree):
    make.indicator_set()
    return LETTER | {"issuer": tree.issuer.pk}


def test_a_dispatch_is_entered_with_its_first_draft(clerk, cast, letter):
    response = clerk.post(ADD, letter)
    edition = Edition.objects.get()
    assert response["Location"] == f"/admin/chiso/edition/{edition.pk}/change/"
    assert (str(edition.dispatch), edition.dispatch.year) == ("1190/VPUB-KSTT", 2023)
    assert str(edition.dispatch.issued_on) == "2023-10-13"  # the day comes first
    assert (edition.headline_score, edition.headline_out_of) == (Decimal("61.7"), Decimal(100))
    assert (edition.headline_rank, edition.headline_rank_of) == (51, 63)
    assert Event.objects.get(what=What.DISPATCH_ENTERED).by == cast.clerk


def test_the_only_office_is_chosen_already(clerk, letter, tree):
    assert clerk.get(ADD).context["form"]["issuer"].initial == tree.issuer


@pytest.mark.parametrize(
    ("fields", "at", "words"),
    [
        ({"score": "sáu mốt"}, "score", "không phải là điểm"),
        ({"rank": "64/63"}, "rank", "không phải là thứ hạng"),
        ({"rank": "bốn"}, "rank", "không phải là thứ hạng"),
        ({"symbol": ""}, "symbol", "1190"),
        ({"symbol": ""}, "symbol", "VPUB-KSTT"),
        ({"number": ""}, "number", "VPUB-KSTT"),
        ({"issued_on": ""}, "issued_on", "phải có ngày ban hành"),
        ({"issued_on": "13/13/2023"}, "issued_on", ""),
        ({"data_as_of": ""}, "data_as_of", "thời điểm số liệu"),
        ({"issuer": "999"}, "issuer", ""),
        ({"number": "1302/VPUB-KSTT", "symbol": "UBND-TH"}, "number", "1302"),
        ({"number": "1302/VPUB-KSTT/x", "symbol": "VPUB-KSTT"}, "number", "1302/VPUB-KSTT/x"),
        ({"number": "1/2 ?#%"}, "number", "1/2 ?#%"),
        ({"symbol": "VPUB-KSTT/x"}, "symbol", "VPUB-KSTT/x"),
        ({"symbol": "?#%"}, "symbol", "?#%"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(clerk, letter, fields, at, words):
    response = clerk.post(ADD, letter | fields)
    assert words in " ".join(response.context["form"].errors[at])
    assert not Dispatch.objects.exists()


@pytest.mark.parametrize(
    "typed",
    [
        {"number": "1302/VPUB-KSTT", "symbol": ""},
        {"number": "Số: 1302/VPUB-KSTT", "symbol": "VPUB-KSTT"},
        {"number": "", "symbol": "1302/VPUB-KSTT"},
    ],
)
def test_a_number_pasted_whole_is_taken_apart(clerk, letter, typed):
    assert clerk.post(ADD, letter | typed).status_code == 302
    dispatch = Dispatch.objects.get()
    assert (dispatch.number, dispatch.symbol) == ("1302", "VPUB-KSTT")
    page = f"/admin/chiso/dispatch/{dispatch.pk}/change/"
    sent = {name: text for name, text in letter.items() if name not in ("issuer", "score", "rank")}
    assert clerk.post(page, sent | {"number": "1303/VPUB-KSTT", "symbol": ""}).status_code == 302
    dispatch.refresh_from_db()
    assert (dispatch.number, dispatch.symbol) == ("1303", "VPUB-KSTT")


def test_a_number_stands_once_a_year(clerk, letter, tree):
    make.dispatch(issuer=tree.issuer, number="1190")
    assert "đã có công văn cùng số" in clerk.post(ADD, letter).context["form"].errors["number"][0]
    assert clerk.post(ADD, letter | {"issued_on": "13/10/2024"}).status_code == 302


def test_without_a_set_of_that_date_the_reason_is_told(clerk, tree):
    response = clerk.post(ADD, LETTER | {"issuer": tree.issuer.pk})
    assert response.context["form"].non_field_errors()
    assert not Dispatch.objects.exists()


def test_the_letter_of_a_draft_is_changed(clerk, draft):
    page = f"/admin/chiso/dispatch/{draft.dispatch_id}/change/"
    assert clerk.get(page).context["form"]["number"].value() == "1082"
    response = clerk.post(page, LETTER | {"number": "1083", "issued_on": "14/9/2023", "data_as_of": "12/9/2023"})
    assert response.status_code == 302
    draft.dispatch.refresh_from_db()
    assert (str(draft.dispatch), str(draft.dispatch.issued_on)) == ("1083/VPUB-KSTT", "2023-09-14")
    history = clerk.get(f"/admin/chiso/dispatch/{draft.dispatch_id}/history/").content.decode()
    assert "1082" in history
    assert "1083" in history


def test_the_letter_of_a_published_one_is_not(clerk, tree):
    dispatch = make.published(tree=tree).dispatch
    page = f"/admin/chiso/dispatch/{dispatch.pk}/change/"
    assert clerk.get(page).status_code == 200
    assert clerk.post(page, LETTER).status_code == 403


def test_the_letter_of_one_in_review_is_looked_at_only(clerk, draft):
    page = f"/admin/chiso/dispatch/{draft.dispatch_id}/change/"
    make.settle(draft, State.REVIEW)
    text = clerk.get(page).content.decode()
    assert "đang trình duyệt" in text
    assert 'name="number"' not in text
    late = clerk.post(page, LETTER, follow=True)  # the form was opened before it was handed in
    assert "đang trình duyệt" in " ".join(map(str, late.context["messages"]))
    assert Dispatch.objects.get().number == "1082"


def test_the_list_says_the_state_and_what_is_open(clerk, draft, tree):
    make.finding(edition=draft)
    make.finding(edition=draft, state="fixed", where="II")
    make.published(tree=tree, number="943")
    rows = {row.number: row for row in clerk.get("/admin/chiso/dispatch/").context["cl"].result_list}
    assert (rows["1082"].current_state, rows["1082"].waiting) == ("draft", 1)
    assert (rows["943"].current_state, rows["943"].waiting) == ("published", None)
    only = clerk.get("/admin/chiso/dispatch/?state=published").context["cl"].result_list
    assert [row.number for row in only] == ["943"]


def test_the_subject_is_found_without_marks(clerk, draft):
    found = clerk.get("/admin/chiso/dispatch/?q=cong bo ket qua").context["cl"]
    assert found.result_count == 1
    assert clerk.get("/admin/chiso/dispatch/?q=khong co").context["cl"].result_count == 0


def test_an_appendix_is_named_in_a_draft_only(clerk, draft, tree):
    layout = Layout.objects.create(indicator_set=draft.indicator_set, code="x", name="Bảng")
    fields = {"edition": draft.pk, "ordinal": "V", "title": "Bảng mới", "layout": layout.pk, "order": "5", "notes": ""}
    assert clerk.post("/admin/chiso/appendix/add/", fields).status_code == 302
    appendix = Appendix.objects.get(edition=draft, ordinal="V")
    assert Event.objects.filter(what=What.DISPATCH_CHANGED, edition=draft).count() == 1
    make.publish(draft)
    page = f"/admin/chiso/appendix/{appendix.pk}/change/"
    assert clerk.post(page, fields | {"title": "Khác"}).status_code == 403
    assert clerk.post("/admin/chiso/appendix/add/", fields | {"ordinal": "VI"}).status_code == 200
    assert not Appendix.objects.filter(ordinal="VI").exists()


@pytest.fixture
def refused(monkeypatch):
    """What a clerk meets who was a moment too late."""

    def refuse(**_given):
        raise appendix_action.UnableToStore("Chỉ sửa được bản nháp.")

    monkeypatch.setattr(appendix_action, "store", refuse)


def test_a_table_refused_comes_back_with_the_reason(clerk, draft, refused):
    table = draft.appendices.get()
    sent = {"edition": draft.pk, "ordinal": "IX", "title": "Bảng mới", "order": "1"}
    for page in ("add", f"{table.pk}/change"):
        response = clerk.post(f"/admin/chiso/appendix/{page}/", sent)
        assert response.status_code == 200
        assert "Chỉ sửa được bản nháp." in response.content.decode()
        assert 'value="Bảng mới"' in response.content.decode()
    assert Appendix.objects.get().ordinal == "II"


def test_a_table_of_an_edition_just_published_says_so(clerk, draft, monkeypatch):
    table = draft.appendices.get()

    def publish(**_given):
        make.publish(draft)
        raise appendix_action.UnableToStore("Chỉ sửa được bản nháp.")

    monkeypatch.setattr(appendix_action, "store", publish)
    page = f"/admin/chiso/appendix/{table.pk}/change/"
    response = clerk.post(page, {"ordinal": "IX", "order": "1"}, follow=True)
    assert response.status_code == 200
    assert "Chỉ sửa được bản nháp." in response.content.decode()


def test_the_history_of_a_table_is_kept(clerk, draft):
    table = draft.appendices.get()
    clerk.post(f"/admin/chiso/appendix/{table.pk}/change/", {"ordinal": "II", "title": "Tên sửa", "order": "1"})
    text = clerk.get(f"/admin/chiso/appendix/{table.pk}/history/").content.decode()
    assert "<ins>Tên sửa</ins>" in text
    assert "clerk@example.org" in text


def test_a_field_that_is_demanded_is_not_called_optional(clerk, tree):
    form = clerk.get("/admin/chiso/dispatch/add/").context["form"]
    assert form.fields["data_as_of"].required
    assert not form.fields["signer"].required
