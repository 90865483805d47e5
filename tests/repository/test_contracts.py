"""The house's own rules, checked as part of every test run."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command

from tests.repository.catalogue import ROOT

CODE = [path for path in sorted((ROOT / "chiso").rglob("*.py")) if "migrations" not in path.parts]


def test_imports_point_down():
    done = subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_no_migration_knows_our_code():
    """It is run with the code of every later day: what the models read then may be columns of a later migration."""
    found = []
    for path in sorted((ROOT / "chiso" / "migrations").glob("*.py")):
        source = path.read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Import):
                names = [each.name for each in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or "", *(["chiso"] if node.level else [])]
            else:
                continue
            found += [f"{path.name}: {name}" for name in names if name.split(".")[0] == "chiso"]
        if "import_module" in source or "__import__" in source:
            found.append(path.name)
    assert not found


@pytest.mark.parametrize("path", CODE, ids=lambda path: str(path.relative_to(ROOT)))
def test_sizes(path: Path):
    """Files up to 400 lines, no function over 60."""
    source = path.read_text(encoding="utf-8")
    assert source.count("\n") <= 400
    long = [
        f"{node.name} ({node.end_lineno - node.lineno + 1})"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef) and node.end_lineno - node.lineno >= 60
    ]
    assert not long


def test_no_host_of_a_registry_and_no_machine_path_is_committed():
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if tracked.returncode:
        pytest.skip("no git checkout")
    words = ["py" + "pi.org", "python" + "hosted", "registry." + "npmjs", "/ro" + "ot/", "/ho" + "me/", "/wo" + "rk/"]
    found = []
    for name in tracked.stdout.splitlines():
        path = ROOT / name
        if path.is_file() and path.suffix in {
            ".py",
            ".md",
            ".toml",
            ".txt",
            ".html",
            ".css",
            ".js",
            ".json",
            ".csv",
            ".yaml",
            "",
        }:
            text = path.read_text(encoding="utf-8", errors="ignore")
            found += [f"{name}: {word}" for word in words if word in text]
    assert not found
