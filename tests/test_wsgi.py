"""The application as gunicorn runs it: whatever somebody's program sends is answered with a page, and is no fault."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.conf import settings
from django.core import signals
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test import override_settings

from config import wsgi
from config.wsgi import application
from tests.pages.conftest import Office, office  # noqa: F401

BOARD = "/dispatches/thua-thien-hue/2023/1082-VPUB-KSTT/ranking/TONG/district/"
FORMS, PARTS = "application/x-www-form-urlencoded", "multipart/form-data; boundary="
LONG = "a" * 70_000
ALPHABETS = ("hex", '"hex"', "rot13", "zip", "punycode", "idna", "undefined", "unicode_escape", "utf-16", "a\x00b", "é")
HOSTS = ("", "evil.example", "localhost:99999", "[::1", "a b", "localhost\x00", "\xff", "." * 300, "/")
COOKIES = ("\xff\xfe", ";;;", "=", "sessionid=\x00", "sessionid=" + LONG, "messages=W10:x:y", "django_language=../x",
           'a="\\377\\000"', "csrftoken=\xff", "chiso_wrote=\xff")  # fmt: skip
PATHS = ("", "*", "//", "///evil.example/", "/\xff\xfe", "/\x00", "/%", "/" + LONG, "/\xed\xa0\x80", "/admin/\n",
         "/replies/99999999999999999999/", "/admin/chiso/unit/_ff/change/")  # fmt: skip
QUERIES = ("%", "%ff", "a=%00", "&" * 20_000, "a=" + LONG, "&".join(f"a{n}=1" for n in range(13_000)), "\xff\xfe", "=",
           "page=9999999999999999999", "page=%F0%9D%9F%8E", "edition=%C2%B2", "edition=9" + "9" * 30, "sort=%00",
           "_popup=1&_to_field=x", "pk__in=a")  # fmt: skip
PART = b'--x\r\nContent-Disposition: form-data; name="f"'
BODIES: list[tuple[str, bytes]] = [
    ("multipart/form-data", b"x"),
    (PARTS, b"x"),
    (PARTS + "\xff", b"x"),
    (PARTS + "x" * 300, b"--x"),
    (PARTS + "x", PART + b'; filename="\x00"\r\n\r\nx\r\n--x--\r\n'),
    (PARTS + "x", PART + b'; filename="../x"\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!\r\n--x--\r\n'),
    (PARTS + "x", PART + b"; filename*=hex''%ff\r\n\r\nx\r\n--x--\r\n"),
    (PARTS + "x", PART + b'; filename="a"\r\nContent-Type: text/plain; charset=hex\r\n\r\nx\r\n--x--\r\n'),
    (PARTS + "x", (PART + b'; filename="a"\r\n\r\nx\r\n') * 200 + b"--x--\r\n"),
    (PARTS + "x", (PART + b"\r\n\r\nx\r\n") * 13_000 + b"--x--\r\n"),
    (FORMS, b"&".join([b"a=1"] * 13_000)),
    (FORMS, b"\xff=\xfe&%00=%ff"),
    (FORMS, b"a=" + b"x" * (25 * 1024 * 1024 + 1)),
    (FORMS, b"csrfmiddlewaretoken=" + b"%00" * 64),
    (FORMS + "; charset*=hex''utf-8", b"a=b"),
    (";", b"x"),
    ("\xff/\xfe; \x00", b"x"),
    (LONG, b"x"),
]
HEADERS = ("HTTP_IF_MODIFIED_SINCE", "HTTP_IF_NONE_MATCH", "HTTP_RANGE", "HTTP_ACCEPT_LANGUAGE", "HTTP_X_CSRFTOKEN",
           "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST", "HTTP_ACCEPT_ENCODING", "HTTP_ORIGIN")  # fmt: skip
TEXTS = ("\xff", "\x00", 'W/"', "Fri, 31 Dec 999999999 23:59:59 GMT", "bytes=9999999999999999999-1", "http://[", LONG)


@pytest.fixture
def kept_open():
    """The test's connection holds what the test made: the end of a request closes it elsewhere."""
    both = (signals.request_started, signals.request_finished)
    for signal in both:
        signal.disconnect(close_old_connections)
    yield
    for signal in both:
        signal.connect(close_old_connections)


@pytest.fixture
def reader(client, office: Office) -> str:  # noqa: F811
    client.force_login(office.cast.administrator)
    return f"sessionid={client.cookies['sessionid'].value}"


def ask(app: Any = application, **given: Any) -> tuple[int, bytes]:
    body = given.pop("body", b"")
    environ = {
        "REQUEST_METHOD": "GET", "SCRIPT_NAME": "", "PATH_INFO": "/dispatches/", "QUERY_STRING": "",
        "SERVER_NAME": "localhost", "SERVER_PORT": "80", "HTTP_HOST": "localhost", "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1", "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(body),
        "wsgi.errors": io.StringIO(), "CONTENT_LENGTH": str(len(body)),
    }  # fmt: skip
    began: list[str] = []
    answer = app(environ | given, lambda status, _headers: began.append(status))
    told = b"".join(answer)
    answer.close()  # type: ignore[attr-defined]
    return int(began[0][:3]), told


