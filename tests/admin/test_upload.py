"""Loading a dispatch at the desk: file or pasted text, preview, taken over or not."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from chiso.models import Edition, Result, UnitAlias, Upload, UploadState
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
    assert (shown.arriving, shown.problems, shown.unknown) == (139, [], [])
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


def test_what_was_shown_is_what_is_taken_over(desk, issuer):
    upload = record.staged(".txt")
    shown = desk.get(page(upload, "change")).context["shown"].fingerprint
    record.loaded(".xlsx")  # a colleague was quicker
    response = desk.post(page(upload, "apply"), {"shown": shown}, follow=True)
    assert "Hãy xem lại" in response.content.decode()
    upload.refresh_from_db()
    assert upload.state == UploadState.STAGED
    assert desk.post(page(upload, "apply"), {"shown": "made up"}).status_code == 302
    upload.refresh_from_db()
    assert upload.state == UploadState.STAGED


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


def test_a_file_is_discarded_and_kept(desk, issuer):
    upload = record.staged()
    desk.post(page(upload, "discard"))
    upload.refresh_from_db()
    assert upload.state == UploadState.DISCARDED
    assert desk.get(page(upload, "change")).status_code == 200
    assert "đã" in desk.post(page(upload, "discard"), follow=True).content.decode()
    assert desk.post(page(upload, "apply"), {"shown": ""}).status_code == 302
    assert not Edition.objects.exists()


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
