"""Loading a dispatch at the desk: file or pasted text, preview, taken over or not."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import gettext as _

from chiso.actions import dispatch as dispatches
from chiso.actions import result as results
from chiso.admin import difference, texts
from chiso.models import Edition, Event, Result, Upload, UploadState, What
from tests import record
from tests.ingest.expected import sample

ADD = "/admin/chiso/upload/add/"

pytestmark = pytest.mark.django_db


@pytest.fixture
def issuer():
    return record.office_of_2023()


@pytest.fixture
def desk(client, issuer):
    client.force_login(record.person())
    return client


def page(upload: Upload, name: str) -> str:
    return f"/admin/chiso/upload/{upload.pk}/{name}/"


def text_of(change=lambda text: text) -> str:
    return change(sample(".txt").decode())


def load(client, issuer, content: bytes, name: str):
    file = SimpleUploadedFile(name, content)
    return client.post(ADD, {"file": file, "text": "", "issuer": issuer.pk, "into": ""})


def taken(client, upload: Upload):
    shown = client.get(page(upload, "change")).context["shown"].fingerprint
    return client.post(page(upload, "apply"), {"shown": shown}, follow=True)


def test_a_file_goes_from_the_form_through_the_preview_into_the_draft(desk, issuer):
    assert desk.get(ADD).context["form"]["issuer"].initial == issuer
    response = load(desk, issuer, sample(".docx"), "dispatch-1082.docx")
    upload = Upload.objects.get()
    assert response["Location"] == page(upload, "change")
    assert not Edition.objects.exists()

    preview = desk.get(page(upload, "change"))
    shown = preview.context["shown"]
    assert (shown.arriving, shown.problems, shown.questions) == (139, [], [])
    assert [sheet.ordinal for sheet in shown.sheets] == ["I", "II", "III", "IV"]
    text = preview.content.decode()
    assert "Đưa 139 số liệu vào bản nháp" in text
    for words in ("1082/VPUB-KSTT", "48/63", "13/9/2023", "12/9/2023", "UBND huyện Quảng Điền"):
        assert words in text

    response = taken(desk, upload)
    edition = Edition.objects.get()
    assert response.redirect_chain[-1][0] == f"/admin/chiso/edition/{edition.pk}/change/"
    assert Result.objects.filter(edition=edition).count() == 139
    upload.refresh_from_db()
    assert (upload.state, upload.edition) == (UploadState.APPLIED, edition)
    assert desk.get(page(upload, "change")).status_code == 200


def test_pasted_text_is_read_alike(desk, issuer):
    desk.post(ADD, {"text": text_of(), "issuer": issuer.pk, "into": ""})
    upload = Upload.objects.get()
    assert desk.get(page(upload, "change")).context["shown"].arriving == 139


@pytest.mark.parametrize(
    ("fields", "at"),
    [
        ({"text": ""}, "file"),
        ({"text": "  \n"}, "file"),
        ({"text": "x", "issuer": "999"}, "issuer"),
        ({"text": "x", "into": "7"}, "into"),
    ],
)
def test_what_is_missing_is_said_at_its_field(desk, issuer, fields, at):
    response = desk.post(ADD, {"issuer": issuer.pk, "into": ""} | fields)
    assert response.context["form"].errors[at]
    assert not Upload.objects.exists()


@pytest.mark.parametrize(
    ("content", "name"),
    [(b"", "x.docx"), (b"\x00\x01\x02", "x.xlsx"), (b"PK\x03\x04broken", "x.docx"), (b"%PDF-1.4 no", "x.pdf")],
)
def test_a_file_that_cannot_be_read_is_told_in_words(desk, issuer, content, name):
    response = load(desk, issuer, content, name)
    assert response.status_code == 200
    assert response.context["form"].errors
    assert not Upload.objects.exists()


def test_a_cell_that_cannot_be_read_is_marked_where_it_stands(desk, issuer):
    desk.post(ADD, {"text": text_of(lambda text: text.replace("57,72", "57,7O")), "issuer": issuer.pk, "into": ""})
    upload = Upload.objects.get()
    response = desk.get(page(upload, "change"))
    shown = response.context["shown"]
    (told,) = [told for told in shown.problems if told.severity == "error"]
    assert "chữ O" in told.text
    cells = [cell for sheet in shown.sheets for row in sheet.rows for cell in row.cells if cell.mark == "problem"]
    assert [cell.anchor for cell in cells] == [told.anchor]
    assert f'id="{told.anchor}"' in response.content.decode()
    assert shown.arriving == 138
    taken(desk, upload)
    assert Result.objects.count() == 138


def test_a_second_load_says_what_changes(desk, issuer):
    record.loaded(".txt")
    desk.post(ADD, {"text": text_of(lambda text: text.replace("57,72", "57,92")), "issuer": issuer.pk, "into": ""})
    upload = Upload.objects.get(state=UploadState.STAGED)
    response = desk.get(page(upload, "change"))
    (change,) = response.context["shown"].changed
    assert (change.unit, change.before, change.after) == ("UBND huyện Quảng Điền", "57,72/100", "57,92/100")
    assert "Đưa 1 số liệu vào bản nháp" in response.content.decode()
    taken(desk, upload)
    assert Result.objects.get(unit__slug="quang-dien", indicator__code="TONG").value == Decimal("57.92")


def seen(client, upload: Upload) -> dict[str, str]:
    """What the button of the preview sends."""
    context = client.get(page(upload, "change")).context
    return {"shown": context["shown"].fingerprint, "seen": context["seen"]}


def test_what_was_shown_is_what_is_taken_over(desk, issuer):
    upload = record.staged(".txt")
    button = seen(desk, upload)
    edition = record.loaded(".xlsx")  # a colleague was quicker
    figure = Result.objects.get(edition=edition, unit__slug="quang-dien", indicator__code="TONG")
    results.store(edition=edition, unit=figure.unit, indicator=figure.indicator, text="57,99/100", by=None)
    response = desk.post(page(upload, "apply"), button)
    found = response.context["difference"]
    row = next(row for row in found.rows if row.unit == "UBND huyện Quảng Điền" and "57,99" in row.now)
    assert "57,72" in row.before
    assert "57,99" not in row.before
    assert row.anchor in response.content.decode()
    assert [before for _what, before, _now in found.others]  # a new dispatch then, an open draft now
    upload.refresh_from_db()
    assert upload.state == UploadState.STAGED
    again = {"shown": response.context["shown"].fingerprint, "seen": response.context["seen"]}
    assert desk.post(page(upload, "apply"), again)["Location"] == f"/admin/chiso/edition/{edition.pk}/change/"
    assert Result.objects.get(pk=figure.pk).printed == "57,72/100"


def test_texts_that_a_file_would_replace_stand_old_beside_new(desk, issuer):
    edition = record.loaded()
    subject = edition.dispatch.subject
    upload = record.staged()
    assert _("Record the file, change no figure") in desk.get(page(upload, "change")).content.decode()
    before = seen(desk, upload)
    dispatches.change(dispatch=edition.dispatch, by=None, subject="Trích yếu sửa tay")
    found = desk.post(page(upload, "apply"), before)
    assert found.context["difference"].others == [
        (_("Texts on record"), "–", f"Trích yếu: “Trích yếu sửa tay” → “{subject}”")
    ]
    response = desk.get(page(upload, "change"))
    assert response.context["shown"].texts == [texts.Shown("Trích yếu", "Trích yếu sửa tay", subject)]
    assert f"<del>Trích yếu sửa tay</del> → <ins>{subject}</ins>" in response.content.decode()
    assert _("Update the texts, change no figure") in response.content.decode()
    desk.post(page(upload, "apply"), seen(desk, upload))
    edition.dispatch.refresh_from_db()
    assert edition.dispatch.subject == subject


def test_a_figure_taken_out_by_hand_is_told_before_it_comes_back(desk, issuer):
    edition = record.loaded()
    gone = Result.objects.get(edition=edition, unit__slug="quang-dien", indicator__code="TONG")
    results.remove(result=gone, by=None, why="nhầm")
    response = desk.get(page(record.staged(), "change"))
    (change,) = response.context["shown"].changed
    assert (change.unit, change.before, change.after) == ("UBND huyện Quảng Điền", "–", "57,72/100")
    assert change.hand == _("taken out by hand before")
    assert change.hand in response.content.decode()


@pytest.mark.parametrize("sent", ["", "made up", "x" * 5000, "other"])
def test_what_was_seen_cannot_be_made_up(desk, issuer, sent):
    upload, other = record.staged(".txt"), record.staged(".xlsx")
    sealed = seen(desk, other)["seen"] if sent == "other" else sent
    response = desk.post(page(upload, "apply"), {"shown": "made up", "seen": sealed})
    assert response.status_code == 200
    assert response.context["difference"] is None
    upload.refresh_from_db()
    assert upload.state == UploadState.STAGED


def test_an_answer_in_another_window_is_a_difference(desk, issuer):
    def spoil(book):
        record.cell_of(book, "IV", 15, 3).value = "2.6O8"

    upload = record.staged(".xlsx", data=record.workbook(spoil))
    button = seen(desk, upload)
    desk.post(page(upload, "answer"), {"kind": "cell", "appendix": "IV", "row": 15, "column": 3, "text": "2.608"})
    response = desk.post(page(upload, "apply"), button)
    (row,) = response.context["difference"].rows
    assert "2.6O8" in row.before
    assert "2.608" in row.now
    assert not Edition.objects.exists()


def test_a_long_difference_is_bounded(desk, issuer, monkeypatch):
    monkeypatch.setattr(difference, "MOST_SHOWN", 20)
    upload = record.staged(".txt")
    button = seen(desk, upload)
    record.loaded(".xlsx")
    found = desk.post(page(upload, "apply"), button).context["difference"]
    assert (len(found.rows), len(found.rows) + found.left) == (20, 139)


def test_what_was_seen_of_a_very_large_plan_is_not_told(desk, issuer, monkeypatch):
    monkeypatch.setattr(difference, "MOST_ENTRIES", 20)
    upload = record.staged(".txt")
    button = seen(desk, upload)
    record.loaded(".xlsx")
    response = desk.post(page(upload, "apply"), button)
    assert response.context["changed"] is True
    assert response.context["difference"] is None


def test_on_a_published_dispatch_only_the_difference_is_told(desk, issuer):
    edition = record.loaded(".txt")
    record.published(edition)
    upload = record.staged(data=text_of(lambda text: text.replace("57,72", "57,92")).encode(), ending=".txt")
    response = desk.get(page(upload, "change"))
    text = response.content.decode()
    assert "đã công bố" in response.context["shown"].refusal
    assert len(response.context["shown"].changed) == 1
    assert page(upload, "apply") not in text
    desk.post(page(upload, "apply"), {"shown": response.context["shown"].fingerprint})
    assert Result.objects.get(unit__slug="quang-dien", indicator__code="TONG").printed == "57,72/100"


def test_a_file_is_discarded_kept_and_opened_again(desk, issuer):
    upload = record.staged()
    desk.post(page(upload, "discard"))
    upload.refresh_from_db()
    assert upload.state == UploadState.DISCARDED
    assert page(upload, "reopen") in desk.get(page(upload, "change")).content.decode()
    assert "đã" in desk.post(page(upload, "discard"), follow=True).content.decode()
    assert desk.post(page(upload, "apply"), {"shown": ""}).status_code == 302
    assert not Edition.objects.exists()

    desk.post(page(upload, "reopen"))
    upload.refresh_from_db()
    assert upload.state == UploadState.STAGED
    assert Event.objects.filter(what=What.UPLOAD_REOPENED, subject=upload.name).count() == 1
    response = desk.post(page(upload, "reopen"), follow=True)
    assert [str(each.level_tag) for each in response.context["messages"]][-1] == "error"
    taken(desk, upload)
    assert Result.objects.count() == 139


def test_a_file_taken_over_says_what_became_of_it(desk, issuer):
    def spoil(book):
        record.cell_of(book, "IV", 15, 3).value = "2.6O8"
        record.cell_of(book, "IV", 16, 3).value = "5O3"

    upload = record.staged(".xlsx", data=record.workbook(spoil))
    given = {"kind": "skip", "appendix": "IV", "row": 15, "column": 3, "why": "chưa rõ số"}
    desk.post(page(upload, "answer"), given)
    taken(desk, upload)
    upload.refresh_from_db()
    response = desk.get(page(upload, "change"))
    text = response.content.decode()
    (decided,) = response.context["decided"]
    assert (decided.why, decided.by) == ("chưa rõ số", "clerk@example.org")
    assert len([told for told in response.context["problems"] if told.severity == "error"]) == 1
    for link in (
        f"/admin/chiso/edition/{upload.edition_id}/change/",
        f"/admin/chiso/event/{upload.read['event']}/change/",
    ):
        assert link in text
    assert page(upload, "answer") not in text


def test_the_list_says_where_each_file_stands(desk, issuer):
    edition = record.loaded(".docx")
    record.staged(".txt")
    text = desk.get("/admin/chiso/upload/").content.decode()
    for words in ("chip-applied", "chip-staged", f"/edition/{edition.pk}/change/", "I, II, III, IV", "139 "):
        assert words in text


def test_the_file_comes_back_as_a_download(desk, issuer):
    upload = record.staged()
    Upload.objects.filter(pk=upload.pk).update(name='../"><script>.docx\r\nX: y')
    response = desk.get(page(upload, "file"))
    assert b"".join(response.streaming_content) == sample(".docx")
    assert response["Content-Disposition"].startswith("attachment")
    assert "\n" not in response["Content-Disposition"]
    assert ".." not in response["Content-Disposition"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Type"] == "application/octet-stream"


def test_a_file_gone_from_the_store_is_told(desk, issuer):
    upload = record.staged()
    upload.file.storage.delete(upload.file.name)
    assert "không còn trong kho" in desk.get(page(upload, "change")).content.decode()
    assert desk.get(page(upload, "file")).status_code == 404
    assert desk.post(page(upload, "apply"), {"shown": "x"}).status_code == 302


@pytest.mark.parametrize("name", ["apply", "discard"])
def test_what_changes_is_posted(desk, issuer, name):
    assert desk.get(page(record.staged(), name), follow=True).redirect_chain[-1][0].endswith("/change/")
