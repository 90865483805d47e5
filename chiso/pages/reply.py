"""The unit's side of a reply: disputing a figure, what was answered, more proof, taking it back.

Its own people act for a unit; those of the units above it, and the desk of the office, read along."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import quote

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chiso.actions import claim
from chiso.actions import reply as action
from chiso.models import Evidence, Indicator, Reply, ReplyState, Unit, User
from chiso.pages import access, download
from chiso.pages.address import figure_url
from chiso.pages.dispatch import Chosen, chosen
from chiso.pages.reply_form import AddForm, SendForm, WithdrawForm
from chiso.queries import reply as query
from chiso.queries import window
from chiso.queries.figure import lacks
from chiso.words.figure import MISSING, date_text
from chiso.words.reply import meanwhile, time_left

PER_PAGE = 50
WITHDRAW_IDS = "withdraw_%s"  # two forms on one page


@dataclass(frozen=True, slots=True)
class Line:
    """One reply in a list."""

    reply: Reply
    printed: str
    figure: str  # address
    left: str  # of the time in which the next step is due; "" where none is


# --- Lists ------------------------------------------------------------------------------------------
@login_required
@require_safe
def replies(request: HttpRequest) -> HttpResponse:
    """Those of the reader's units and of the units below."""
    user = cast("User", request.user)
    rows = query.of_units(user)
    kind = download.asked(request)
    if kind:
        return download.answer(_sheet(list(rows)), kind)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    lines = [line(row) for row in page.object_list]
    own = access.own_units(user)
    context = {
        "page": page, "lines": lines, "belongs": bool(own), "downloads": download.links(request),
        "several": any(each.reply.unit_id not in own for each in lines) or len(own) > 1,
    }  # fmt: skip
    return render(request, "chiso/replies.html", context)


def line(reply: Reply) -> Line:
    """`reply` comes with its figure as published (`queries.reply.with_figure`)."""
    printed = str(getattr(reply, "printed", None) or "")
    return Line(reply, printed, _figure(reply), _left(reply))


def _figure(reply: Reply) -> str:
    return figure_url(reply.edition.dispatch, reply.unit.slug, reply.indicator.code, reply.edition.number)


def _left(reply: Reply) -> str:
    return time_left(timezone.localdate(), reply.due_on) if reply.is_open else ""


def _sheet(rows: list[Reply]) -> download.Sheet:
    head = (
        _("Unit"), _("Dispatch"), _("Edition"), _("Indicator"), _("As published"), _("Proposed"), _("Reason"),
        _("State"), _("Sent"), _("Due"), _("Accepted"), _("Corrected in edition"), _("Answer"),
    )  # fmt: skip
    answers = query.answers(rows)
    lines: list[list[download.Cell]] = [
        [
            row.unit.name, str(row.edition.dispatch), row.edition.number, row.indicator.name, line(row).printed,
            row.proposed, row.reason, str(row.get_state_display()), timezone.localdate(row.sent_at),
            row.due_on if row.is_open else None, row.granted,
            row.correction.number if row.correction and row.state == ReplyState.CORRECTED else None,
            answers.get(row.pk, ""),
        ]
        for row in rows
    ]  # fmt: skip
    return download.Sheet(_("Replies"), (_("Replies"),), head, lines)


