"""The README names every command, setting, check, layout and room, and its two commands are what CI runs."""

from __future__ import annotations

import json
import re
import stat

import pytest

from chiso.checks import CHECKS
from tests.repository.catalogue import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")


def _commands() -> list[str]:
    return [path.stem for path in (ROOT / "chiso" / "management" / "commands").glob("*.py") if path.stem != "__init__"]


def _settings() -> list[str]:
    return sorted(
        set(re.findall(r'"((?:CHISO|DATABASE)_\w+)"', (ROOT / "config" / "settings.py").read_text(encoding="utf-8")))
    )


def _layouts() -> list[str]:
    return [each["code"] for each in json.loads((ROOT / "fixtures" / "layouts.json").read_text(encoding="utf-8"))]


def _rooms() -> list[str]:
    return sorted(path.name for path in (ROOT / "chiso").iterdir() if path.is_dir() and not path.name.startswith("__"))


@pytest.mark.parametrize("name", [*_commands(), *_settings(), *CHECKS, "unread-cell", *_layouts(), *_rooms()])
def test_it_is_named(name: str):
    assert re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", README)


def test_ci_runs_the_readmes_test_command():
    script = ROOT / ".ci" / "run"
    assert script.stat().st_mode & stat.S_IXUSR
    assert "<!-- test command -->" in script.read_text(encoding="utf-8")
    assert re.search(r"<!-- test command -->\n```sh\n[^\n]*python3 -m venv \.venv && [^\n]*pytest", README)


def test_every_picture_is_there():
    pictures = re.findall(r"!\[[^]]*\]\(([^)]+)\)", README)
    assert pictures
    assert not [path for path in pictures if not (ROOT / path).is_file()]
