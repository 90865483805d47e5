"""What the address of a page asks for (`?edition=`, `?indicator=`, `?format=` …) and the page has not: 404, and said as
that. Raised only once the reader is known to be let into the page itself; what is there and not for the reader is
lacking in the same words."""

from __future__ import annotations

import sys

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseServerError
from django.shortcuts import render
from django.template.loader import render_to_string

PAUSE = 60  # seconds after which programs come back to a database that did not answer
LONGEST = 40  # of what was asked for, as the page repeats it


class Lacking(Http404):
    """`said` is a sentence with the place of what was asked for; `back` leads to the page without it."""

    def __init__(self, request: HttpRequest, name: str, said: str) -> None:
        super().__init__(name)  # the log gets no more of an address than its path
        rest = request.GET.copy()
        asked = rest.pop(name, [""])[-1]
        self.said = said % {"asked": asked[:LONGEST]}
        self.back = request.path + ("?" + rest.urlencode() if rest else "")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Every page of ours that is not there, or not for the reader."""
    context = {"said": exception.said, "back": exception.back} if isinstance(exception, Lacking) else {}
    return render(request, "404.html", context, status=404)


def not_understood(_request: HttpRequest, exception: Exception) -> HttpResponse:
    """A request that cannot be read; or one to a name that is not the server's, as whoever installs it may meet."""
    context = {"elsewhere": settings.ADDRESS} if isinstance(exception, DisallowedHost) else {}
    return HttpResponseBadRequest(render_to_string("400.html", context))


def failed(_request: HttpRequest) -> HttpResponse:
    """A fault of ours; or a pause, where the database is away or busy. Django hands a page of a fault no exception, and
    calls it while that is being handled."""
    if isinstance(sys.exception(), OperationalError | InterfaceError):
        return HttpResponse(render_to_string("503.html"), status=503, headers={"Retry-After": str(PAUSE)})
    return HttpResponseServerError(render_to_string("500.html"))
