"""What a refused request leaves behind: a page for the person, one line in the log."""

from __future__ import annotations

import io
import logging

import pytest
from django.db import InterfaceError, OperationalError
from django.template.loader import render_to_string

from tests import make


@pytest.fixture
def log(monkeypatch) -> io.StringIO:
    """What the server's own handler writes."""
    kept = io.StringIO()
    handlers = [
        each for each in logging.getLogger().handlers if getattr(each.formatter, "_fmt", "").startswith("%(asc")
    ]
    assert len(handlers) == 1
    monkeypatch.setattr(handlers[0], "stream", kept)
    return kept


@pytest.mark.parametrize(
    ("path", "status"), [("/nowhere/?q=Nguyễn+Văn+An", 404), ("/units/nam-dong/", 404), ("/admin/login/", 403)]
)
def test_a_refusal_is_one_line_without_the_person(client, db, log, path, status):
    tree = make.tree()
    make.published(tree=tree)
    person = make.member(unit=tree.districts[0], email="nguyen.van.an@example.org", full_name="Nguyễn Văn An")
    client.force_login(person)
    assert client.get(path).status_code == status
    lines = log.getvalue().splitlines()
    assert len(lines) == 1
    assert path.partition("?")[0] in lines[0]
    assert not any(word in lines[0] for word in ("nguyen", "Nguy", "q="))


def test_a_fault_of_ours_keeps_its_trace(client, db, log, monkeypatch):
    client.raise_request_exception = False
    monkeypatch.setattr("chiso.queries.dispatch.listed", lambda *_given: 1 / 0)
    client.force_login(make.person(is_superuser=True))
    assert client.get("/dispatches/").status_code == 500
    assert "ZeroDivisionError" in log.getvalue()


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_server_without_its_database_says_so_with_a_page(client, language):
    """No test of a database: whoever asks it gets a fault, as when it is gone; the page needs none, nor any script."""
    client.raise_request_exception = False
    client.cookies["sessionid"], client.cookies["django_language"] = "a" * 32, language
    answer = client.get("/dispatches/", headers={"Accept-Language": "fr"})
    page = answer.content.decode()
    assert answer.status_code == 500
    assert f'<html lang="{language}">' in page
    assert page.count("<h1>") == 1
    assert 'class="button" href="/"' in page


@pytest.mark.parametrize("name", ["400.html", "403_csrf.html", "405.html", "500.html", "503.html"])
def test_pages_of_what_is_refused_early_need_nothing_but_themselves(name):
    """No reader, no session, no database: each has one heading, a title and a way on."""
    page = render_to_string(name)
    assert page.count("<h1>") == 1
    assert page.partition("<h1>")[2].partition("</h1>")[0] in page.partition("<title>")[2].partition("</title>")[0]
    assert 'href="/"' in page


@pytest.mark.parametrize("fault", [OperationalError, InterfaceError])
def test_a_database_that_does_not_answer_is_a_pause_and_no_fault(client, db, monkeypatch, fault):
    """While it is maintained, or locked: programs are told to come back, people too."""

    def away(*_given):
        raise fault("connection refused")

    client.raise_request_exception = False
    monkeypatch.setattr("chiso.queries.dispatch.listed", away)
    client.force_login(make.person(is_superuser=True))
    answer = client.get("/dispatches/")
    page = answer.content.decode()
    assert (answer.status_code, answer["Retry-After"]) == (503, "60")
    assert page.count("<h1>") == 1
    assert 'href="/"' in page
    assert "connection refused" not in page
