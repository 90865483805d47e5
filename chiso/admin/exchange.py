"""Import and export on a table's list: the usual two buttons, our own pages, a right for each.

The library's pages are not used: they break under our content security policy, and their confirm step overwrites what
a colleague stored meanwhile."""

from __future__ import annotations

from typing import IO, Any

from django import forms
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from chiso.actions import records as action
from chiso.ingest.readers.limits import MOST_BYTES
from chiso.ingest.writers.spool import spooled
from chiso.models import About, Issuer, User, kept_issuers
from chiso.values.name import fold

from . import formats, records
from .form import handed_over, posted
from .page import address, page, to
from .scope import Who, administered, signed_in


class FileForm(forms.Form):
    """One file of a kind that can be read."""

    file = forms.FileField(
        label=_("File"), allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ",".join(f".{each.extension}" for each in formats.IMPORTS)}),
    )  # fmt: skip

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        kinds = ", ".join(each().get_title() for each in formats.IMPORTS)
        self.fields["file"].help_text = _("%(kinds)s, up to 20 MB") % {"kinds": kinds}

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise ValidationError(_("The file is larger than 20 MB."))
        return file


class Exchange:
    """A table whose records go out and come in as rows of a file. Mixed in before `Table`."""

    about: About
    imports = exports = Who.ADMINISTRATOR
    opts: Any
    admin_site: Any
    has_import_permission: Any
    has_export_permission: Any
    get_changelist_instance: Any

    def get_urls(self) -> list[URLPattern]:
        return [*exchange_urls(self), *super().get_urls()]

    def get_export_queryset(self, request: HttpRequest) -> Any:
        """What the list shows under its filter and search, on all its pages; only rows in scope."""
        return self.get_changelist_instance(request).queryset

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        own = {"exchange_links": self.exchange_links(request)}
        return super().changelist_view(request, {**own, **(extra_context or {})})  # type: ignore[no-any-return]

    def exchange_links(self, request: HttpRequest) -> list[dict[str, Any]]:
        name, links = str(self.opts.model_name), []
        if self.has_import_permission(request):
            links.append({"label": _("Import"), "url": address(name, "import")})
        if self.has_export_permission(request):
            query = f"?{request.GET.urlencode()}" if request.GET else ""
            links += export_links(name, "export", query=query)
        return links

    def import_view(self, request: HttpRequest) -> HttpResponse:
        if not self.has_import_permission(request):
            raise PermissionDenied
        user, form = signed_in(request), FileForm(posted(request), request.FILES or None)
        upload = handed_over(form, "file", action.UnableToTakeOver, lambda: _stage(form, self.about, user))
        if upload is not None:
            return to("upload", "change", upload.pk)
        title = _("Import %(name)s") % {"name": self.opts.verbose_name_plural}
        return page(
            self, request, "import", title=title, form=form, submit=_("Read the file"), files=True,  # type: ignore[arg-type]
            lead=_("Nothing is stored yet: first you see what each row would do."),
            columns=records.described(self.about, user),
        )  # fmt: skip

    def export_view(self, request: HttpRequest, ending: str) -> HttpResponseBase:
        if not self.has_export_permission(request):
            raise PermissionDenied
        reader, user = wanted(ending), signed_in(request)
        try:
            rows = self.get_export_queryset(request)
        except IncorrectLookupParameters:
            return redirect(f"{address(str(self.opts.model_name), 'changelist')}?e=1")
        file = spooled(lambda out: reader.write(out, records.exported(self.about, user, rows)))
        name = f"{fold(str(self.opts.verbose_name_plural)).replace(' ', '-')}.{ending}"
        action.exported(by=user, subject=capfirst(self.opts.verbose_name_plural), issuer=_office(user))
        return handed_out(file, name, reader)


def export_links(name: str, page: str, *keys: Any, query: str = "") -> list[dict[str, Any]]:
    """A button for each format."""
    return [
        {
            "label": _("Export %(kind)s") % {"kind": each().get_title()},
            "url": address(name, page, *keys, each.extension) + query,
        }
        for each in formats.EXPORTS
    ]


def exchange_urls(table: Any) -> list[URLPattern]:
    name = table.opts.model_name
    wrap = table.admin_site.admin_view
    return [
        path("import/", wrap(table.import_view), name=f"chiso_{name}_import"),
        path("export/<str:ending>/", wrap(require_safe(table.export_view)), name=f"chiso_{name}_export"),
    ]


def wanted(ending: str) -> formats.Reader:
    """The format of an address of export."""
    found = next((each for each in formats.EXPORTS if each.extension == ending), None)
    if found is None:
        raise Http404
    return found()


def handed_out(file: bytes | IO[bytes], name: str, reader: formats.Reader) -> HttpResponseBase:
    """A long file block by block."""
    made = HttpResponse if isinstance(file, bytes) else FileResponse
    answer = made(file, content_type=reader.get_content_type())
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _stage(form: FileForm, about: About, user: User) -> Any:
    file, office = form.cleaned_data["file"], _office(user)
    if office is None:
        raise action.UnableToTakeOver(_("There is no office yet to which the file could belong."))
    return action.stage(data=file.read(), name=file.name, about=about, issuer=office, by=user)


def _office(user: User) -> Issuer | None:
    """The office in whose name an administrator brings records: the one administered."""
    own = kept_issuers(user).filter(unit__in=administered(user).values("pk"))
    return own.select_related("unit").order_by("pk").first()
