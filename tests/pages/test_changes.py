"""A correction as readers meet it: the banners on both editions, and what was corrected, old beside new."""

from __future__ import annotations

from datetime import date

import pytest

from chiso.actions import correction
from chiso.actions import edition as editions
from chiso.models import Edition, Result, State
from tests import make, record
from tests.pages.conftest import Office
from tests.pages.test_board import read, rows
from tests.pages.test_dispatch import words

REASON = "Huyện Nam Đông báo thiếu hồ sơ"


@pytest.fixture
def second(office: Office) -> Edition:
    """Edition 2 of the published dispatch, still a draft: Nam Đông leads, and Hương Trà's total is gone."""
    opened = correction.open_correction(
        dispatch=office.published.dispatch, by=None, reason=REASON, number="1100", symbol="VPUB-KSTT",
        issued_on=date(2023, 9, 20),
    )  # fmt: skip
    total = Result.objects.filter(edition=opened, indicator__code="TONG")
    total.filter(unit__slug="nam-dong").update(value=60, printed="60/100")
    total.filter(unit__slug="huong-tra").delete()
    return opened


@pytest.fixture
def published(second: Edition) -> Edition:
    return record.published(second)


def test_both_editions_say_what_they_are_to_each_other(office: Office, seen_by, published):
    client, page = seen_by(office.cast.unit_a), office.page(published)
    new = words(read(client, page))
    assert "Công văn 1082/VPUB-KSTT" in new
    assert "1100/VPUB-KSTT" in new
    assert "20/9/2023" in new
    assert REASON in new
    old = read(client, page + "?edition=1")
    assert "Số liệu này đã được đính chính; bản 2 có giá trị." in words(old)
    assert "1100/VPUB-KSTT" in words(old)
    assert f'href="{page}"' in old
    assert f'href="{office.changes(published)}?edition=2"' in old
    board = read(client, office.page(published, "TONG", "district") + "?edition=1")
    assert "1100/VPUB-KSTT" in words(board)
    assert [row[0] for row in rows(board)] == ["1", "2", "=3", "=3"]  # its own ranking still


def test_old_and_new_stand_side_by_side_the_readers_own_unit_first(office: Office, seen_by, published):
    html = read(seen_by(office.cast.unit_b), office.changes(published))
    lines = rows(html)
    assert lines[0] == ["UBND huyện Nam Đông đơn vị của bạn", "Chỉ số tổng hợp", "56.39/100", "60/100", "2/4 → 1/3"]
    assert lines[1][0] == "UBND thị xã Hương Trà"
    assert lines[1][4] == "=3/4 → –"
    said = words(html)
    assert "UBND huyện Quảng Điền Chỉ số tổng hợp 1/4 → 2/3" in said  # a rank that moved although the figure stayed
    assert REASON in said


def test_what_a_letter_says_is_compared_too(office: Office, seen_by, second):
    Edition.objects.filter(pk=second.pk).update(headline_rank=47)
    assert "48/63 → 47/63" in words(read(seen_by(office.cast.clerk), office.changes(second)))


def test_a_draft_is_nobodys_to_read_but_the_desks(office: Office, seen_by, second):
    for who, wanted in (("unit_a", 404), ("stranger", 404), ("clerk", 200), ("approver", 200)):
        client = seen_by(getattr(office.cast, who))
        assert client.get(office.changes(second)).status_code == wanted, who
        assert client.get(office.changes(second) + "?edition=2").status_code == wanted, who
    said = words(read(seen_by(office.cast.unit_a), office.page(second)))
    assert "60/100" not in said
    assert REASON not in said
    assert "1100" not in said


@pytest.mark.parametrize("who", ["unit_a", "clerk"])
def test_a_published_correction_is_every_readers(office: Office, seen_by, published, who):
    client = seen_by(getattr(office.cast, who))
    assert client.get(office.changes(published)).status_code == 200
    assert client.get(office.changes(published) + "?edition=1").status_code == 404
    assert seen_by(office.cast.stranger).get(office.changes(published)).status_code == 404


def test_a_unit_reads_the_correction_on_its_own_page(office: Office, seen_by, published):
    said = words(read(seen_by(office.cast.unit_b), "/units/nam-dong/"))
    assert REASON in said
    editions.recall(edition=published, by=None, why="Đính chính nhầm")
    said = words(read(seen_by(office.cast.unit_b), "/units/nam-dong/"))
    assert "Đính chính nhầm" in said


def test_a_recalled_correction_leaves_no_edition_that_holds(office: Office, seen_by, published):
    editions.recall(edition=published, by=None, why="Đính chính nhầm")
    client = seen_by(office.cast.unit_a)
    assert "Đính chính nhầm" in words(read(client, office.page(published)))
    old = read(client, office.page(published) + "?edition=1")
    assert "chip-superseded" in old
    assert 'class="notice"' in old


def test_a_recall_that_was_corrected_leads_to_the_edition_that_holds(office: Office, seen_by):
    editions.recall(edition=office.published, by=None, why="Sai kỳ")
    opened = correction.open_correction(dispatch=office.published.dispatch, by=None, reason=REASON)
    Edition.objects.filter(pk=opened.pk).update(state=State.REVIEW)
    make.publish(Edition.objects.get(pk=opened.pk))
    old = read(seen_by(office.cast.unit_a), office.page(opened) + "?edition=1")
    assert "Sai kỳ" in words(old)
    assert f'href="{office.page(opened)}"' in old
