"""Every table of the desk, imported once the site stands (`apps.DeskConfig`)."""

from . import dispatch, edition, event, finding, indicator, person, reply, result, standing, unit, upload

__all__ = [
    "dispatch", "edition", "event", "finding", "indicator", "person", "reply", "result", "standing", "unit", "upload",
]  # fmt: skip
