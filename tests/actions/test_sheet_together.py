"""Twenty people in one sheet: nothing that was accepted is lost, nothing that was refused leaves a trace."""

from __future__ import annotations

import random
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest
from django.db import connections

from chiso.actions import sheet as sheets
from chiso.actions.sheet import Conflict, Edit, Stored
from chiso.models import Edition, Event, Result, ResultChange, User, What
from chiso.queries.sheet import versions
from tests import make

PEOPLE, EDITS = 20, 50
FIRST = 7000  # every text is new: no cell says it already
COLUMNS = ("MDSH.5", "HSTT.QH")


def typing(edition: Edition, person: User, cells: dict[tuple[str, str], tuple[int, int]], seed: int) -> list[object]:
    """What became of each edit: of a random cell, based on the version as the person last saw it (sometimes long ago);
    who is refused looks at what stands there now."""
    chance = random.Random(seed)  # noqa: S311
    seen: dict[tuple[str, str], int] = {}
    answers: list[object] = []
    try:
        for number in range(EDITS):
            cell = chance.choice(sorted(cells))
            if cell not in seen:
                seen[cell] = versions(edition).get(cells[cell], 0)
            edit = Edit(*cell, str(FIRST + seed * EDITS + number), version=seen[cell])
            saved = sheets.save(edition=edition, edits=[edit], by=person)
            (answer,) = (*saved.stored, *saved.conflicts, *saved.wrong)
            answers.append(answer)
            seen[cell] = answer.version
    finally:
        connections.close_all()
    return answers


@pytest.mark.django_db(transaction=True)
def test_every_accepted_edit_is_in_the_history_and_no_other():
    tree = make.tree()
    edition = make.draft(tree=tree)
    cells = {
        (unit.slug, code): (unit.pk, make.indicator(code).pk)
        for unit in (*tree.districts, *tree.agencies)
        for code in COLUMNS
    }
    before = {(row.unit_id, row.indicator_id): row.printed for row in Result.objects.filter(edition=edition)}
    people = [make.member(unit=tree.province, role="clerk") for _one in range(PEOPLE)]
    with ThreadPoolExecutor(PEOPLE) as pool:
        jobs = [pool.submit(typing, edition, person, cells, seed) for seed, person in enumerate(people)]
        answers = [job.result() for job in jobs]

    flat = [answer for each in answers for answer in each]
    accepted = [answer for answer in flat if isinstance(answer, Stored)]
    refused = [answer for answer in flat if isinstance(answer, Conflict)]
    assert len(accepted) + len(refused) == PEOPLE * EDITS
    assert accepted
    assert refused  # a thousand edits of twelve cells: some came second

    # Each accepted edit is one change, under its author's name; a refused one is nowhere.
    changes = list(ResultChange.objects.select_related("event", "unit", "indicator").order_by("pk"))
    who = {
        (str(answer.edit.text), people[seed].pk)
        for seed, each in enumerate(answers)
        for answer in each
        if isinstance(answer, Stored)
    }
    assert {(change.printed_after, change.event.by_id) for change in changes} == who
    assert {change.pk for change in changes} == {answer.version for answer in accepted}
    assert len(changes) == len(accepted) == Event.objects.filter(what=What.SHEET_SAVED).count()
    assert not {answer.edit.text for answer in refused} & {change.printed_after for change in changes}

    # In each cell one change follows from the other, and what stands there is the last.
    of_cell = defaultdict(list)
    for change in changes:
        of_cell[change.unit_id, change.indicator_id].append(change)
    last = before | {cell: each[-1].printed_after for cell, each in of_cell.items()}
    for cell, each in of_cell.items():
        assert each[0].printed_before == before.get(cell, "")
        assert all(one.printed_after == other.printed_before for one, other in pairwise(each))
    assert {(row.unit_id, row.indicator_id): row.printed for row in Result.objects.filter(edition=edition)} == last

    # Each was based on what stood there: a conflict says what stood there instead.
    known = {change.pk: change for change in changes}
    for answer in refused:
        assert answer.version != answer.edit.version
        assert answer.text == known[answer.version].printed_after
