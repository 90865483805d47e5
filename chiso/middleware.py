"""What every request goes through: the methods and the alphabet there are, texts that can be kept, the signed-in
person's language, and for how long whoever wrote something reads the primary database."""

from __future__ import annotations

import codecs
from collections.abc import Callable
from contextlib import suppress

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBadRequest,
    HttpResponseNotAllowed,
    QueryDict,
    UnreadablePostError,
)
from django.utils import translation

from chiso import replica
from chiso.values.storable import is_storable, storable

METHODS = ("GET", "HEAD", "POST")
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


class OwnMethods:
    """No page takes another method, whoever asks: many a view that is not our own would answer to it as to GET, or
    take it for a form that was sent."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request) if request.method in METHODS else HttpResponseNotAllowed(METHODS)


class OwnAlphabet:
    """Forms and addresses are in UTF-8, as every page of ours asks. Whatever else a request calls itself in would be a
    fault only where it is first read, be it by the page that is to say so."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.encoding is not None:
            if codecs.lookup(request.encoding).name != "utf-8":
                return HttpResponseBadRequest()
            request.encoding = "utf-8"  # by one name: "utf8" is it too
        return self.get_response(request)


class StorableAddress:
    """Signs that no database keeps: in a path they name nothing, behind it and in cookies they become a mark."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not is_storable(request.path_info):
            request.path_info = request.path = "/-"  # an address of nothing: the page that says so has its session
        request.GET = _kept(request.GET)  # type: ignore[assignment]  # immutable, though the stubs cannot know
        request.COOKIES = {name: storable(text) for name, text in request.COOKIES.items()}
        return self.get_response(request)


class StorableForm:
    """The same for forms. After the check of the token, which reads them first. JSON has its own reader."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: object) -> None:
        if request.method == "POST" and request.content_type in _FORMS:
            with suppress(UnreadablePostError):
                request.POST = _kept(request.POST)  # type: ignore[assignment]


def _kept(sent: QueryDict) -> QueryDict:
    if all(is_storable(text) for name, texts in sent.lists() for text in (name, *texts)):
        return sent
    made = QueryDict(mutable=True, encoding=sent.encoding)
    for name, texts in sent.lists():
        made.setlist(storable(name), [storable(text) for text in texts])
    made._mutable = False
    return made


class PersonLanguage:
    """Vietnamese unless the person chose otherwise: a browser set to English is no choice made here."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = getattr(request.user, "language", "") if request.user.is_authenticated else ""
        language = chosen or request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        if language not in dict(settings.LANGUAGES):
            language = settings.LANGUAGE_CODE
        translation.activate(language)
        request.LANGUAGE_CODE = language
        return self.get_response(request)


class OwnWriting:
    """Whoever wrote something reads the primary for as long as a replica in use may be behind, and so never meets an
    older state than the one left behind. A cookie keeps it: it needs no row, and concerns its bearer alone."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        if not settings.REPLICA_LAG:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with replica.writing_noted() as wrote:
            response = self.get_response(request)
            if wrote():
                response.set_cookie(
                    replica.WROTE, "1", max_age=settings.REPLICA_LAG, httponly=True, samesite="Lax",
                    secure=settings.SESSION_COOKIE_SECURE,
                )  # fmt: skip
        return response
