"""A file that is being read: its page, what its script asks, and what a person can do about it."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import gettext as _
from django_tasks_db.models import DBTaskResult

from chiso.actions import reading
from chiso.models import Role, Upload, UploadState
from tests import make, record
from tests.ingest.expected import sample
from tests.worker import work

ADD = "/admin/chiso/upload/add/"

pytestmark = pytest.mark.django_db


@pytest.fixture
def issuer():
    return record.office_of_2023()


@pytest.fixture
def desk(client, issuer, settings, monkeypatch):
    settings.WORKERS = True
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    monkeypatch.setattr(reading, "takes_long", lambda data: True)
    client.force_login(record.person())
    return client


def page(upload: Upload, name: str = "change") -> str:
    return f"/admin/chiso/upload/{upload.pk}/{name}/"


@pytest.fixture
def load(desk, issuer, django_capture_on_commit_callbacks):
    def loaded(content: bytes = sample(".pdf"), name: str = "dispatch-1082.pdf"):
        file = SimpleUploadedFile(name, content)
        with django_capture_on_commit_callbacks(execute=True):
            response = desk.post(ADD, {"file": file, "text": "", "issuer": issuer.pk, "into": ""})
        upload = Upload.objects.latest("pk")
        assert response["Location"] == page(upload)
        return upload

    return loaded


def test_a_long_file_goes_to_the_workers_and_to_its_preview(desk, load):
    upload = load()
    assert DBTaskResult.objects.get().args_kwargs["args"] == [upload.pk]
    text = desk.get(page(upload)).content.decode()
    assert "Đang chờ đến lượt đọc" in text
    assert '<progress max="100" value="0"' in text
    assert page(upload, "progress") in text
    assert "http-equiv" not in text
    Upload.objects.update(progress=45)
    assert "Đã đọc 45%" in desk.get(page(upload)).content.decode()

    work()
    preview = desk.get(page(upload))
    assert preview.context["shown"].arriving == 139
    assert "<progress" not in preview.content.decode()


def test_what_the_script_is_told(desk, load):
    upload = load()
    assert desk.get(page(upload, "progress")).json() == {"percent": 0, "said": "Đang chờ đến lượt đọc", "next": ""}
    Upload.objects.update(progress=45)
    answer = desk.get(page(upload, "progress"))
    Upload.objects.update(progress=reading.OPENED)
    assert "đang đối chiếu" in desk.get(page(upload, "progress")).json()["said"]
    assert answer.json() == {"percent": 45, "said": "Đã đọc 45%", "next": ""}
    assert "no-store" in answer["Cache-Control"]
    work()
    assert desk.get(page(upload, "progress")).json()["next"] == page(upload)


def test_it_is_found_again_in_the_list(desk, load):
    upload = load()
    text = desk.get("/admin/chiso/upload/").content.decode()
    assert page(upload) in text
    assert "chip-reading" in text
    assert desk.get("/admin/chiso/upload/?state__exact=reading").context["cl"].result_count == 1


def test_where_no_worker_comes_it_is_read_here(desk, load):
    upload = load()
    assert page(upload, "read") in desk.get(page(upload)).content.decode()
    response = desk.post(page(upload, "read"), follow=True)
    assert response.redirect_chain[-1][0] == page(upload)
    assert response.context["shown"].arriving == 139
    work()  # comes late, and finds nothing to do
    upload.refresh_from_db()
    assert upload.state == UploadState.STAGED
    assert desk.post(page(upload, "read"), follow=True).status_code == 200


def test_it_is_discarded_unread(desk, load):
    upload = load()
    desk.post(page(upload, "discard"))
    work()
    upload.refresh_from_db()
    assert (upload.state, upload.reader) == (UploadState.DISCARDED, "")
    assert desk.get(page(upload, "progress")).json()["next"] == page(upload)
    assert desk.get(page(upload)).status_code == 200
    desk.post(page(upload, "reopen"))
    assert "<progress" in desk.get(page(upload)).content.decode()


def test_what_cannot_be_read_says_why_and_what_to_do(desk, load):
    upload = load(b"PK\x03\x04broken", "x.docx")
    work()
    response = desk.get(page(upload))
    text = response.content.decode()
    assert "Tệp bị hỏng" in text
    assert ADD in text
    assert page(upload, "discard") in text
    assert page(upload, "read") not in text
    desk.post(page(upload, "discard"))
    upload.refresh_from_db()
    assert upload.state == UploadState.DISCARDED


@pytest.mark.parametrize("state", [UploadState.READING, UploadState.UNREADABLE])
def test_nothing_is_taken_over_of_it(desk, load, state):
    upload = load()
    Upload.objects.update(state=state, read={"fault": {"why": "corrupt", "params": {}}})
    for name, sent in (("apply", {"shown": "x"}), ("answer", {"kind": "unit"}), ("units", {})):
        assert desk.post(page(upload, name), sent).status_code == 302
    upload.refresh_from_db()
    assert upload.state == state


def test_the_same_file_again_is_told_and_leads_to_the_first(desk, load):
    first = load()
    work()
    assert desk.get(page(first)).context["earlier"] is None
    again = load()
    assert f'<a href="{page(first)}">' in desk.get(page(again)).content.decode()
    work()
    assert f'<a href="{page(first)}">' in desk.get(page(again)).content.decode()


@pytest.mark.parametrize("name", ["change", "progress", "read"])
def test_only_the_desk_of_the_issuer_sees_it(client, load, name):
    upload = load()
    elsewhere = make.issuer(
        unit=make.unit(slug="tinh-khac", level="province"), slug="vpub-tinh-khac", name="Văn phòng khác"
    )
    stranger = make.member(unit=elsewhere.unit, role=Role.CLERK)
    client.force_login(stranger)
    ask = client.post if name == "read" else client.get
    assert ask(page(upload, name)).status_code == 404
    client.force_login(make.member(unit=upload.issuer.unit, role=Role.UNIT))
    assert ask(page(upload, name)).status_code in (302, 403)
    client.logout()
    answer = ask(page(upload, name))
    assert answer.status_code == 302
    assert "/accounts/login/" in answer["Location"] or "/admin/login/" in answer["Location"]
    upload.refresh_from_db()
    assert upload.state == UploadState.READING


@pytest.mark.parametrize("key", ["0", "x", "-1", "9" * 30, "1%00", "..", "%2e"])
@pytest.mark.parametrize("name", ["progress", "read"])
def test_garbage_is_not_found(desk, key, name):
    assert desk.get(f"/admin/chiso/upload/{key}/{name}/").status_code in (302, 404)
    assert desk.post(f"/admin/chiso/upload/{key}/{name}/").status_code in (404, 405)


@pytest.mark.parametrize("workers", [True, False])
@pytest.mark.parametrize(("held", "asked"), [(["III"], False), (["III", "IV"], True), (["II", "III"], False)])
def test_a_file_for_one_appendix_fares_alike_with_and_without_workers(
    desk, settings, django_capture_on_commit_callbacks, workers, held, asked
):
    """One that does not hold what is wanted says so, and is taken over or not as it is."""
    settings.WORKERS = workers
    second = record.loaded().appendices.get(ordinal="II")
    parts = re.split(r"(?=^Phụ lục [IV]+$)", sample(".txt").decode(), flags=re.M)
    file = SimpleUploadedFile("x.txt", "".join(each for each in parts if each.split("\n")[0][8:] in held).encode())
    with django_capture_on_commit_callbacks(execute=True):
        desk.post(f"/admin/chiso/appendix/{second.pk}/import/", {"file": file, "text": ""})
    if workers:
        work()
    upload = Upload.objects.latest("pk")
    said = _("The file holds appendix %(held)s, not %(wanted)s. Look closely before you take it over.")
    told = said % {"held": ", ".join(held), "wanted": "II"}
    response = desk.get(page(upload), follow=True)
    assert (told in response.content.decode()) == ("II" not in held)
    assert [where for where, _status in response.redirect_chain] == ([page(upload, "appendix")] if asked else [])
    if asked:
        response = desk.post(page(upload, "appendix"), {"ordinal": "III"}, follow=True)
        assert told not in response.content.decode()
    shown = response.context["shown"]
    assert ([sheet.ordinal for sheet in shown.sheets], shown.refusal) == (["II" if "II" in held else "III"], "")
    upload.refresh_from_db()
    assert upload.read["appendices"] == held
    assert desk.post(page(upload, "apply"), {"shown": shown.fingerprint})["Location"].startswith(
        "/admin/chiso/edition/"
    )


def test_progress_is_only_asked_for(desk, load):
    assert desk.post(page(load(), "progress")).status_code == 405
