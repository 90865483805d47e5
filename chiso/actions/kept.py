"""Keeping the opened file of an upload, and what was understood of it, beside it (`queries.opened` and
`queries.understood` tell what they are for). Never fails its caller."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.core.files.base import ContentFile

from chiso.ingest.reading import Opened
from chiso.models import Upload
from chiso.queries import opened as query
from chiso.queries import understood
from chiso.queries.upload import LoadPlan

# Spreadsheets are opened as fast as what is kept of them: 14,000 rows in 1 s.
_QUICK = frozenset({"xlsx", "ods", "xls", "csv"})
_log = logging.getLogger(__name__)


def keep(upload: Upload, opened: Opened, plan: LoadPlan | None = None) -> None:
    """Replace what is kept. A full disk costs the shortcut, not the upload."""
    is_understood = plan is not None and keep_understood(upload, plan)
    if not (is_understood and opened.reader in _QUICK):
        _replace(upload, query.name_of(upload), lambda: query.sealed(upload, opened))


def keep_understood(upload: Upload, plan: LoadPlan) -> bool:
    """Of a long file that was understood now; whether it is kept."""
    if not plan.is_fresh or sum(len(each.facts) for each in plan.reading.appendices) < understood.MANY:
        return False
    if plan.known is None:
        return False
    held = understood.Kept(understood.rests_on(plan.known, plan.decisions), plan.said, plan.reading)
    return _replace(upload, understood.name_of(upload), lambda: understood.sealed(upload, held))


def keep_again(upload: Upload, same: Upload) -> None:
    """What is kept of the same bytes under the same name, of this one too."""
    _replace(upload, understood.name_of(upload), lambda: understood.resealed(upload, same))


def _replace(upload: Upload, name: str, data: Callable[[], bytes]) -> bool:
    store = upload.file.storage
    try:
        store.delete(name)
        written = store.save(name, ContentFile(data()))
        if written != name:  # another process kept the same at the same moment
            store.delete(written)
    except OSError:
        _log.warning("what was read of upload %s could not be kept", upload.pk, exc_info=True)
        return False
    return True
