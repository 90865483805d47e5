"""Which appendix of a file is wanted: asked where a file that came by an Import button holds several."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.admin.utils import unquote
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from chiso.actions import upload as upload_action
from chiso.models import UNCHOSEN, Upload, UploadState

from .form import handed_over, posted
from .page import page, to
from .scope import signed_in

ALL = "*"


class WantedForm(forms.Form):
    ordinal = forms.ChoiceField(label=_("Which appendix is wanted"), widget=forms.RadioSelect, initial=ALL)

    def __init__(self, *args: Any, held: list[str], **options: Any) -> None:
        super().__init__(*args, **options)
        choices = [(ordinal, _("Appendix %(ordinal)s") % {"ordinal": ordinal}) for ordinal in held]
        self.fields["ordinal"].choices = [(ALL, _("all of them")), *choices]  # type: ignore[attr-defined]


class Wanted:
    """Mixed into `UploadTable`: the question stands before the preview."""

    admin_site: Any
    get_object: Any

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.appendix_view)
        own = path("<path:object_id>/appendix/", view, name="chiso_upload_appendix")
        return [own, *super().get_urls()]

    def appendix_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        upload: Upload = self.get_object(request, unquote(object_id))
        held = _held(upload)
        if upload.state != UploadState.STAGED or len(held) < 2:
            return to("upload", "change", upload.pk)
        now = upload.ordinal if upload.ordinal in held else ALL
        form = WantedForm(posted(request), held=held, initial={"ordinal": now})
        chosen = handed_over(form, "ordinal", upload_action.UnableToApply, lambda: _chosen(form, upload, request))
        if chosen is not None:
            return to("upload", "change", upload.pk)
        lead = not_held(upload) or _("The others are left as they are stored.")
        return page(
            self, request, "form", title=_("%(name)s holds several appendices") % {"name": upload.name}, form=form,  # type: ignore[arg-type]
            submit=_("Go on"), lead=lead,
        )  # fmt: skip


def is_asked(upload: Upload) -> bool:
    """Whether the question is still open."""
    return upload.state == UploadState.STAGED and upload.ordinal == UNCHOSEN and len(_held(upload)) > 1


def not_held(upload: Upload) -> str:
    """Of a file that came for an appendix it does not hold; "" of any other."""
    told = _("The file holds appendix %(held)s, not %(wanted)s. Look closely before you take it over.")
    missing = upload.read.get("wanted", "")
    return str(told % {"held": ", ".join(_held(upload)), "wanted": missing}) if missing else ""


def _held(upload: Upload) -> list[str]:
    return list(upload.read.get("appendices", ()))


def _chosen(form: WantedForm, upload: Upload, request: HttpRequest) -> Upload:
    chosen = form.cleaned_data["ordinal"]
    return upload_action.choose(upload=upload, by=signed_in(request), ordinal="" if chosen == ALL else chosen)
