"""What the address of a page asks for (`?edition=`, `?indicator=`, `?format=` …) and the page has not: 404, and said as
that. Raised only once the reader is known to be let into the page itself; what is there and not for the reader is
lacking in the same words."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import render
from django.template.loader import render_to_string

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
