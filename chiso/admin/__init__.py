"""The clerks' door: one file for each noun. Imported whole, so that Django's admin finds every table."""

from . import dispatch, edition, event, finding, indicator, person, result, standing, unit, upload

__all__ = ["dispatch", "edition", "event", "finding", "indicator", "person", "result", "standing", "unit", "upload"]
