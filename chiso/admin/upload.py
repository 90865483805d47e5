"""Loading a dispatch: a file or pasted text, the preview, and taking it over or not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePath
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.template.defaultfilters import filesizeformat
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from chiso.actions import upload as upload_action
from chiso.ingest.readers.limits import MOST_BYTES
from chiso.models import About, Edition, Issuer, State, Upload, UploadState, User, kept_issuers
from chiso.words import problem as words

from . import answer as answers
from . import preview as previews
from .form import handed_over, posted
from .page import address, page, to
from .scope import Who, signed_in
from .search import Folded
from .staged import Staged
from .table import Table
from .waiting import STATES, Waiting, received
from .wanted import Wanted, is_asked

KINDS = (".docx", ".pdf", ".xlsx", ".xls", ".ods", ".csv", ".tsv", ".txt", ".md")
PASTED = _("pasted text")  # the name on record of what came without a file
# Previews of files that bring records (`Upload.about`): the tables of these records enter theirs.
PREVIEWS: dict[str, Callable[[UploadTable, HttpRequest, Upload], HttpResponse]] = {}


class LoadForm(forms.Form):
    """A file or pasted text; `given` is the bytes and their name."""

    file = forms.FileField(
        label=_("File"), required=False, allow_empty_file=True,
        help_text=_("DOCX, PDF, XLSX, XLS, ODS, CSV, TSV or text, up to 20 MB"),
        widget=forms.FileInput(attrs={"accept": ",".join(KINDS)}),
    )  # fmt: skip
    text = forms.CharField(
        label=_("or pasted text"), required=False, strip=False,
        help_text=_("Copied from Word, Excel or a page: tabs, bars, or one cell on each line"),
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
    )  # fmt: skip

    def __init__(self, *args: Any, issuers: QuerySet[Issuer], drafts: QuerySet[Edition], **options: Any) -> None:
        super().__init__(*args, **options)
        for name in ("file", "text"):
            self.fields[name].either = True  # type: ignore[attr-defined]  # one of the two: neither is called optional
        only = list(issuers[:2])
        self.fields["issuer"] = forms.ModelChoiceField(
            issuers, label=capfirst(Upload._meta.get_field("issuer").verbose_name),
            initial=only[0] if len(only) == 1 else None,
        )  # fmt: skip
        self.fields["into"] = forms.ModelChoiceField(
            drafts, label=_("Draft"), required=False, empty_label=_("as the file says"),
            help_text=_("Asked only where the file names neither a number nor a date: a table without its letter"),
        )  # fmt: skip

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file and file.size > MOST_BYTES:
            raise ValidationError(_("The file is larger than 20 MB. A dispatch is not: please check which file it is."))
        return file

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if "file" in given and not given["file"] and not given.get("text", "").strip():
            self.add_error("file", _("Please choose a file or paste the text."))
        elif given.get("file") and given.get("text", "").strip():
            self.add_error("text", _("Please give a file or pasted text, not both."))
        return given

    @property
    def given(self) -> tuple[bytes, str]:
        file = self.cleaned_data["file"]
        return (file.read(), file.name) if file else (self.cleaned_data["text"].encode(), f"{PASTED}.txt")


@admin.register(Upload)
class UploadTable(Wanted, Staged, Waiting, Folded, Table):
    list_display = ["name", "state_chip", "at", "by", "issuer", "goes_to", "counts", "download"]
    list_filter = ["state", "about", ("issuer", admin.RelatedOnlyFieldListFilter), "reader"]
    list_select_related = ["issuer", "by", "edition__dispatch"]
    date_hierarchy = "at"
    ordering = ["-at", "-pk"]
    search_fields = ["name", "sha256", "edition__dispatch__number", "by__full_name", "by__email"]
    search_help_text = _("File name, dispatch number or who loaded it")
    adds = Who.DESK
    add_label = _("Load a dispatch")

    def within(self, rows: Any, user: User) -> Any:
        return rows.kept_by(user).select_related("issuer__unit", "edition__dispatch", "by")

    def get_urls(self) -> list[URLPattern]:
        pages = [*self.staged_views(), *self.waiting_views(), ("file", require_safe(self.file_view))]
        own = [
            path(f"<path:object_id>/{name}/", self.admin_site.admin_view(view), name=f"chiso_upload_{name}")
            for name, view in pages
        ]
        return own + super().get_urls()

    @admin.display(description=_("state"), ordering="state")
    def state_chip(self, row: Upload) -> str:
        return format_html('<span class="chip chip-{}">{}</span>', row.state, row.get_state_display())

    @admin.display(description=_("brings"), ordering="edition")
    def goes_to(self, row: Upload) -> str:
        """The edition, and which of its appendices."""
        held = ", ".join(map(str, row.read.get("appendices", ())))
        tables = format_html('<div class="hint">{} {}</div>', _("Appendix"), held) if held else ""
        if row.about != About.DISPATCH:
            return row.get_about_display()
        if row.edition is None:
            return tables or "–"
        link = '<a href="{}">{}</a>{}'
        return format_html(link, address("edition", "change", row.edition_id), row.edition, tables)

    @admin.display(description=_("figures"))
    def counts(self, row: Upload) -> str:
        counted = row.read.get("counts") or {}
        new, changed = counted.get("new", 0), counted.get("changed", 0)
        told = [
            ngettext("%(count)s new", "%(count)s new", new) % {"count": new},
            ngettext("%(count)s changed", "%(count)s changed", changed) % {"count": changed} if changed else "",
        ]
        return ", ".join(filter(None, told)) if counted else "–"

    @admin.display(description=_("file"))
    def download(self, row: Upload) -> str:
        link = '<a href="{}">{}<span class="visually-hidden"> {}</span></a><div class="hint">{}</div>'
        size = filesizeformat(row.size)
        return format_html(link, address("upload", "file", row.pk), _("Download"), row.name, size)

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        drafts = Edition.objects.kept_by(signed_in(request)).filter(state=State.DRAFT)
        form = LoadForm(
            posted(request), request.FILES or None, issuers=kept_issuers(signed_in(request)),
            drafts=drafts.select_related("dispatch"), initial={"into": request.GET.get("edition")},
        )  # fmt: skip
        upload = handed_over(form, "", upload_action.UnableToRead, lambda: _stage(form, request))
        if upload is not None:
            return to("upload", "change", upload.pk)
        return page(
            self, request, "form", title=_("Load a dispatch"), form=form, submit=_("Read the file"), files=True,
            lead=_("Nothing is stored in a dispatch yet: first you see what was read."),
        )  # fmt: skip

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        upload: Any = self.get_object(request, unquote(object_id))
        if request.method == "POST":
            raise PermissionDenied
        if upload.state in STATES:
            return self.waiting(request, upload)
        if upload.about in PREVIEWS:
            return PREVIEWS[upload.about](self, request, upload)
        if is_asked(upload):
            return to("upload", "appendix", upload.pk)
        return self.preview(request, upload) if upload.state == UploadState.STAGED else self._kept(request, upload)

    def _kept(self, request: HttpRequest, upload: Upload) -> HttpResponse:
        """A file that was taken over or discarded: what it gave, what was answered, what was left."""
        return page(
            self, request, "upload", title=upload.name, upload=upload, problems=_kept_problems(upload),
            decided=answers.decided(upload), event=upload.read.get("event"),
        )  # fmt: skip

    def file_view(self, request: HttpRequest, object_id: str) -> FileResponse:
        """The file as it came in: always a download, never opened by the browser as a page of ours."""
        upload: Any = self.get_object(request, unquote(object_id))
        try:
            handle = upload.file.open("rb")
        except FileNotFoundError as gone:
            raise Http404 from gone
        response = FileResponse(
            handle, as_attachment=True, filename=PurePath(upload.name).name, content_type="application/octet-stream"
        )
        response["X-Content-Type-Options"] = "nosniff"
        return response


def _stage(form: LoadForm, request: HttpRequest) -> Upload:
    data, name = form.given
    return received(
        data=data,
        name=name,
        issuer=form.cleaned_data["issuer"],
        by=signed_in(request),
        into=form.cleaned_data["into"],
    )


def _kept_problems(upload: Upload) -> list[previews.Told]:
    """What could not be read when the file was taken over or discarded."""
    kept = upload.read.get("problems", ())
    return [
        previews.Told(
            each["severity"], words.told(each["why"], each["cell"], {"printed": each["printed"], **each["params"]})
        )
        for each in kept
    ]
