"""What every request goes through: the language of its answer, the methods and the alphabet there are, texts that can
be kept, and for how long whoever wrote something reads the primary database."""

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
from django.template.loader import render_to_string
from django.utils import translation

from chiso import replica
from chiso.values.storable import is_storable, storable

METHODS = ("GET", "HEAD", "POST")
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


class OwnLanguage:
    """Vietnamese unless the browser keeps another choice, from the first step on: what is refused before anybody knows
    who asks, or because the database does not say, speaks neither as the request before it nor as the browser is set.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        _speak(request, request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, ""))
        response = self.get_response(request)
        response.headers.setdefault("Content-Language", translation.get_language() or settings.LANGUAGE_CODE)
        return response


class PersonLanguage:
    """What the signed-in person chose goes before what the browser keeps."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and (chosen := request.user.language):
            _speak(request, chosen)
        return self.get_response(request)


def _speak(request: HttpRequest, language: str) -> None:
    if language not in dict(settings.LANGUAGES):
        language = settings.LANGUAGE_CODE
    translation.activate(language)
    request.LANGUAGE_CODE = language


class OwnMethods:
    """No page takes another method, whoever asks: many a view that is not our own would answer to it as to GET, or
    take it for a form that was sent. Whoever opens the address of a button finds a page that says so."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request) if request.method in METHODS else HttpResponseNotAllowed(METHODS)
        if isinstance(response, HttpResponseNotAllowed):
            response.content = render_to_string("405.html")
            response["Content-Length"] = str(len(response.content))
        return response


class OwnAlphabet:
    """Forms and addresses are in UTF-8, as every page of ours asks. Whatever else a request calls itself in would be a
    fault only where it is first read, be it by the page that is to say so."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.encoding is not None:
            if codecs.lookup(request.encoding).name != "utf-8":
                return HttpResponseBadRequest(render_to_string("400.html"))  # Django's own would read the form first
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
