"""Work done in the background, where there are workers for it (`manage.py db_worker`)."""

from __future__ import annotations

from django_tasks import task

from chiso.actions import reading
from chiso.models import Upload


@task()
def read_upload(key: int) -> None:
    """Read a file that was received. A file that is gone, read or discarded meanwhile is no fault."""
    upload = Upload.objects.filter(pk=key).first()
    if upload is not None:
        reading.read(upload=upload)
