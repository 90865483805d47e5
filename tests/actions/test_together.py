"""Two people at once: threads with connections of their own, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest
from django.db import connections

from chiso.actions import decision as decisions
from chiso.actions import edition as editions
from chiso.actions import result as results
from chiso.actions import upload as uploads
from chiso.models import Edition, Finding, Indicator, Issuer, Result, ResultChange, State, Unit, Upload
from tests import make, record

pytestmark = pytest.mark.django_db(transaction=True)


def together(*jobs: Callable[[], object]) -> list[object]:
    """What each job returned, or the fault it ended with."""

    def run(job: Callable[[], object]) -> object:
        try:
            return job()
        except Exception as fault:
            return fault
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


def test_one_upload_is_taken_over_once():
    record.office_of_2023()
    upload = record.staged()
    answers = together(*[lambda: uploads.apply(upload=upload, by=None)] * 4)
    assert sum(isinstance(answer, Edition) for answer in answers) == 1
    assert all(isinstance(answer, Edition | uploads.UnableToApply) for answer in answers)
    assert (Result.objects.count(), ResultChange.objects.count()) == (139, 139)


def test_two_files_of_a_new_dispatch_make_one():
    record.office_of_2023()
    files = [record.staged(ending) for ending in (".docx", ".txt", ".pdf")]
    answers = together(*[lambda file=file: uploads.apply(upload=file, by=None) for file in files])
    assert all(isinstance(answer, Edition) for answer in answers), answers
    assert Edition.objects.count() == 1
    assert Result.objects.count() == ResultChange.objects.count() == 139


def test_loading_while_publishing_neither_deadlocks_nor_changes_what_is_published():
    Issuer.objects.filter(pk=record.office_of_2023().pk).update(second_person=False)
    for _round in range(4):
        edition = record.loaded()

        def change(book):
            record.cell_of(book, "IV", 9, 3).value = "2.466"

        upload = record.staged(".xlsx", data=record.workbook(change))
        answers = together(
            lambda edition=edition: editions.publish(edition=edition, by=None, accept_warnings="như văn bản"),
            lambda upload=upload: uploads.apply(upload=upload, by=None),
        )
        assert isinstance(answers[0], Edition), answers
        assert isinstance(answers[1], Edition | uploads.UnableToApply), answers
        edition.refresh_from_db()
        assert edition.state == State.PUBLISHED
        printed = Result.objects.get(edition=edition, unit__slug="phu-vang", indicator__code="HSTT.QH").printed
        assert printed == ("2.466" if isinstance(answers[1], Edition) else "2.465")
        Upload.objects.update(edition=None)
        Edition.objects.all().update(state=State.RECALLED, recall_reason="thử", recalled_at=make.MOMENT)
        edition.dispatch.number = str(edition.pk)
        edition.dispatch.save()


def test_checking_again_at_once_finds_everything_once():
    record.office_of_2023()
    edition = record.loaded()
    Finding.objects.all().delete()
    answers = together(*[lambda: editions.check(edition=edition, by=None)] * 4)
    assert answers == [None] * 4
    assert Finding.objects.count() == 17


def test_every_typed_figure_is_in_the_history():
    record.office_of_2023()
    edition = record.loaded()
    indicator = Indicator.objects.get(code="HSTT.QH")
    unit = Unit.objects.get(slug="quang-dien")
    jobs = [
        lambda text=text: results.store(edition=edition, unit=unit, indicator=indicator, text=text, by=None)
        for text in ("601", "602", "603", "604")
    ]
    assert all(isinstance(answer, Result) for answer in together(*jobs))
    changes = list(
        ResultChange.objects.filter(unit=unit, indicator=indicator)
        .order_by("id")
        .values_list("printed_before", "printed_after")
    )
    assert len(changes) == 5
    assert all(one[1] == other[0] for one, other in pairwise(changes))
    assert Result.objects.get(edition=edition, unit=unit, indicator=indicator).printed == changes[-1][1]


def test_two_offices_that_make_the_same_indicator_at_once_make_one(monkeypatch):
    """All offices share them: neither waits for the other's row, and whoever comes second is told so."""
    record.office_of_2023()
    files = [record.staged(ending) for ending in (".docx", ".txt", ".pdf")]
    monkeypatch.setattr(decisions.lock, "office", lambda _issuer: None)  # each has its own
    ways = {"code": "MOI", "name": "Chỉ số mới", "kind": "count"}
    answers = together(*[lambda file=file: decisions.make_indicator(upload=file, by=None, **ways) for file in files])
    assert sum(isinstance(answer, Indicator) for answer in answers) == 1, answers
    assert sum(isinstance(answer, decisions.UnableToDecide) for answer in answers) == 2, answers
    assert all(str(answer) for answer in answers)
    assert Indicator.objects.filter(code="MOI").count() == 1
