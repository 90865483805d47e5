"""Answers to a file's questions, given in the preview: each form taken, refused, taken back, and by whom."""

from __future__ import annotations

import pytest

from chiso.models import NO_CODE, Event, Indicator, Unit, Upload, UploadState, What
from tests import make, record
from tests.unknown import OCTOBER, UNKNOWN

pytestmark = pytest.mark.django_db
WINDOWS = UNKNOWN["merged heading of three rows"]
FORMS = ["line", "indicator", "unit", "new-unit", "cell", "skip", "undo"]
LONG = "9" * 40


@pytest.fixture
def issuer():
    return record.office_of_2023()


@pytest.fixture
def desk(client, issuer):
    client.force_login(record.person())
    return client


@pytest.fixture
def administrator(client, issuer):
    client.force_login(record.person("administrator@example.org", role="administrator"))
    return client


@pytest.fixture
def upload(issuer) -> Upload:
    """A layout that nobody knows."""
    return record.staged(".xlsx", data=WINDOWS.make(OCTOBER).data)


def page(upload: Upload, name: str = "change") -> str:
    return f"/admin/chiso/upload/{upload.pk}/{name}/"


def shown(client, upload: Upload, query: str = ""):
    return client.get(page(upload) + query).context["shown"]


def answer(client, upload: Upload, kind: str, **given):
    response = client.post(page(upload, "answer"), {"kind": kind} | given)
    upload.refresh_from_db()
    return response


def column(number: int, role: str = "unit", **more) -> dict[str, object]:
    return {"appendix": "I", "axis": "column", "place": number, "role": role} | more


def spoiled(change) -> Upload:
    return record.staged(".xlsx", data=record.workbook(change))


def question(client, upload: Upload, ask: str):
    return next(each for each in shown(client, upload).questions if each.ask == ask)


# --- columns --------------------------------------------------------------------------------------


def test_a_column_becomes_an_indicators_and_the_page_comes_back_to_its_place(desk, upload):
    response = answer(desk, upload, "line", **column(2), at="cell-I-3-2")
    assert response["Location"] == f"{page(upload)}#cell-I-3-2"
    answer(desk, upload, "line", **column(4, "indicator", indicator="HSTT.DH"))
    assert [each["kind"] for each in upload.decisions] == ["line", "line"]
    titles = {each.number: each.read_as for each in shown(desk, upload).sheets[0].columns}
    assert "(HSTT.DH)" in titles[4]
    text = desk.get(page(upload)).content.decode()
    assert "HSTT.DH" in text
    assert f'action="{page(upload, "answer")}#answers"' in text


def test_a_column_is_left_out_for_good(desk, upload):
    asked = {each.place.column for each in shown(desk, upload).questions}
    answer(desk, upload, "line", **column(7, "none"))
    assert {each.place.column for each in shown(desk, upload).questions} == asked - {7}
    assert "mark-warning" in desk.get(page(upload)).content.decode()  # of this table alone too little is known yet
    answer(desk, upload, "line", **column(2))
    answer(desk, upload, "line", **column(4, "indicator", indicator="HSTT.DH"))
    assert "mark-warning" not in desk.get(page(upload)).content.decode()


@pytest.mark.parametrize(
    "wrong",
    [
        {"place": ""}, {"place": "0"}, {"place": "99"}, {"place": LONG}, {"place": "x"}, {"appendix": "IX"},
        {"appendix": ""}, {"axis": "z"}, {"axis": ""}, {"role": "king"}, {"role": ""},
        {"role": "indicator", "indicator": ""}, {"role": "indicator", "indicator": "không có gì như thế"},
        {"role": "indicator", "indicator": "\x00"}, {"axis": "row", "role": "unit"},
    ],
)  # fmt: skip
def test_nonsense_about_a_column_is_told_and_not_kept(desk, upload, wrong):
    response = answer(desk, upload, "line", **column(2) | wrong)
    assert response.status_code == 200
    assert upload.decisions == []


