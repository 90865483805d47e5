"""A worker of the task queue, for a test: does what waits, then ends. Unlike the command it takes no signals."""

from __future__ import annotations

from unittest.mock import patch

from django_tasks_db.management.commands import db_worker


def work() -> None:
    worker = db_worker.Worker(
        queue_names=["default"], interval=0, batch=True, backend_name="default", startup_delay=False, max_tasks=None,
        worker_id="test", excluded_queue_names=[],
    )  # fmt: skip
    with patch.object(db_worker, "close_old_connections"):  # it would close the test's own
        worker.run()
