"""The texts of the screens and their Vietnamese: `python -m tests.repository.catalogue` adds what is new and compiles.

Texts are found without xgettext, so that the check runs wherever the tests run: calls of gettext in Python by its
syntax tree, tags of templates by Django's own `templatize`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import django
import polib
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[2]
PO = ROOT / "chiso" / "locale" / "vi" / "LC_MESSAGES" / "django.po"
THIRD_PARTY = "third-party"  # entries for texts of libraries bear this comment
_SINGLE = {"_", "gettext", "gettext_lazy", "gettext_noop"}
_PLURAL = {"ngettext", "ngettext_lazy"}
_CONTEXT = {"pgettext", "pgettext_lazy"}
Key = tuple[str | None, str]  # (context, msgid)


def texts() -> dict[Key, str | None]:
    """Every text of ours -> its plural or None."""
    found: dict[Key, str | None] = {}
    for folder in ("chiso", "config"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                found |= dict(_in_python(path.read_text(encoding="utf-8")))
    for path in sorted((ROOT / "chiso" / "templates").rglob("*.*")):
        if path.suffix in {".html", ".txt"}:
            found |= dict(_in_python(_as_python(path)))
    return found


def _as_python(path: Path) -> str:
    """A template's texts as the calls that templatize makes of them, one a line."""
    calls = re.findall(
        # A bracket inside a text ends no call.
        r"""(?:gettext|ngettext|pgettext|npgettext)\((?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[^()'"])*\)""",
        templatize(path.read_text(encoding="utf-8"), origin=str(path)),
    )
    return "\n".join(line for line in (call.strip() for call in calls) if _parses(line))


def _parses(line: str) -> bool:
    try:
        ast.parse(line)
    except SyntaxError as error:
        raise AssertionError(f"cannot read the text in {line!r}") from error
    return True


def _in_python(source: str) -> Iterator[tuple[Key, str | None]]:
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        strings = [arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
        if name in _SINGLE and strings:
            yield (None, strings[0]), None
        elif name in _PLURAL and len(strings) > 1:
            yield (None, strings[0]), strings[1]
        elif name in _CONTEXT and len(strings) > 1:
            yield (strings[0], strings[1]), None
        elif name == "npgettext" and len(strings) > 2:
            yield (strings[0], strings[1]), strings[2]


def third_party(entry: polib.POEntry) -> bool:
    return THIRD_PARTY in entry.comment


def update() -> None:
    """Add texts that the catalogue lacks, drop ours that are gone, compile."""
    catalogue = polib.pofile(str(PO), wrapwidth=110)
    wanted = texts()
    have = {(entry.msgctxt, entry.msgid): entry for entry in catalogue}
    for key, entry in have.items():
        if key not in wanted and not third_party(entry):
            catalogue.remove(entry)
    for (context, msgid), plural in wanted.items():
        if (context, msgid) not in have:
            entry = polib.POEntry(msgctxt=context, msgid=msgid, msgid_plural=plural or "")
            if plural:
                entry.msgstr_plural = {0: ""}
            catalogue.append(entry)
    catalogue.sort(key=lambda entry: (third_party(entry), entry.msgid, entry.msgctxt or ""))
    catalogue.save(str(PO))
    catalogue.save_as_mofile(str(PO.with_suffix(".mo")))
    missing = [entry.msgid for entry in catalogue if not entry.translated()]
    print(f"{len(catalogue)} texts, {len(missing)} without Vietnamese", *missing, sep="\n  ")  # noqa: T201


if __name__ == "__main__":
    if not settings.configured:
        settings.configure(USE_I18N=False)
    django.setup()
    update()