def test_a_refused_answer_stands_open_beside_what_was_sent(desk, upload):
    key = next(each for each in shown(desk, upload).questions if each.place.column == 3).key
    sent = column(3, "indicator", indicator="không có gì như thế") | {"key": key}
    response = answer(desk, upload, "line", **sent)
    (refused,) = [each for each in response.context["shown"].questions if each.wrong]
    assert refused.key == key
    text = response.content.decode()
    assert 'value="không có gì như thế"' in text
    assert text.count('class="wrong" role="alert"') == 1


def test_the_column_of_units_is_the_first_question_and_guessed(desk, upload):
    first = shown(desk, upload).questions[0]
    if first.axis == "table":  # else it was found by its contents
        assert first.likely == "2"
    assert first.place.appendix == "I"


# --- indicators -----------------------------------------------------------------------------------

NEW = {"code": "TNQ.TT", "name": "Tiếp nhận trực tiếp", "kind_of": "count", "maximum": "", "direction": ""}


def test_a_clerk_creates_the_indicator_of_a_column(desk, upload):
    assert b'name="kind_of"' in desk.get(page(upload)).content
    answer(desk, upload, "indicator", **column(3) | NEW)
    made = Indicator.objects.get(code="TNQ.TT")
    assert (made.kind, made.maximum, made.direction) == ("count", None, "")
    assert [(each["role"], each["indicator"]) for each in upload.decisions] == [("indicator", "TNQ.TT")]
    event = Event.objects.filter(what=What.UPLOAD_DECIDED).order_by("pk").first()
    assert (event.by.email, "TNQ.TT" in event.subject) == ("clerk@example.org", True)
    assert made.history.get().history_user == event.by


def test_what_a_clerk_created_only_an_administrator_changes(desk, upload):
    answer(desk, upload, "indicator", **column(3) | NEW)
    made = Indicator.objects.get(code="TNQ.TT")
    assert desk.get("/admin/chiso/indicator/add/").status_code == 403
    for name in ("change", "delete"):
        assert (
            desk.post(f"/admin/chiso/indicator/{made.pk}/{name}/", {"name": "Khác", "post": "yes"}).status_code == 403
        )
    assert Indicator.objects.get(pk=made.pk).name == NEW["name"]


def test_a_clerk_of_another_office_creates_none(client, desk, upload):
    other = make.issuer(unit=Unit.objects.get(slug="gia-lai"), slug="vpub-gia-lai", name="Văn phòng UBND tỉnh Gia Lai")
    client.force_login(record.person("khac@example.org", unit=other.unit.slug))
    assert answer(client, upload, "indicator", **column(3) | NEW).status_code in (302, 403, 404)
    assert not Indicator.objects.filter(code="TNQ.TT").exists()


@pytest.mark.parametrize(
    "wrong",
    [{"code": ""}, {"code": "TONG"}, {"name": ""}, {"kind_of": "weight"}, {"maximum": "-1"}, {"maximum": "abc"},
     {"maximum": LONG}, {"direction": "up"}, {"place": "99"}, {"code": "X" * 300}, {"code": "A/B 1?x#y"}],
)  # fmt: skip
def test_a_wrong_indicator_is_refused_whole(administrator, upload, wrong):
    before = Indicator.objects.count()
    response = answer(administrator, upload, "indicator", **column(3) | NEW | wrong)
    assert response.status_code == 200
    assert (Indicator.objects.count(), upload.decisions) == (before, [])


def test_a_code_is_proposed_and_a_wrong_one_says_what_codes_hold(administrator, upload):
    question = next(each for each in shown(administrator, upload).questions if each.place.column == 3)
    assert question.code
    assert f'name="code" size="10" maxlength="20" autocomplete="off" value="{question.code}"' in (
        administrator.get(page(upload)).content.decode()
    )
    response = answer(administrator, upload, "indicator", **column(3) | NEW | {"code": "A/B", "key": question.key})
    (refused,) = [each for each in response.context["shown"].questions if each.wrong]
    assert refused.wrong == str(NO_CODE)
    assert 'value="A/B"' in response.content.decode()
    answer(administrator, upload, "indicator", **column(3) | NEW | {"code": question.code})
    assert Indicator.objects.filter(code=question.code).exists()


