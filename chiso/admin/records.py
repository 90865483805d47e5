"""Files of records: what their rows would do, shown, and then done exactly so or not at all."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chiso.actions import records as action
from chiso.ingest.writers.line import Sheet
from chiso.models import About, Upload, UploadState, User

from . import formats
from .page import address, page, to
from .resources.brought import Brought
from .resources.indicator import IndicatorResource
from .resources.layout import LayoutResource
from .resources.membership import MembershipResource
from .resources.record import RecordResource
from .resources.unit import UnitResource
from .scope import Who, belongs, signed_in
from .staged import TAKEN
from .upload import PREVIEWS

RESOURCES: dict[str, type[RecordResource]] = {
    About.UNITS: UnitResource,
    About.INDICATORS: IndicatorResource,
    About.LAYOUTS: LayoutResource,
    About.MEMBERSHIPS: MembershipResource,
}


def shown(table: Any, request: HttpRequest, upload: Upload) -> HttpResponse:
    """What the rows of a staged file would do, or did."""
    _allowed(request)
    frame: dict[str, Any] = {"upload": upload, "crumbs": _crumbs(upload)}
    if upload.state != UploadState.STAGED:
        return page(table, request, "upload", title=upload.name, problems=[], **frame)
    brought = bring(upload, signed_in(request), stores=False)
    title = _("What the rows of %(name)s would do") % {"name": upload.name}
    return page(
        table, request, "records", title=title, brought=brought, counts=brought.counts,
        invalid=brought.of("invalid"), written=[line for line in brought.lines if line.what in ("new", "update")],
        submit=_button(brought), again=address(upload.about, "import"), **frame,
    )  # fmt: skip


def taken(request: HttpRequest, upload: Upload) -> HttpResponse:
    """Takes over what the administrator was shown, or shows anew."""
    _allowed(request)
    user = signed_in(request)
    try:
        brought = action.take_over(
            upload=upload, by=user, shown=request.POST.get("shown", ""), bring=lambda: bring(upload, user, stores=True)
        )
    except action.Changed as refusal:
        messages.warning(request, str(refusal))
        return to("upload", "change", upload.pk)
    except action.UnableToTakeOver as refusal:
        messages.error(request, str(refusal))
        return to("upload", "change", upload.pk)
    messages.success(request, _("Taken over: %(new)s new, %(update)s changed, %(skip)s unchanged.") % brought.counts)
    return to(upload.about, "changelist")


def bring(upload: Upload, user: User, *, stores: bool) -> Brought:
    """The file's rows through the resource of their table."""
    resource = RESOURCES[upload.about](user=user, stores=stores)
    wanted = [field.names() for field in resource.fields.values() if field.required]
    reader = formats.of_name(upload.name)(wanted=wanted)
    try:
        with upload.file.open("rb") as handle:
            return resource.bring(reader.create_dataset(handle.read()))
    except FileNotFoundError:
        return Brought(faults=(_("The file is no longer in the store. Please load it again."),))


def described(about: str, user: User) -> Iterable[Any]:
    """The columns of a table of records, for the page that asks for a file."""
    return list(RESOURCES[about](user=user).fields.values())


def exported(about: str, user: User, queryset: QuerySet[Any]) -> list[Sheet]:
    """The records as a table, row by row through their resource."""
    return [RESOURCES[about](user=user).sheet(queryset)]


def _allowed(request: HttpRequest) -> None:
    if not belongs(request, Who.ADMINISTRATOR):
        raise PermissionDenied


def _crumbs(upload: Upload) -> list[tuple[Any, str]]:
    return [(capfirst(upload.get_about_display()), address(upload.about, "changelist"))]


def _button(brought: Brought) -> str:
    count = len(brought.of("new")) + len(brought.of("update"))
    return ngettext("Take %(count)s row over", "Take %(count)s rows over", count) % {"count": count}


PREVIEWS.update(dict.fromkeys(RESOURCES, shown))
TAKEN.update(dict.fromkeys(RESOURCES, taken))
