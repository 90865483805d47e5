"""Two records of one unit at the desk: choose the other, see what moves and what stands in the way, confirm."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chiso.actions import unit as unit_action
from chiso.queries import merging

from .page import address, page, to
from .pick import unit_field
from .scope import administered, signed_in
from .table import suggested

if TYPE_CHECKING:
    from .table import Table
else:
    Table = object


class ReasonForm(forms.Form):
    why = forms.CharField(
        label=gettext_lazy("Why they are one unit"), widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Stays in the log, with your name"),
    )  # fmt: skip


class Mergeable(Table):
    """The page that merges this record into another one; the address of a merged record leads to that one."""

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        record = self.model.objects.filter(merged_into__isnull=False, pk=_key(object_id)).first()
        if record is not None and self.get_queryset(request).filter(pk=record.merged_into_id).exists():
            return to("unit", "change", record.merged_into_id)
        return super().change_view(request, object_id, form_url, extra_context)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.merge_view)
        return [path("<path:object_id>/merge/", view, name="chiso_unit_merge"), *super().get_urls()]

    def merge_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        gone = self.get_object(request, unquote(object_id))
        if not self.has_change_permission(request, gone):
            raise PermissionDenied
        others = administered(signed_in(request)).filter(level=gone.level).exclude(pk=gone.pk)
        given = request.POST if request.method == "POST" else request.GET
        choice = _choice(others, given if "into" in given else None)
        kept = choice.cleaned_data["into"] if choice.is_bound and choice.is_valid() else None
        if request.method == "POST" and kept is not None and kept.slug != given["into"]:
            kept = None  # confirmed is what was shown, not what the text is like
        reason = ReasonForm(request.POST if request.method == "POST" else None)
        if kept is not None and request.method == "POST" and reason.is_valid():
            try:
                unit_action.merge(kept=kept, gone=gone, by=signed_in(request), why=reason.cleaned_data["why"])
            except unit_action.UnableToMerge as refusal:
                messages.error(request, str(refusal))
            else:
                told = _("“%(gone)s” (%(slug)s) is merged into “%(kept)s”.")
                messages.success(request, told % {"gone": gone, "slug": gone.slug, "kept": kept})
                return to("unit", "change", kept.pk)
        plan = merging.plan(kept=kept, gone=gone) if kept else None
        return page(
            self, request, "merge", title=_("Merge “%(unit)s” into another unit") % {"unit": gone}, gone=gone,
            kept=kept, choice=choice, reason=reason, units=suggested(others),
            plan=plan, apart=_figures(plan) if plan else (),
            crumbs=[
                (self.opts.verbose_name_plural, address("unit", "changelist")),
                (gone.name, address("unit", "change", gone.pk)),
            ],
        )  # fmt: skip


def _key(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 19 else 0


def _figures(plan: merging.Merging) -> list[dict[str, Any]]:
    """The figures that stand in the way, each with the pages on which it is corrected."""
    pages = partial(address, "result", "change")
    return [
        {
            "edition": one.edition,
            "label": one.indicator.label,
            "figures": [(row.printed, row.unit, pages(row.pk)) for row in pair],
        }
        for pair in plan.apart
        for one in pair[:1]
    ]


def _choice(others: Any, given: Any) -> forms.Form:
    form = forms.Form(given)
    label, hint = _("The unit that stays"), _("Name, code or short name; both records are of the same level")
    form.fields["into"] = unit_field(others, label=label, required=True, help_text=hint)
    return form
