"""What no browser of ours sends, and somebody's program may: a body that is no form, or in another alphabet."""

from __future__ import annotations

import pytest
from django.test import Client

from chiso.models import Reply
from tests.pages.conftest import Office
from tests.pages.test_reply import address, within  # noqa: F401

FORMS = "application/x-www-form-urlencoded"
BODIES = [
    ("application/json", b'{"proposed": "58,72/100"}'),
    ("text/plain", b"proposed=58"),
    ("multipart/form-data; boundary=x", b"--x--\r\n"),
    (FORMS, b""),
]


def strict(user) -> tuple[Client, str]:
    """A browser whose token is looked at, and that token."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)
    client.get("/account/")
    return client, client.cookies["csrftoken"].value


@pytest.mark.parametrize(("kind", "body"), BODIES)
def test_what_is_no_form_is_answered_as_an_empty_one(office: Office, within, kind, body):  # noqa: F811
    client, token = strict(office.cast.unit_a)
    answer = client.post(address(office), body, content_type=kind, headers={"X-CSRFToken": token})
    assert answer.status_code == 200
    assert not Reply.objects.exists()
    assert client.post("/account/", body, content_type=kind, headers={"X-CSRFToken": token}).status_code == 200


@pytest.mark.parametrize("charset", ["utf-16", "utf-7", "hex", "rot13"])
@pytest.mark.parametrize("path", ["/account/", "/admin/chiso/unit/add/", "/language/"])
def test_what_is_in_another_alphabet_is_a_bad_request(office: Office, path, charset):
    client, token = strict(office.cast.administrator)
    for kind in (FORMS, "multipart/form-data; boundary=x", "text/plain"):
        given = {"content_type": f"{kind}; charset={charset}", "headers": {"X-CSRFToken": token}}
        assert client.generic("POST", path, b"full_name=a", **given).status_code == 400
    assert client.get("/units/", CONTENT_TYPE=f"text/plain; charset={charset}").status_code == 400


@pytest.mark.parametrize("charset", ["utf-8", "UTF-8", "utf8"])
def test_ours_goes_by_several_names(office: Office, charset):
    client, token = strict(office.cast.unit_a)
    given = {"content_type": f"{FORMS}; charset={charset}", "headers": {"X-CSRFToken": token}}
    assert client.post("/account/", "full_name=Lê&language=vi".encode(), **given).status_code == 302
    office.cast.unit_a.refresh_from_db()
    assert office.cast.unit_a.full_name == "Lê"