# --- Disputing --------------------------------------------------------------------------------------
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def send(request: HttpRequest, *, issuer: str, year: int, address: str, unit: str, indicator: str) -> HttpResponse:
    seen = chosen(request, issuer, year, address)
    found, measured = _of_own(request, seen, unit, indicator)
    open_reply = _open_reply(seen, found, measured, cast("User", request.user))
    if open_reply is not None:
        _told_what_was_not_taken(request, open_reply)
        return redirect("reply", open_reply.pk)
    published = query.published_figure(seen.edition, found, measured)
    if published is None and not lacks(seen.edition, found, measured):
        raise Http404
    obstacle = claim.obstacle(edition=seen.edition, unit=found, indicator=measured)
    sending = request.method == "POST"  # be it nothing
    form = SendForm(request.POST if sending else None, request.FILES or None, missing=published is None)
    if sending and not obstacle and _is_of(request, form, seen) and form.is_valid():
        sent = _sent(request, form, seen, found, measured)
        if sent is not None:
            messages.success(request, _("Your reply was sent. The office confirms its receipt."))
            return redirect("reply", sent.pk)
    context = {
        "seen": seen, "edition": seen.edition, "dispatch": seen.dispatch, "unit": found, "indicator": measured,
        "published": published.printed if published else "", "form": form, "obstacle": obstacle,
        "until": window.of(seen.edition, found).closes_on(measured.pk),
        "figure": figure_url(seen.dispatch, found.slug, measured.code, seen.number),
    }  # fmt: skip
    return render(request, "chiso/reply_send.html", context)


def _of_own(request: HttpRequest, seen: Chosen, unit: str, indicator: str) -> tuple[Unit, Indicator]:
    """404 for whoever is not of the unit: no page says whether there is such a figure."""
    found = get_object_or_404(Unit, slug=unit)
    if not query.speaks_for(cast("User", request.user), found.pk):
        raise Http404
    return found, get_object_or_404(Indicator, indicator_set=seen.edition.indicator_set_id, code=indicator)


def _open_reply(seen: Chosen, unit: Unit, indicator: Indicator, user: User) -> Reply | None:
    several = query.of_figure(seen.editions, unit, indicator, user)
    return next((each for each in several if each.is_disputing), None)


def _told_what_was_not_taken(request: HttpRequest, open_reply: Reply) -> None:
    """Of a second window: the figure is disputed by now, and what was typed there comes back. The same form sent twice
    is taken already."""
    words = {name: request.POST.get(name, "").strip() for name in ("proposed", "reason")}
    of = (open_reply.edition, open_reply.indicator)
    published = query.published_figure(open_reply.edition, open_reply.unit, open_reply.indicator)
    words["proposed"] = claim.completed(*of, words["proposed"], published)
    taken = {"proposed": open_reply.proposed, "reason": open_reply.reason.replace("\r\n", "\n")}
    if any(words.values()) and words | {"reason": words["reason"].replace("\r\n", "\n")} != taken:
        text = _("This figure is disputed already. Not taken: “%(proposed)s”, “%(reason)s”. Add to the reply here.")
        messages.warning(request, text % words)


def _is_of(request: HttpRequest, form: SendForm, seen: Chosen) -> bool:
    """Whether the page was of the edition that holds. A correction published since may say another figure."""
    edition = seen.edition
    if request.POST.get("seen") == str(edition.number):
        return True
    text = _("Nothing was sent: %(who)s published edition %(number)s on %(day)s. Look at its figure, then send again.")
    day = date_text(timezone.localdate(edition.published_at)) if edition.published_at else MISSING
    form.add_error(None, text % {"who": edition.published_by or MISSING, "number": edition.number, "day": day})
    return False


def _sent(request: HttpRequest, form: SendForm, seen: Chosen, unit: Unit, indicator: Indicator) -> Reply | None:
    try:
        return action.send(
            edition=seen.edition, unit=unit, indicator=indicator, proposed=form.cleaned_data["proposed"],
            reason=form.cleaned_data["reason"], by=cast("User", request.user), enclosed=form.enclosed(),
        )  # fmt: skip
    except claim.UnableToReply as refusal:
        form.add_error(None, str(refusal))
        return None


# --- One reply --------------------------------------------------------------------------------------
@login_required
@require_safe
def reply(request: HttpRequest, *, key: int) -> HttpResponse:
    return _page(request, _visible(request, key), AddForm())


