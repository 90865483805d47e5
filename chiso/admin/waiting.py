"""A file that is being read, or could not be: how far it is, since when, and what can be done about it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib.admin.utils import unquote
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from chiso import tasks
from chiso.actions import reading
from chiso.models import Edition, Issuer, Upload, UploadState, User
from chiso.queries import upload as query
from chiso.words import problem as words

from .page import address, by_post, page, to

View = Callable[[HttpRequest, str], HttpResponse]
STATES = (UploadState.READING, UploadState.UNREADABLE)


def received(*, data: bytes, name: str, issuer: Issuer, by: User, into: Edition | None) -> Upload:
    """A file from the desk, read at once or given to the workers. Raises `UnableToRead`."""
    upload = reading.receive(data=data, name=name, issuer=issuer, by=by, into=into)
    if upload.state == UploadState.READING:
        transaction.on_commit(partial(tasks.read_upload.enqueue, upload.pk))
    return upload


class Waiting:
    """Views of `UploadTable` for a file that is not read yet."""

    get_object: Any

    def waiting_views(self) -> list[tuple[str, View]]:
        return [("progress", require_safe(self.progress_view)), ("read", by_post(self.read_view))]

    def waiting(self, request: HttpRequest, upload: Upload) -> HttpResponse:
        """The page of such a file. It works without scripts: a link looks again."""
        title = _("%(name)s is being read") if upload.state == UploadState.READING else _("%(name)s could not be read")
        return page(
            self, request, "reading", title=title % {"name": upload.name}, upload=upload, said=how_far(upload),  # type: ignore[arg-type]
            fault=fault_of(upload), earlier=query.earlier(upload),
        )  # fmt: skip

    def progress_view(self, request: HttpRequest, object_id: str) -> JsonResponse:
        """What the page's script asks for; `next` is where to go once there is nothing more to wait for."""
        upload: Upload = self.get_object(request, unquote(object_id))
        is_read = upload.state != UploadState.READING
        there = address("upload", "change", upload.pk) if is_read else ""
        return JsonResponse({"percent": upload.progress, "said": how_far(upload), "next": there})

    def read_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Read here and now, where no worker comes to it."""
        upload: Upload = self.get_object(request, unquote(object_id))
        reading.read(upload=upload)
        return to("upload", "change", upload.pk)


def how_far(upload: Upload) -> str:
    if upload.state != UploadState.READING:
        return str(upload.get_state_display())
    if not upload.progress:
        return _("Waiting for its turn")
    if upload.progress >= reading.OPENED:
        return _("Read; its figures are being compared and checked")
    return _("%(percent)s%% read") % {"percent": upload.progress}


def fault_of(upload: Upload) -> str:
    """Why it could not be read, and what to do about it; "" where it could."""
    fault = upload.read.get("fault")
    return words.unreadable(fault["why"], fault["params"]) if fault else ""
