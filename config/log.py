"""What the log says of a request that was refused: one line, no more."""

from __future__ import annotations

import logging

FAULT = 500


def in_one_line(record: logging.LogRecord) -> bool:
    """A page that is not there or not allowed is no fault of ours: the trace of how it was refused helps nobody."""
    if getattr(record, "status_code", FAULT) < FAULT:
        record.exc_info = record.exc_text = None
    return True
