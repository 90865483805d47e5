"""A process that is killed at any moment leaves all or nothing, and the next try succeeds."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests import database

ROUNDS = 30  # each kills one load and one publication


@pytest.mark.django_db
def test_all_or_nothing(tmp_path: Path):
    with database.own(tmp_path) as url:
        said = database.python("tests.actions.killing", str(ROUNDS), url=url, folder=tmp_path)
    kills = Counter(tuple(line.split()) for line in said.splitlines())
    assert sum(kills.values()) == 2 * ROUNDS
    for what in ("load", "publication"):
        assert sum(count for (of, *_rest), count in kills.items() if of == what) == ROUNDS
        assert kills[what, "writing", "nothing"] > 0, kills  # what was written already is gone
    assert sum(count for (_of, _far, held), count in kills.items() if held == "all") > 0, kills
    assert not {("begun", "all"), ("done", "nothing")} & {(far, held) for _of, far, held in kills}