# --- units ----------------------------------------------------------------------------------------


def misnamed(book):
    record.cell_of(book, "II", 3, 2).value = "UBND huyện Nam Đồngg"


def test_a_name_is_answered_with_the_unit_filled_in(desk, issuer):
    upload = spoiled(misnamed)
    asked = question(desk, upload, "unit")
    assert asked.likely == "UBND huyện Nam Đông · nam-dong"
    assert f'value="{asked.likely}"' in desk.get(page(upload)).content.decode()
    before = shown(desk, upload).arriving
    answer(desk, upload, "unit", name=asked.printed, unit=asked.likely)
    assert shown(desk, upload).arriving == before + 1
    assert not shown(desk, upload).questions


@pytest.mark.parametrize("unit", ["", "nơi nào đó", "UBND", "h-999\x00", "x" * 400])
def test_a_unit_that_is_none_is_refused(desk, issuer, unit):
    upload = spoiled(misnamed)
    response = answer(desk, upload, "unit", name="UBND huyện Nam Đồngg", unit=unit)
    assert response.status_code == 200
    assert upload.decisions == []


def test_a_unit_of_another_province_fits_nothing(desk, issuer):
    elsewhere = Unit.objects.get(slug="gia-lai")
    make.unit(slug="chu-se", name="UBND huyện Chư Sê", parent=elsewhere)
    upload = spoiled(misnamed)
    assert answer(desk, upload, "unit", name="UBND huyện Nam Đồngg", unit="chu-se").status_code == 200
    assert upload.decisions == []


def test_a_unit_is_created_where_its_name_stands(desk, issuer):
    def change(book):
        record.cell_of(book, "IV", 11, 2).value = "Sở Chuyển đổi số"

    upload = spoiled(change)
    asked = question(desk, upload, "unit")
    assert asked.level == "agency"
    given = {"name": asked.printed, "level": asked.level, "parent": asked.parent}
    answer(desk, upload, "new-unit", **given)
    made = Unit.objects.get(name="Sở Chuyển đổi số")
    assert (made.level, made.parent.slug) == ("agency", "thua-thien-hue")
    assert not shown(desk, upload).questions
    assert answer(desk, upload, "new-unit", **given | {"level": "nation"}).status_code == 200
    assert answer(desk, upload, "new-unit", **given | {"parent": "nơi nào đó"}).status_code == 200
    assert Unit.objects.filter(name="Sở Chuyển đổi số").count() == 1


def test_a_name_that_fits_two_units_shows_both(desk, issuer):
    hue = Unit.objects.get(slug="thua-thien-hue")
    for number, slug in enumerate(("quang-dien", "nam-dong"), 1):
        make.unit(
            slug=f"phu-{number}", name="UBND xã Phú Thử", level="commune", parent=Unit.objects.get(slug=slug),
            valid_from="2001-01-01",
        )  # fmt: skip
    assert hue

    def change(book):
        record.cell_of(book, "IV", 2, 2).value = "UBND xã Phú Thử"

    upload = spoiled(change)
    asked = question(desk, upload, "unit")
    assert [(each.parent, each.years) for each in asked.candidates] == [
        ("UBND huyện Quảng Điền", "2001–…"), ("UBND huyện Nam Đông", "2001–…"),
    ]  # fmt: skip
    text = desk.get(page(upload)).content.decode()
    assert text.count('type="radio"') == 2
    answer(desk, upload, "unit", name=asked.printed, unit=asked.candidates[1].pick)
    assert not any(each.ask == "unit" for each in shown(desk, upload).questions)


# --- all new units at once ------------------------------------------------------------------------


@pytest.fixture
def named(desk, upload) -> Upload:
    answer(desk, upload, "line", **column(2))
    answer(desk, upload, "line", **column(4, "indicator", indicator="HSTT.DH"))
    return upload


def sent(form, **more) -> dict[str, object]:
    lines = form.lines
    given = {
        "key": [line.key for line in lines], "wanted": [line.key for line in lines],
        "level": [line.level or "agency" for line in lines], "parent": [line.parent for line in lines],
    }  # fmt: skip
    return given | more