def asked() -> list[dict[str, Any]]:
    odd: list[dict[str, Any]] = []
    for charset in ALPHABETS:
        for kind in ("text/plain", FORMS, PARTS + "x"):
            both = {"CONTENT_TYPE": f"{kind}; charset={charset}", "QUERY_STRING": "q=%ff"}
            odd += [both, both | {"REQUEST_METHOD": "POST", "body": b"a=b", "PATH_INFO": "/account/"}]
    odd += [{"HTTP_HOST": text} for text in HOSTS] + [{"HTTP_COOKIE": text} for text in COOKIES]
    odd += [{"PATH_INFO": text} for text in PATHS]
    odd += [{name: text} for name in ("SCRIPT_NAME", "SCRIPT_URL") for text in ("/\xff", "x", "//", LONG)]
    odd += [{"QUERY_STRING": q, "PATH_INFO": p} for q in QUERIES for p in ("/dispatches/", "/admin/chiso/unit/", BOARD)]
    odd += [{"REQUEST_METHOD": "POST", "CONTENT_TYPE": kind, "body": body, "PATH_INFO": path}
            for kind, body in BODIES for path in ("/accounts/login/", "/admin/chiso/unit/add/")]  # fmt: skip
    odd += [{"REQUEST_METHOD": "POST", "CONTENT_TYPE": FORMS, "CONTENT_LENGTH": n} for n in ("-1", "x", "9" * 30, "²")]
    odd += [{"REQUEST_METHOD": method} for method in ("get", "PUT", "TRACE", "", "X\x00", "É", "HEAD")]
    return odd + [{name: text, "PATH_INFO": BOARD} for name in HEADERS for text in TEXTS]


def test_nothing_that_is_sent_is_a_fault_of_ours(kept_open, reader: str):
    for given in asked():
        status, page = ask(**{"HTTP_COOKIE": reader} | given)
        told = {name: text[:60] for name, text in given.items()}
        assert status < 500, told
        if status >= 400 and given.get("REQUEST_METHOD") != "HEAD":
            assert page.count(b"<h1>") == 1, (status, told)
            assert b'href="/' in page, (status, told)


@pytest.mark.parametrize("host", ["evil.example", "[::1"])
def test_a_server_of_another_name_answers_with_the_page_too(kept_open, db, host: str):
    """Where HTTPS is demanded the name of the server is asked for first of all."""
    with override_settings(SECURE_SSL_REDIRECT=True):
        strict = get_wsgi_application()
    status, page = ask(strict, HTTP_HOST=host)
    assert status == 400
    assert page.count(b"<h1>") == 1


def test_what_is_refused_early_speaks_vietnamese_or_what_was_chosen(kept_open, reader: str):
    """Neither as the browser is set, nor as whoever asked before it in the same thread."""
    strange = {"CONTENT_TYPE": "text/plain; charset=utf-16", "HTTP_ACCEPT_LANGUAGE": "en"}
    assert ask(HTTP_COOKIE="django_language=en", PATH_INFO="/accounts/login/")[0] == 200
    assert b'lang="vi"' in ask(**strange)[1]
    assert b'lang="en"' in ask(**strange, HTTP_COOKIE="django_language=en")[1]
    assert b'lang="vi"' in ask(HTTP_HOST="evil.example", HTTP_ACCEPT_LANGUAGE="en")[1]


def test_an_address_of_a_button_has_a_page(client, reader: str):
    answer = client.get("/language/")
    assert answer.status_code == 405
    assert b"<h1>" in answer.content
    assert answer["Allow"] == "POST"
    assert int(answer["Content-Length"]) == len(answer.content)  # a browser shows no more than was announced


def test_a_server_of_another_name_says_that_it_has_no_such_name(kept_open, db):
    """What whoever installs it meets first: neither too large nor damaged. The way on leads to a name that it has."""
    with override_settings(ADDRESS="https://chiso.example"):
        status, page = ask(HTTP_HOST="evil.example")
    assert status == 400
    assert b"CHISO_HOSTS" in page
    assert b'class="button" href="https://chiso.example/"' in page
    assert b"CHISO_HOSTS" not in ask(CONTENT_TYPE="text/plain; charset=hex")[1]


def test_a_server_whose_static_files_were_not_collected_does_not_start(tmp_path):
    """Each of its pages would be a fault, the one that says so included."""
    manifest = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}}
    given = {"STATIC_ROOT": tmp_path, "STORAGES": settings.STORAGES | manifest}
    with override_settings(**given, PRODUCTION=True), pytest.raises(ImproperlyConfigured, match="collectstatic"):
        wsgi.demand_static_files()
    with override_settings(**given, PRODUCTION=True):
        call_command("collectstatic", interactive=False, verbosity=0)
        wsgi.demand_static_files()
    (tmp_path / "staticfiles.json").write_text('{"version": "1.1", "paths": {"chiso/chiso.css": "x"}, "hash": ""}')
    with override_settings(**given, PRODUCTION=True), pytest.raises(ImproperlyConfigured, match="collectstatic"):
        wsgi.demand_static_files()  # those of an earlier version
    wsgi.demand_static_files()  # a clone has none and needs none
