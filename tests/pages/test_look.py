"""What holds for every template: no inline script or style, texts through gettext, one stylesheet, error pages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.test import Client

from tests.pages.conftest import Office

TEMPLATES = sorted((settings.BASE_DIR / "chiso" / "templates").rglob("*.html"))
STYLES = Path(finders.find("chiso/chiso.css")).read_text(encoding="utf-8")


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(settings.BASE_DIR)))
def test_nothing_stands_inline(path: Path):
    """The Content-Security-Policy would refuse it without a word to the reader. A mail has no policy, and brings its
    own style: it has no stylesheet to ask for."""
    if path.parent.name == "mail":
        pytest.skip("a mail")
    text = re.sub(r"{#.*?#}", "", path.read_text(encoding="utf-8"), flags=re.S)
    assert not re.search(r"\sstyle\s*=|<style|\son[a-z]+\s*=|javascript:|https?://", text)
    assert not re.search(r"<script(?![^>]*\ssrc=)(?![^>]*application/json)", text)


def test_the_stylesheet_asks_for_files_that_are_there_and_for_nobody_else_s():
    wanted = re.findall(r'url\("([^"]+)"\)', STYLES)
    assert len(wanted) == 9
    assert all(finders.find(f"chiso/{name}") for name in wanted)
    assert finders.find("chiso/fonts/OFL.txt")


def test_every_colour_is_a_token():
    rules = STYLES.split("/* --- The page")[1].split("/* --- Paper")[0]
    assert not re.findall(r"#[0-9a-f]{3,8}\b|rgb|hsl", rules)


def test_each_token_has_its_dark_value():
    light, dark = (set(re.findall(r"(--[\w-]+):\s*#", part)) for part in STYLES.split("prefers-color-scheme: dark", 1))
    assert light <= dark


def test_pages_carry_the_policy_and_keep_it(office: Office, seen_by):
    answer = seen_by(office.cast.clerk).get(office.page(office.published, "TONG", "district"))
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    html = answer.content.decode()
    assert not re.search(r"\sstyle=|<style|<script(?! src=)", html)


def test_not_found_speaks_the_reader_s_language(office: Office, seen_by):
    answer = seen_by(office.cast.unit_a).get("/units/nam-dong/")
    assert answer.status_code == 404
    assert "Không tìm thấy trang" in answer.content.decode()


@pytest.mark.parametrize("name", ["403.html", "403_csrf.html", "404.html", "400.html", "500.html"])
def test_error_pages_stand_without_a_request(name: str):
    html = render_to_string(name)
    assert "<h1>" in html
    assert "Về danh sách công văn" in html


def test_what_cannot_be_read_is_answered_by_a_page_of_ours(db, settings):
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 3
    answer = Client().post("/language/", {f"field-{number}": "x" for number in range(9)})
    assert answer.status_code == 400
    assert "chiso/chiso.css" in answer.content.decode()


def test_a_form_without_its_token_is_refused_politely(db):
    answer = Client(enforce_csrf_checks=True).post("/accounts/login/", {"login": "a@example.org", "password": "x"})
    assert answer.status_code == 403
    assert "Trang này đã mở quá lâu" in answer.content.decode()