def test_all_new_units_are_checked_and_created_at_once(desk, named):
    assert page(named, "units") in desk.get(page(named)).content.decode()
    form = desk.get(page(named, "units")).context["form"]
    assert [(line.name, line.level) for line in form.lines] == [
        ("Trung tâm Phục vụ hành chính công", "agency"), ("UBND xã Hương Sơn", "commune"),
    ]  # fmt: skip
    response = desk.post(page(named, "units"), sent(form))
    assert response["Location"] == page(named)
    assert Unit.objects.get(name="UBND xã Hương Sơn").level == "commune"
    assert not any(each.ask == "unit" for each in shown(desk, named).questions)
    assert desk.get(page(named, "units")).context["form"].lines == []
    text = desk.get(page(named)).content.decode()
    assert "UBND xã Hương Sơn" in text


def test_what_may_be_a_misprint_is_not_ticked(desk, issuer):
    upload = spoiled(misnamed)
    (line,) = desk.get(page(upload, "units")).context["form"].lines
    assert (line.alike, line.wanted) == ("UBND huyện Nam Đông", False)


def test_what_is_unticked_is_not_created(desk, named):
    form = desk.get(page(named, "units")).context["form"]
    desk.post(page(named, "units"), sent(form, wanted=[form.lines[0].key]))
    assert Unit.objects.filter(name=form.lines[0].name).exists()
    assert not Unit.objects.filter(name=form.lines[1].name).exists()


@pytest.mark.parametrize(
    "more",
    [{"level": ["", ""]}, {"level": ["nation", "x"]}, {"parent": ["", ""]}, {"parent": ["nơi nào đó", "\x00"]},
     {"wanted": []}, {"wanted": ["made up"]}],
)  # fmt: skip
def test_a_list_that_lacks_something_creates_nothing(desk, named, more):
    before = Unit.objects.count()
    form = desk.get(page(named, "units")).context["form"]
    response = desk.post(page(named, "units"), sent(form, **more))
    assert response.status_code == 200
    assert Unit.objects.count() == before


# --- cells ----------------------------------------------------------------------------------------


def unreadable(book):
    record.cell_of(book, "IV", 15, 3).value = "2.6O8"


CELL = {"appendix": "IV", "row": "15", "column": "3"}


def test_a_cell_is_given_its_figure(desk, issuer):
    upload = spoiled(unreadable)
    answer(desk, upload, "cell", **CELL | {"text": "2.608", "why": "theo bản giấy"})
    preview = shown(desk, upload)
    assert (preview.arriving, preview.questions) == (139, [])
    cell = preview.sheets[3].rows[13].cells[2]
    assert (cell.text, cell.corrected) == ("2.608", "2.6O8")
    assert "theo bản giấy" in desk.get(page(upload)).content.decode()


@pytest.mark.parametrize(
    "wrong",
    [{"text": ""}, {"text": "2.6O9"}, {"text": "x" * 500}, {"row": "0"}, {"row": "9999"}, {"column": "77"},
     {"column": ""}, {"appendix": "X"}, {"row": LONG}],
)  # fmt: skip
def test_a_correction_that_cannot_be_read_is_refused(desk, issuer, wrong):
    upload = spoiled(unreadable)
    response = answer(desk, upload, "cell", **CELL | {"text": "2.608"} | wrong)
    assert response.status_code == 200
    assert upload.decisions == []


def test_a_cell_and_a_row_are_left_out_with_a_reason(desk, issuer):
    upload = spoiled(unreadable)
    assert answer(desk, upload, "skip", **CELL, why=" ").status_code == 200
    assert upload.decisions == []
    answer(desk, upload, "skip", **CELL, why="chưa rõ")
    assert (shown(desk, upload).arriving, shown(desk, upload).questions) == (138, [])
    answer(desk, upload, "skip", **CELL | {"column": "0"}, why="không phải đơn vị")
    assert shown(desk, upload).arriving == 136


# --- taking back, and who -------------------------------------------------------------------------


