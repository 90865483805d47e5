"""Replies at the desk: what waits, the first due first; the register; one reply and what can be answered to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import ForeignKey, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from chiso.actions import records
from chiso.actions import reply as action
from chiso.ingest.writers.line import TEXT, Line, Sheet
from chiso.ingest.writers.spool import spooled
from chiso.models import (
    DISPUTING_REPLIES,
    GRANTED_REPLIES,
    OPEN_REPLIES,
    OPEN_STATES,
    AnswerForm,
    Edition,
    Issuer,
    Reply,
    ReplyState,
    State,
    User,
    kept_issuers,
)
from chiso.queries import reply as query
from chiso.words.figure import date_text
from chiso.words.reply import meanwhile, time_left

from .exchange import export_links, handed_out, wanted
from .finding import EditionFilter, IndicatorFilter
from .form import handed_over, posted
from .history import Past
from .next import decides
from .page import address, by_post, figure_address, page, to
from .reply_form import AcceptForm, AskForm, CarryForm, PartForm, RefuseForm
from .scope import Who, administered, signed_in
from .search import Folded
from .table import Table

_AT_ONCE = 500  # replies of the register
_DECIDES = (*OPEN_REPLIES, *GRANTED_REPLIES)
STEPS = {  # name -> the states in which it begins
    "ask": (ReplyState.SENT, ReplyState.RECEIVED),
    "accept": (*OPEN_REPLIES, ReplyState.PARTLY),
    "partly": _DECIDES,
    "refuse": _DECIDES,
    "carry": GRANTED_REPLIES,
}
_WRITES = {"accept", "partly", "carry"}  # into the correction


class WaitingFilter(admin.SimpleListFilter):
    """Whose turn it is."""

    title = _("turn")
    parameter_name = "turn"
    late = "late"
    turns = {
        "desk": (_("with the office"), query.AWAITING_DESK),
        "unit": (_("with the unit"), (ReplyState.ASKED,)),
        "due": (_("correction due"), GRANTED_REPLIES),
        "done": (_("closed"), (ReplyState.REFUSED, ReplyState.WITHDRAWN, ReplyState.CORRECTED)),
    }

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return [(self.late, _("late")), *((name, label) for name, (label, _states) in self.turns.items())]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Reply]) -> QuerySet[Reply]:
        if self.value() == self.late:
            return queryset.filter(state__in=DISPUTING_REPLIES, due_on__lt=timezone.localdate())
        turn = self.turns.get(self.value() or "")
        return queryset.filter(state__in=turn[1]) if turn else queryset


@admin.register(Reply)
class ReplyTable(Folded, Table):
    list_display = ["figure", "unit_name", "dispatch_name", "published", "proposed", "state_chip", "due", "sent_at"]
    list_filter = [
        WaitingFilter, "state", EditionFilter, ("indicator", IndicatorFilter),
        ("edition__dispatch__issuer", admin.RelatedOnlyFieldListFilter),
    ]  # fmt: skip
    list_select_related = ["edition__dispatch__issuer", "unit", "indicator", "sent_by", "correction"]
    search_fields = ["unit__name", "indicator__code", "indicator__name", "reason", "edition__dispatch__number"]
    search_help_text = _("Unit, indicator, number of the dispatch or a word of the reason")
    date_hierarchy = "sent_at"
    exports = Who.DESK
    change_list_template = "chiso/desk/reply_list.html"

    def within(self, rows: Any, user: User) -> Any:
        return query.with_figure(rows.kept_by(user)).select_related(*self.list_select_related)

    def get_ordering(self, request: HttpRequest) -> Any:
        return query.urgent(timezone.localdate())

    @admin.display(description=_("indicator"), ordering="indicator")
    def figure(self, row: Reply) -> str:
        return row.indicator.name

    @admin.display(description=_("unit"), ordering="unit__sort_key")
    def unit_name(self, row: Reply) -> str:
        return row.unit.name

    @admin.display(description=_("dispatch"), ordering="edition__dispatch")
    def dispatch_name(self, row: Reply) -> str:
        return str(row.edition)

    @admin.display(description=_("as published"))
    def published(self, row: Any) -> str:
        return row.printed or "–"

    @admin.display(description=_("state"), ordering="state")
    def state_chip(self, row: Reply) -> str:
        return format_html('<span class="chip chip-reply-{}">{}</span>', row.state, row.get_state_display())

    @admin.display(description=_("time left"), ordering="due_on")
    def due(self, row: Reply) -> str:
        left = _left(row)
        return format_html('<span class="{}">{}</span>', "late" if _is_late(row) else "", left) if left else "–"

    def past(self, record: Reply) -> Iterable[Past]:
        steps = record.steps.select_related("by").order_by("-pk")
        return [Past(row.at, row.who, row.get_move_display(), row.text) for row in steps]

    def has_past(self, record: Reply) -> bool:
        return True

    # --- Addresses --------------------------------------------------------------------------------
    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        pages: list[tuple[str, Callable[..., HttpResponse]]] = [
            ("receive", by_post(self.receive_view)), ("ask", self.ask_view), ("accept", self.accept_view),
            ("partly", self.partly_view), ("refuse", self.refuse_view), ("carry", self.carry_view),
        ]  # fmt: skip
        own = [path(f"<path:object_id>/{name}/", wrap(view), name=f"chiso_reply_{name}") for name, view in pages]
        export = path("export/<str:ending>/", wrap(require_safe(self.export_view)), name="chiso_reply_export")
        return [export, *own, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        asked = f"?{request.GET.urlencode()}" if request.GET else ""
        own = {"exchange_links": export_links("reply", "export", query=asked)}
        return super().changelist_view(request, {**own, **(extra_context or {})})

    def export_view(self, request: HttpRequest, ending: str) -> HttpResponseBase:
        """The register as the list shows it under its filter and search, on all its pages."""
        if not self.has_export_permission(request):
            raise PermissionDenied
        reader = wanted(ending)
        try:
            rows = self.get_changelist_instance(request).queryset
        except IncorrectLookupParameters:
            return redirect(f"{address('reply', 'changelist')}?e=1")
        file = spooled(lambda out: reader.write(out, [_register(rows)]))
        own = kept_issuers(signed_in(request)).order_by("pk").first()
        records.exported(by=signed_in(request), subject=str(_("Register of replies")), issuer=own)
        return handed_out(file, f"phan-hoi.{ending}", reader)

    # --- One reply --------------------------------------------------------------------------------
    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        if request.method == "POST":
            raise PermissionDenied
        reply: Any = self.get_object(request, unquote(object_id))
        correction, held = reply.correction, _held(reply)
        return page(
            self, request, "reply", title=named(reply), reply=reply, shown=query.shown(reply), left=_left(reply),
            late=_is_late(reply),
            figure=figure_address(reply.edition, reply.unit.slug, reply.indicator.code), open_to=_open_to(reply, held),
            held=held, sends_back=held is not None and decides(request, held),
            ask_until=query.ask_until(reply) if reply.state in STEPS["ask"] else None,
            uncarried=reply.state in GRANTED_REPLIES and correction is None,
            drafted=correction if correction is not None and correction.state in OPEN_STATES else None,
        )  # fmt: skip

    def receive_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        reply: Any = self.get_object(request, unquote(object_id))
        try:
            action.receive(reply=reply, by=signed_in(request), seen=_seen(request))
        except action.UnableToGoOn as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Receipt is confirmed to the unit."))
        return to("reply", "change", reply.pk)

    def ask_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self._step(
            request, object_id, "ask", AskForm,
            lambda reply, form: action.ask(
                reply=reply, by=signed_in(request), text=form.cleaned_data["text"], seen=_seen(request)
            ),
            title=_("Ask the unit for more"), submit=_("Send the question"), done=_("The unit is asked."),
            lead=_("The time of the office stands still until the unit has answered."),
        )  # fmt: skip

    def accept_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self._step(
            request, object_id, "accept", AcceptForm,
            lambda reply, form: action.accept(
                reply=reply, by=signed_in(request), text=form.cleaned_data["text"], document=form.of_correction(),
                seen=_seen(request),
            ),
            title=_("Accept the reply"), submit=_("Accept"), done=_("The reply is accepted."),
        )  # fmt: skip

    def partly_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self._step(
            request, object_id, "partly", PartForm,
            lambda reply, form: action.accept_in_part(
                reply=reply, by=signed_in(request), granted=form.cleaned_data["granted"],
                text=form.cleaned_data["text"], document=form.of_correction(), seen=_seen(request),
            ),
            title=_("Accept the reply in part"), submit=_("Accept this figure"),
            done=_("The reply is accepted in part."),
        )  # fmt: skip

    def refuse_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self._step(
            request, object_id, "refuse", RefuseForm,
            lambda reply, form: action.refuse(
                reply=reply, by=signed_in(request), text=form.cleaned_data["text"], seen=_seen(request)
            ),
            title=_("Refuse the reply"), submit=_("Refuse"), done=_("The reply is refused."),
            lead=_("The figure stays as it was published, and is no longer marked as disputed."),
        )  # fmt: skip

    def carry_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self._step(
            request, object_id, "carry", CarryForm,
            lambda reply, form: action.carry(
                reply=reply, by=signed_in(request), document=form.of_correction(), seen=_seen(request)
            ),
            title=_("Correct the accepted figure"), submit=_("Write it into the correction"),
            done=_("The accepted figure stands in the correction."),
        )  # fmt: skip

    def _step(
        self, request: HttpRequest, object_id: str, name: str, made: type[forms.Form],
        act: Callable[[Reply, Any], Reply], *, done: Any, lead: Any = "", **words: Any,
    ) -> HttpResponse:  # fmt: skip
        """A page that asks for one thing and names what it does; led away where the reply is elsewhere by now."""
        reply: Any = self.get_object(request, unquote(object_id))
        if request.method != "POST" and name not in _open_to(reply):
            state = {"state": reply.get_state_display()}
            messages.warning(request, _("This step is not open: the reply is: %(state)s.") % state)
            return to("reply", "change", reply.pk)
        held = _held(reply)
        if request.method != "POST" and name not in _open_to(reply, held):
            return to("reply", "change", reply.pk)  # which says what it waits for
        draft = None if name in ("ask", "refuse") else query.open_correction_of(reply)
        said = _said(reply, name)
        form = self._form(request, reply, made, opens=draft is None and said is None)
        if handed_over(form, "", action.UnableToGoOn, lambda: act(reply, form)) is not None:
            messages.success(request, done)
            return to("reply", "change", reply.pk)
        since = query.since(reply, _seen(request)) if form.is_bound and "__all__" not in form.errors else ()
        if since:  # with what is wrong in the form, for it comes back with what is new
            form.add_error(None, meanwhile(since))
        office = reply.edition.dispatch.issuer
        return page(
            self, request, "reply_step", form=form, reply=reply, shown=query.shown(reply), lead=lead, draft=draft,
            said=said, crumbs=_crumbs(reply), opens="reason" in form.fields,
            forms=AnswerForm.objects.filter(issuer=office) if "text" in form.fields else (), **words,
        )  # fmt: skip

    def _form(self, request: HttpRequest, reply: Reply, made: type[forms.Form], *, opens: bool) -> Any:
        office = reply.edition.dispatch.issuer_id
        begun = request.GET.get("form", "")
        text = AnswerForm.objects.filter(issuer=office, pk=int(begun)).first() if _is_key(begun) else None
        initial = {"reason": query.reason_of([reply]), "text": text.text if text else ""}
        more: dict[str, Any] = {"opens": opens} if issubclass(made, AcceptForm | PartForm | CarryForm) else {}
        return made(posted(request), initial=initial, **more)


def _seen(request: HttpRequest) -> int:
    return query.seen_step(request.POST.get("seen", ""))


def named(reply: Reply) -> str:
    return f"{reply.unit}: {reply.indicator.name}"


def _crumbs(reply: Reply) -> list[tuple[Any, str]]:
    own = address("reply", "change", reply.pk)
    return [(Reply._meta.verbose_name_plural, address("reply", "changelist")), (named(reply), own)]


def _said(reply: Reply, step: str) -> Edition | None:
    """The edition that says already what the step would write into a correction."""
    if step == "accept":
        return query.said_since(reply, reply.proposed_value, reply.proposed_out_of)
    return query.said_since(reply) if step == "carry" else None


def _open_to(reply: Reply, held: Edition | None = None) -> set[str]:
    found = {name for name, states in STEPS.items() if reply.state in states}
    if held is not None:
        found -= _WRITES if reply.correction_id is None else _WRITES | {"refuse"}  # which takes the figure back
    return found if reply.correction_id is None else found - {"carry"}


def _held(reply: Reply) -> Edition | None:
    """The correction in review into which the office's decision would have to be written."""
    draft = query.open_correction_of(reply) if reply.state in _DECIDES else None
    return draft if draft is not None and draft.state == State.REVIEW else None


