"""What a refused request leaves behind: a page for the person, one line in the log."""

from __future__ import annotations

import io
import logging

import pytest

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
