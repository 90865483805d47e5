"""Two records of one unit at the desk: choose the other, see what moves and what stands in the way, confirm."""

from __future__ import annotations

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
    """The page that merges this record into another one."""

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
        return page(
            self, request, "merge", title=_("Merge “%(unit)s” into another unit") % {"unit": gone}, gone=gone,
            kept=kept, choice=choice, reason=reason, units=suggested(others),
            plan=merging.plan(kept=kept, gone=gone) if kept else None,
            crumbs=[
                (self.opts.verbose_name_plural, address("unit", "changelist")),
                (gone.name, address("unit", "change", gone.pk)),
            ],
        )  # fmt: skip


def _choice(others: Any, given: Any) -> forms.Form:
    form = forms.Form(given)
    label, hint = _("The unit that stays"), _("Name, code or short name; both records are of the same level")
    form.fields["into"] = unit_field(others, label=label, required=True, help_text=hint)
    return form