def _left(reply: Reply) -> str:
    return time_left(timezone.localdate(), reply.due_on) if reply.is_disputing else ""


def _is_late(reply: Reply) -> bool:
    return reply.is_disputing and reply.due_on < timezone.localdate()


def _is_key(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < query.LONGEST_KEY


def _register(rows: Any) -> Sheet:
    heads = (
        _("Dispatch"), _("Edition"), _("Unit"), _("Code"), _("Indicator"), _("As published"), _("Proposed"),
        _("Reason"), _("State"), _("Sent"), _("Sent by"), _("Due"), _("Accepted"), _("Corrected in edition"),
        _("Answer"),
    )  # fmt: skip
    return Sheet(str(_("Replies")), (), [str(head) for head in heads], _register_lines(rows, [TEXT] * len(heads)))


def _register_lines(rows: Any, kinds: Sequence[str]) -> Iterable[Line]:
    """Some replies at a time, with the answers to them."""
    every = rows.iterator(chunk_size=_AT_ONCE)
    while some := list(islice(every, _AT_ONCE)):
        answers = query.answers(some)
        for row in some:
            yield Line(kinds, [
                str(row.edition.dispatch), str(row.edition.number), row.unit.name, row.indicator.code,
                row.indicator.name, str(row.printed or ""), row.proposed, row.reason, str(row.get_state_display()),
                date_text(timezone.localdate(row.sent_at)), row.who,
                date_text(row.due_on) if row.is_disputing else "", row.granted,
                str(row.correction.number) if row.correction else "", answers.get(row.pk, ""),
            ])  # fmt: skip


@admin.register(AnswerForm)
class AnswerFormTable(Table):
    title = _("Forms of answers")
    list_display = ["title", "issuer", "order"]
    list_select_related = ["issuer"]
    ordering = ["issuer", "order", "title", "pk"]
    fields = ["issuer", "title", "text", "order"]
    adds = changes = deletes = Who.ADMINISTRATOR

    def within(self, rows: Any, user: User) -> Any:
        return rows.filter(issuer__in=kept_issuers(user).values("pk"))

    def open_to(self, request: HttpRequest, row: AnswerForm) -> bool:
        return administered(signed_in(request)).filter(pk=row.issuer.unit_id).exists()

    def formfield_for_foreignkey(self, db_field: ForeignKey[Any, Any], request: HttpRequest, **options: Any) -> Any:
        if db_field.related_model is Issuer:
            user = signed_in(request)
            options["queryset"] = kept_issuers(user).filter(unit__in=administered(user).values("pk"))
        return super().formfield_for_foreignkey(db_field, request, **options)
