"""Why an enclosed file is not taken, as sentences that say what to do."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext, gettext_noop

_WHYS = {
    "empty-file": gettext_noop("“%(name)s” is empty."),
    "too-large": gettext_noop(
        "“%(name)s” is larger than %(limit)s MB. Send the pages that matter, or smaller pictures."
    ),
    "zip-bomb": gettext_noop("“%(name)s” unpacks to far more than any document holds. It was not taken."),
    "encrypted": gettext_noop("“%(name)s” is locked with a password. Save it without one and send it again."),
    "corrupt": gettext_noop("“%(name)s” is damaged. Open it, save it and send it again."),
    "macros": gettext_noop("“%(name)s” holds macros. Save it without them (DOCX, XLSX) or as PDF and send it again."),
    "not-an-enclosure": gettext_noop("“%(name)s” is not of a kind that is taken: PDF, DOCX, XLSX, JPG or PNG."),
}


def refused(why: str, name: str, params: Mapping[str, str]) -> str:
    return gettext(_WHYS[why]) % {"name": name, **params}