@login_required
@require_POST
def add(request: HttpRequest, *, key: int) -> HttpResponse:
    found, form = _own(request, key), AddForm(request.POST, request.FILES)
    taken = _taken(
        request, found, form,
        lambda given, seen: action.add(
            reply=found, by=cast("User", request.user), text=given["text"], enclosed=form.enclosed(), seen=seen
        ),
    )  # fmt: skip
    if not taken:
        return _page(request, _visible(request, key), form)
    messages.success(request, _("It was sent to the office."))
    return redirect("reply", key)


@login_required
@require_POST
def withdraw(request: HttpRequest, *, key: int) -> HttpResponse:
    found, form = _own(request, key), WithdrawForm(request.POST, auto_id=WITHDRAW_IDS)
    taken = _taken(
        request, found, form,
        lambda given, seen: action.withdraw(
            reply=found, by=cast("User", request.user), text=given["text"], seen=seen
        ),
    )  # fmt: skip
    if not taken:
        return _page(request, _visible(request, key), AddForm(), form)
    messages.success(request, _("The reply is withdrawn."))
    return redirect("reply", key)


def _taken(
    request: HttpRequest, found: Reply, form: forms.Form, act: Callable[[dict[str, Any], int], object]
) -> bool:  # fmt: skip
    """Whether a step was taken. Where not, the form says why, and what was done since its page was opened."""
    seen = query.seen_step(request.POST.get("seen", ""))
    if not form.is_valid():
        since = query.since(found, seen)
        if since:
            form.add_error(None, meanwhile(since))
        return False
    try:
        act(form.cleaned_data, seen)
    except action.UnableToGoOn as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


@login_required
@require_safe
def evidence(request: HttpRequest, *, key: int, file: int) -> FileResponse:
    """Always a download, never opened by the browser as a page of ours; for those alone who may read the reply. Its
    name goes as in RFC 8187: browsers differ in how they read quotes and percent signs in the plain form."""
    found = get_object_or_404(Evidence, pk=file, step__reply=_visible(request, key))
    try:
        handle = found.file.open("rb")
    except FileNotFoundError as gone:
        raise Http404 from gone
    response = FileResponse(handle, content_type="application/octet-stream")
    response["Content-Disposition"] = f"attachment; filename*=utf-8''{quote(found.name, safe='')}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def _visible(request: HttpRequest, key: int) -> Reply:
    rows = Reply.objects.visible_to(cast("User", request.user))
    return get_object_or_404(
        rows.select_related("edition__dispatch__issuer", "unit", "indicator", "correction"), pk=key
    )


def _own(request: HttpRequest, key: int) -> Reply:
    found = _visible(request, key)
    if not query.speaks_for(cast("User", request.user), found.unit_id):
        raise Http404
    return found


def _page(
    request: HttpRequest, found: Reply, form: AddForm, withdrawing: WithdrawForm | None = None
) -> HttpResponse:  # fmt: skip
    user = cast("User", request.user)
    context: dict[str, Any] = {
        "reply": found, "shown": query.shown(found), "figure": _figure(found), "form": form,
        "left": time_left(timezone.localdate(), found.due_on) if found.is_disputing else "",
        "acts": found.is_open and query.speaks_for(user, found.unit_id), "corrected": _corrected(found),
        "late": found.is_disputing and found.due_on < timezone.localdate(),
        "withdraw": withdrawing or WithdrawForm(auto_id=WITHDRAW_IDS),
        "wrong": form.is_bound or withdrawing is not None, "keeps": access.at_desk(user) and _keeps(user, found),
    }  # fmt: skip
    return render(request, "chiso/reply.html", context)


def _keeps(user: User, found: Reply) -> bool:
    return Reply.objects.kept_by(user).filter(pk=found.pk).exists()


def _corrected(found: Reply) -> str:
    """The figure in the edition that corrected it."""
    if found.correction is None or found.state != ReplyState.CORRECTED:
        return ""
    return figure_url(found.edition.dispatch, found.unit.slug, found.indicator.code, found.correction.number)