def test_an_answer_is_taken_back(desk, issuer):
    upload = spoiled(unreadable)
    answer(desk, upload, "skip", **CELL, why="chưa rõ")
    response = answer(desk, upload, "undo", n=upload.decisions[0]["n"], at="answers")
    assert response["Location"].endswith("#answers")
    assert upload.decisions == []
    assert len(shown(desk, upload).questions) == 1
    for nonsense in ("7", "", "x", LONG):
        assert answer(desk, upload, "undo", n=nonsense).status_code in (200, 302)


@pytest.mark.parametrize("kind", ["", "king", *FORMS])
def test_an_empty_or_unknown_answer_never_breaks(desk, upload, kind):
    response = answer(desk, upload, kind)
    assert response.status_code in (200, 302)
    assert upload.decisions == []


@pytest.mark.parametrize("state", [UploadState.APPLIED, UploadState.DISCARDED])
def test_a_file_that_waits_no_more_takes_no_answer(desk, upload, state):
    Upload.objects.filter(pk=upload.pk).update(state=state)
    response = desk.post(page(upload, "answer"), {"kind": "line"} | column(2), follow=True)
    assert [str(each.level_tag) for each in response.context["messages"]] == ["error"]
    assert desk.get(page(upload, "units")).status_code == 302
    upload.refresh_from_db()
    assert upload.decisions == []


def test_answers_are_for_the_desk_of_the_issuer(client, upload):
    elsewhere = Unit.objects.get(slug="gia-lai")
    make.issuer(unit=elsewhere, slug="vpub-gia-lai", name="Văn phòng UBND tỉnh Gia Lai")
    people = {
        make.member(unit=elsewhere, role="clerk"): 404,
        make.member(unit=Unit.objects.get(slug="quang-dien"), role="unit"): 403,
    }
    for person, wanted in people.items():
        client.force_login(person)
        for name in ("answer", "apply", "discard", "reopen", "units"):
            got = client.post(page(upload, name), {"kind": "line"} | column(2), follow=True)
            assert got.status_code == wanted, name
    upload.refresh_from_db()
    assert (upload.decisions, upload.state) == ([], UploadState.STAGED)


def test_by_address_alone_nothing_is_answered(desk, upload):
    for name in ("answer", "apply", "discard", "reopen"):
        response = desk.get(page(upload, name), {"kind": "line"} | column(2))
        assert response.status_code == 302
    upload.refresh_from_db()
    assert (upload.decisions, upload.state) == ([], UploadState.STAGED)


def test_without_its_token_nothing_is_answered(upload):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    strict.force_login(record.person("strict@example.org"))
    for name in ("answer", "apply", "discard", "reopen", "units"):
        assert strict.post(page(upload, name), {"kind": "line"} | column(2)).status_code == 403


def test_hostile_names_and_cells_are_text(desk, issuer):
    def change(book):
        record.cell_of(book, "II", 3, 2).value = '<script>alert("x")</script>'
        record.cell_of(book, "IV", 15, 3).value = '"><img src=x onerror=alert(1)>'

    upload = spoiled(change)
    Upload.objects.filter(pk=upload.pk).update(name='<b onclick="x">.xlsx')
    for name in ("change", "units"):
        text = desk.get(page(upload, name)).content.decode()
        assert "<script>alert" not in text
        assert "<img" not in text
        assert "<b onclick" not in text
    key = question(desk, upload, "unit").key
    response = answer(desk, upload, "unit", name="x", unit='"><svg onload=x>', key=key)
    assert "<svg onload" not in response.content.decode()


def test_an_answer_against_a_shared_layout_says_that_it_holds_for_this_file_only(desk):
    upload = record.staged(".xlsx")
    answer(desk, upload, "line", appendix="IV", axis="column", place=3, role="none")
    looked = desk.get(page(upload), headers={"accept-language": "vi"})
    assert [(each.here, each.stray) for each in looked.context["decided"]] == [(True, False)]
    assert looked.context["remembered"] == ""
    assert (
        "holds for this file only" in looked.content.decode()
        or "chỉ có tác dụng với tệp này" in looked.content.decode()
    )
