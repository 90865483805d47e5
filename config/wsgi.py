"""The application for gunicorn: `gunicorn config.wsgi`."""

from __future__ import annotations

import codecs
import os
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application
from django.utils.http import parse_header_parameters

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
_django = get_wsgi_application()


def demand_static_files() -> None:
    """Without them, or with those of an earlier version, each page is a fault, the one that says so included."""
    if not settings.PRODUCTION:
        return
    ours = settings.BASE_DIR / "chiso" / "static"
    names = {file.relative_to(ours).as_posix() for file in ours.rglob("[!.]*[!~]") if file.is_file()}
    if names - staticfiles_storage.hashed_files.keys():  # type: ignore[attr-defined]
        raise ImproperlyConfigured("Static files are not collected: run `manage.py collectstatic --noinput` first.")


demand_static_files()

# An alphabet that every byte can be read in and that is not ours: `chiso.middleware.OwnAlphabet` refuses it.
FOREIGN = "text/plain; charset=iso-8859-1"

ADDRESSES = ("SCRIPT_NAME", "SCRIPT_URL", "REDIRECT_URL")  # where a server before this one says that this one begins


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Django makes its request of these headers before any middleware of ours is asked, and reads the address in the
    alphabet that they name, also to say that something is wrong: one it cannot read in would leave no page at all."""
    for name in ADDRESSES:
        if not _is_utf8(environ.get(name, "")):
            environ |= {name: "", "CONTENT_TYPE": FOREIGN}
    if not _readable(environ.get("CONTENT_TYPE", "")):
        environ["CONTENT_TYPE"] = FOREIGN
    return _django(environ, start_response)


def _readable(content_type: str) -> bool:
    """In UTF-8 or in no alphabet that there is, which Django takes for UTF-8."""
    try:
        return codecs.lookup(parse_header_parameters(content_type)[1]["charset"]).name == "utf-8"
    except (KeyError, LookupError):
        return True
    except ValueError:  # a NUL
        return False


def _is_utf8(address: str) -> bool:
    try:
        address.encode("iso-8859-1").decode()
    except UnicodeError:
        return False
    return True
