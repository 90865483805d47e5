"""What a person was told, what the person wants to be told of, and the way out that works from a mail."""

from __future__ import annotations

from typing import cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chiso.actions import notice as action
from chiso.models import Notice, User
from chiso.queries import notice as query
from chiso.queries.unsubscribe import person_of
from chiso.words.notice import kind_name, lines, subject

PER_PAGE = 30
LONGEST_KEY = 100  # digits; a number of thousands of them is not even read


@login_required
@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    user = cast("User", request.user)
    rows = Notice.objects.visible_to(user).select_related(*query.WITH)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    told = [_told(each) for each in query.shown(list(page.object_list))]
    concerned = bool(told) or bool(query.kinds_of(user))
    return render(request, "chiso/notices.html", {"page": page, "told": told, "concerned": concerned})


def _told(shown: query.Shown) -> dict[str, object]:
    return {"notice": shown.notice, "subject": subject(shown.told), "lines": lines(shown.told)}


@login_required
@require_safe
def opened(request: HttpRequest, *, key: int) -> HttpResponse:
    """Leads to what the notice tells of; whoever opens it has read it."""
    user = cast("User", request.user)
    notice = get_object_or_404(Notice.objects.visible_to(user).select_related(*query.WITH), pk=key)
    if request.method == "GET":
        action.read(by=user, key=notice.pk)
    [shown] = query.shown([notice])
    return redirect(shown.path)


@login_required
@require_POST
def read(request: HttpRequest) -> HttpResponse:
    """One notice, or all of them, without opening it."""
    user, which = cast("User", request.user), request.POST.get("notice")
    if which is not None and not (which.isascii() and which.isdigit() and len(which) <= LONGEST_KEY):
        raise Http404
    count = action.read(by=user, key=None if which is None else int(which))
    if which is None:
        told = ngettext("%(count)s notice is marked as read.", "%(count)s notices are marked as read.", count)
        messages.success(request, told % {"count": count})
    return redirect("notices")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def choices(request: HttpRequest) -> HttpResponse:
    user = cast("User", request.user)
    if request.method == "POST":
        for kind in query.kinds_of(user):
            action.choose(by=user, kind=kind, here=f"{kind}-here" in request.POST, mail=f"{kind}-mail" in request.POST)
        messages.success(request, _("Your choice has been saved."))
        return redirect("notice_choices")
    rows = [{"choice": each, "name": kind_name(each.kind)} for each in query.choices_of(user)]
    return render(request, "chiso/notice_choices.html", {"rows": rows})


@csrf_exempt  # the mail provider that does it for the person has no token of ours: the signature is what lets in
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, *, person: int, kind: str, signature: str) -> HttpResponse:
    """Looking changes nothing: programs that look for danger follow every link of a mail."""
    user = person_of(person, kind, signature)
    if user is None:
        raise Http404
    everything = "all" in request.POST
    if request.method == "POST":
        action.unsubscribe(by=user, kinds=query.kinds_of(user) if everything else [kind])
    with override(user.language or settings.LANGUAGE_CODE):
        context = {"kind": kind_name(kind), "done": request.method == "POST", "everything": everything}
        return render(request, "chiso/unsubscribe.html", context)
