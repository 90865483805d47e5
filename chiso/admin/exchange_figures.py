"""Figures out and in: one appendix, or all of an edition, in their own shape; and the Import buttons on their pages.

There is one way in. A file from here becomes an upload like every other and goes on in its preview."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import URLPattern, path
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from chiso.actions import records as action
from chiso.actions import upload as upload_action
from chiso.ingest.writers.line import Sheet
from chiso.ingest.writers.spool import spooled
from chiso.models import Appendix, Edition, State, Upload, User, kept_issuers
from chiso.queries import printed
from chiso.queries.printed import Printed

from .exchange import export_links, handed_out, wanted
from .form import handed_over, posted
from .page import address, edition_crumbs, page, to
from .scope import Who, signed_in
from .upload import LoadForm
from .waiting import received


class ImportForm(LoadForm):
    """The form of every load; on the page of a draft nobody has to say whose figures they are."""

    def __init__(self, *args: Any, user: User, edition: Edition | None = None, **options: Any) -> None:
        drafts = Edition.objects.kept_by(user).filter(state=State.DRAFT).select_related("dispatch__issuer")
        super().__init__(*args, issuers=kept_issuers(user), drafts=drafts, **options)
        self.edition = edition
        for name in ("issuer", "into") if edition else ():
            del self.fields[name]

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        return given | {"issuer": self.edition.dispatch.issuer, "into": self.edition} if self.edition else given


class ListImport:
    """The Import button above a list of figures or appendices."""

    imports = exports = Who.DESK
    opts: Any
    admin_site: Any
    has_import_permission: Any
    has_export_permission: Any

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.import_view)
        own = path("import/", view, name=f"chiso_{self.opts.model_name}_import")
        return [own, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        link = {"label": _("Import"), "url": address(str(self.opts.model_name), "import")}
        own = {"exchange_links": [link] if self.has_import_permission(request) else ()}
        return super().changelist_view(request, {**own, **(extra_context or {})})  # type: ignore[no-any-return]

    def import_view(self, request: HttpRequest) -> HttpResponse:
        if not self.has_import_permission(request):
            raise PermissionDenied
        return brought_in(self, request)


class Carried:
    """A page whose figures go out and come in: an edition's or an appendix's."""

    imports = exports = Who.DESK
    opts: Any
    admin_site: Any
    get_object: Any
    has_import_permission: Any
    has_export_permission: Any

    def get_urls(self) -> list[URLPattern]:
        name, wrap = self.opts.model_name, self.admin_site.admin_view
        own = [
            path("<path:object_id>/import/", wrap(self.import_one), name=f"chiso_{name}_import_one"),
            path(
                "<path:object_id>/export/<str:ending>/",
                wrap(require_safe(self.export_one)),
                name=f"chiso_{name}_export_one",
            ),
        ]
        return [*own, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """The buttons on an appendix's own page; that of an edition has its own."""
        if self.opts.model_name == "appendix":
            extra_context = {"exchange_links": self._links(request, object_id), **(extra_context or {})}
        return super().change_view(request, object_id, form_url, extra_context)  # type: ignore[no-any-return]

    def _links(self, request: HttpRequest, object_id: str) -> list[dict[str, Any]]:
        edition, appendix = self._at_hand(request, object_id)
        name, key, links = str(self.opts.model_name), (appendix or edition).pk, []
        if self.has_import_permission(request) and edition.state == State.DRAFT:
            links.append({"label": _("Import"), "url": address(name, "import_one", key)})
        if self.has_export_permission(request):
            links += export_links(name, "export_one", key)
        return links

    def import_one(self, request: HttpRequest, object_id: str) -> HttpResponse:
        edition, appendix = self._at_hand(request, object_id)
        if not self.has_import_permission(request) or edition.state != State.DRAFT:
            raise PermissionDenied
        return brought_in(self, request, edition, appendix)

    def export_one(self, request: HttpRequest, object_id: str, ending: str) -> HttpResponseBase:
        edition, appendix = self._at_hand(request, object_id)
        if not self.has_export_permission(request):
            raise PermissionDenied
        reader = wanted(ending)
        name = _file_name(edition, appendix, ending)
        tables = sheets([printed.of_appendix(appendix)] if appendix else printed.of_edition(edition))
        file = spooled(lambda out: reader.write(out, tables))
        action.exported(by=signed_in(request), subject=name, edition=edition)
        return handed_out(file, name, reader)

    def _at_hand(self, request: HttpRequest, object_id: str) -> tuple[Edition, Appendix | None]:
        found = self.get_object(request, unquote(object_id))
        return (found.edition, found) if isinstance(found, Appendix) else (found, None)


def sheets(tables: Iterable[Printed]) -> list[Sheet]:
    """Appendices as they are printed, a sheet each."""
    return [Sheet(f"Phụ lục {each.ordinal}", each.above, each.headings, each.lines, each.notes) for each in tables]


def brought_in(
    table: Any, request: HttpRequest, edition: Edition | None = None, appendix: Appendix | None = None
) -> HttpResponse:
    """The form with the file; sent, the file as an upload, on its way to the preview."""
    form = ImportForm(posted(request), request.FILES or None, user=signed_in(request), edition=edition)
    upload = handed_over(form, "", upload_action.UnableToRead, lambda: _received(form, request))
    if upload is not None:
        upload_action.want(upload=upload, ordinal=appendix.ordinal if appendix else None)
        return to("upload", "change", upload.pk)
    title = _("Import: %(name)s") % {"name": appendix or edition or capfirst(table.opts.verbose_name_plural)}
    crumbs: dict[str, Any] = {"crumbs": edition_crumbs(edition)} if edition else {}
    return page(
        table, request, "import", title=title, form=form, submit=_("Read the file"), **crumbs,
        lead=_("An export of ours, or the document itself: Word, PDF, Excel. First you see what was read."),
    )  # fmt: skip


def _received(form: ImportForm, request: HttpRequest) -> Upload:
    (data, name), given = form.given, form.cleaned_data
    return received(data=data, name=name, issuer=given["issuer"], by=signed_in(request), into=given["into"])


def _file_name(edition: Edition, appendix: Appendix | None, ending: str) -> str:
    """ "1082-VPUB-KSTT-lan-1-phu-luc-II.xlsx"."""
    parts = [edition.dispatch.address.replace("/", "-"), f"lan-{edition.number}"]
    parts += [f"phu-luc-{appendix.ordinal}"] if appendix else []
    name = "".join(sign if sign.isascii() and (sign.isalnum() or sign in "-.") else "-" for sign in "-".join(parts))
    return f"{name}.{ending}"
