"""Enclosed files: called as their sender calls them, and every one that is wrong is named with its reason."""

from __future__ import annotations

import html as markup
import re
from datetime import datetime
from email.message import Message
from urllib.parse import unquote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from chiso.models import Evidence, Reply
from tests.pages.conftest import Office

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
WITHIN = datetime(2023, 9, 20, 12, tzinfo=timezone.get_default_timezone())
LONG = "Biên bản làm việc " * 13


@pytest.fixture(autouse=True)
def _within(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: WITHIN)


def sent(client, office: Office, **files) -> str:
    path = f"{office.page(office.published)}reply/quang-dien/TONG/"
    given = {"proposed": "58,72/100", "reason": "Thiếu", "seen": "1"}
    return client.post(path, given | files, follow=True).content.decode()


@pytest.mark.parametrize(
    ("as_sent", "name"),
    [
        ("a%22b%22.pdf", 'a"b".pdf'),  # a quotation mark in a name, as browsers write it
        ("50%.pdf", "50%.pdf"),
        ("50%20%0D%41.pdf", "50%20%0D%41.pdf"),  # that is its name: nothing else is decoded
        ("Bảng kê “quý III” – Phú Lộc.pdf", "Bảng kê “quý III” – Phú Lộc.pdf"),
        ("a;b=c, 'd' & <e>.pdf", "a;b=c, 'd' & <e>.pdf"),
        (f"{LONG[:200]}.pdf", f"{LONG[:200].strip()}.pdf"),
        ("😀.pdf", "😀.pdf"),
    ],
)
def test_a_file_is_called_as_its_sender_calls_it(office: Office, seen_by, as_sent, name):
    client = seen_by(office.cast.unit_a)
    page = sent(client, office, file1=SimpleUploadedFile(as_sent, PDF))
    kept = Evidence.objects.get()
    assert kept.name == name
    assert name in markup.unescape(page)
    answer = client.get(f"/replies/{Reply.objects.get().pk}/evidence/{kept.pk}/")
    assert b"".join(answer) == PDF
    header = answer["Content-Disposition"]
    assert header.isascii()
    assert re.fullmatch(r"attachment; filename\*=utf-8''[\w.~%-]+", header)
    assert unquote(header.partition("''")[2]) == name
    read = Message()
    read["Content-Disposition"] = header
    assert read.get_filename() == name  # as another reader of the standard has it


def test_every_wrong_file_is_named_and_the_right_ones_are_not_lost_without_a_word(office: Office, seen_by):
    page = sent(
        seen_by(office.cast.unit_a), office,
        file1=SimpleUploadedFile("một.exe.pdf", b"MZ"), file2=SimpleUploadedFile("hai%22.pdf", PDF),
        file3=SimpleUploadedFile("ba.pdf", b""),
    )  # fmt: skip
    assert not Reply.objects.exists()
    wrong = markup.unescape("".join(re.findall(r'class="errorlist.*?</ul>', page, re.S)))
    assert "một.exe.pdf" in wrong
    assert "ba.pdf" in wrong
    (unkept,) = re.findall(r'<ul class="unkept">.*?</ul>', page, re.S)
    assert markup.unescape(unkept).count("<li>") == 1
    assert 'hai".pdf' in markup.unescape(unkept)
    assert '<details class="more-files" open>' in page  # what is wrong there is seen at once


def test_a_file_too_large_and_one_of_a_wrong_kind_are_both_named(office: Office, seen_by, monkeypatch):
    monkeypatch.setattr("chiso.ingest.enclosure.MOST_BYTES", 60)
    page = sent(
        seen_by(office.cast.unit_a), office,
        file1=SimpleUploadedFile("to.pdf", PDF * 9), file2=SimpleUploadedFile("sai.pdf", b"MZ"),
    )  # fmt: skip
    wrong = "".join(re.findall(r'class="errorlist.*?</ul>', page, re.S))
    assert "to.pdf" in wrong
    assert "sai.pdf" in wrong
