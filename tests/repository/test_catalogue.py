"""Every text of the screens has its Vietnamese, with the same parameters, and the compiled catalogue is the current one."""

from __future__ import annotations

import re

import polib
import pytest

from tests.repository.catalogue import PO, texts, third_party

PARAMETER = re.compile(r"%\((\w+)\)[sd]|\{(\w+)\}")


@pytest.fixture(scope="module")
def catalogue() -> dict[tuple[str | None, str], polib.POEntry]:
    return {(entry.msgctxt, entry.msgid): entry for entry in polib.pofile(str(PO))}


def test_every_text_is_there_and_translated(catalogue):
    missing = [key for key in texts() if key not in catalogue or not catalogue[key].translated()]
    assert not missing


def test_nothing_is_left_over(catalogue):
    wanted = texts()
    assert not [key for key, entry in catalogue.items() if key not in wanted and not third_party(entry)]


def test_parameters_are_the_same(catalogue):
    def parameters(text: str) -> set[str]:
        return {one or other for one, other in PARAMETER.findall(text)}

    wrong = []
    for (_context, msgid), entry in catalogue.items():
        for text in entry.msgstr_plural.values() or [entry.msgstr]:
            allowed = parameters(msgid) | parameters(entry.msgid_plural)
            if parameters(text) - allowed or (not entry.msgid_plural and parameters(msgid) != parameters(text)):
                wrong.append(msgid)
    assert not wrong


def test_the_compiled_catalogue_is_current(catalogue):
    compiled = {(entry.msgctxt, entry.msgid): entry for entry in polib.mofile(str(PO.with_suffix(".mo")))}
    assert {key: (entry.msgstr, entry.msgstr_plural) for key, entry in catalogue.items() if entry.translated()} == {
        key: (entry.msgstr, entry.msgstr_plural) for key, entry in compiled.items()
    }
