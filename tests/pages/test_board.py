"""The ranking list as a reader sees it."""

from __future__ import annotations

import re

import pytest
from django.utils.html import strip_tags

from chiso.models import Edition, Indicator, Result, State, Unit
from tests import make
from tests.pages.conftest import Office


def rows(html: str) -> list[list[str]]:
    """The texts of a table's body, cell by cell."""
    body = html[html.index("<tbody>") : html.index("</tbody>")]
    return [
        [" ".join(strip_tags(cell).split()) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S)]
        for row in re.findall(r"<tr.*?</tr>", body, re.S)
    ]


def read(client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def names(html: str, column: int = 1) -> list[str]:
    return [row[column] for row in rows(html)]


def test_ranks_ties_values_and_what_is_printed(office: Office, seen_by):
    html = read(seen_by(office.cast.clerk), office.page(office.published, "TONG", "district"))
    assert [row[:3] for row in rows(html)] == [
        ["1", "UBND huyện Quảng Điền", "57,72"],
        ["2", "UBND huyện Nam Đông", "56,39"],
        ["=3", "UBND thị xã Hương Trà", "48,70"],  # one number of decimals in a column
        ["=3", "UBND huyện Phú Vang", "48,70"],
    ]
    assert rows(html)[2][4].startswith("48.7/100")  # as it is printed
    assert 'title="Phụ lục II, dòng 4, cột 3"' in html
    assert "Chỉ số tổng hợp\u00a0– Cấp huyện" in html
    assert "4 đơn vị, 4 đơn vị được xếp hạng." in html
    assert "trên 100, càng cao càng tốt" in html
    assert "Thấp nhất 48,70, trung bình 52,878, cao nhất 57,72." in html


def test_english_has_its_own_marks(office: Office, seen_by):
    office.cast.clerk.language = "en"
    office.cast.clerk.save()
    html = read(seen_by(office.cast.clerk), office.page(office.published, "MDSH.5", "district"))
    assert "5,932" in html
    assert "13 Sep 2023" in html
    assert "This indicator is not ranked" in html


def test_missing_figures_close_the_list_and_say_why(office: Office, seen_by):
    html = read(seen_by(office.cast.clerk), office.page(office.published, "CTDT.TK", "district"))
    assert [row[:3] for row in rows(html)] == [
        ["1", "UBND huyện Quảng Điền", "100,0"],
        ["2", "UBND thị xã Hương Trà", "72,7"],
        ["3", "UBND huyện Nam Đông", "50,0"],
        ["–không xếp hạng: không có số liệu", "UBND huyện Phú Vang", "–công văn không có số liệu này"],
    ]
    assert 'title="công văn không có số liệu này"' in html


def test_lower_is_better(office: Office, seen_by):
    html = read(seen_by(office.cast.clerk), office.page(office.published, "HSTT.QH", "district"))
    assert names(html) == [
        "UBND huyện Nam Đông", "UBND thị xã Hương Trà", "UBND huyện Quảng Điền", "UBND huyện Phú Vang",
    ]  # fmt: skip
    assert "càng thấp càng tốt" in html


def test_an_indicator_without_direction_is_listed_unranked(office: Office, seen_by):
    html = read(seen_by(office.cast.clerk), office.page(office.published, "MDSH.5", "district"))
    assert [row[:2] for row in rows(html)] == [  # in the order of the units, and no column of ranks
        ["UBND huyện Quảng Điền", "2.145"],
        ["UBND huyện Nam Đông", "5.932"],
        ["UBND thị xã Hương Trà", "0"],
        ["UBND huyện Phú Vang", "318"],
    ]
    assert "Chỉ số này không xếp hạng" in html


def test_the_own_row_is_marked_by_a_word(office: Office, seen_by):
    html = read(seen_by(office.cast.unit_b), office.page(office.published, "TONG", "district"))
    assert names(html).count("UBND huyện Nam Đông đơn vị của bạn") == 1
    assert len(re.findall(r'<tr class="[^"]*\bown\b', html)) == 1
    assert 'href="/units/nam-dong/"' in html
    assert 'href="/units/quang-dien/"' not in html  # not theirs to open


def test_nobody_at_the_desk_has_a_row_of_their_own(office: Office, seen_by):
    html = read(seen_by(office.cast.clerk), office.page(office.published, "TONG", "district"))
    assert "đơn vị của bạn" not in html
    assert 'href="/units/quang-dien/"' in html


@pytest.mark.parametrize(
    ("sort", "first", "last"),
    [
        ("rank", "UBND huyện Quảng Điền", "UBND huyện Phú Vang"),
        ("-rank", "UBND huyện Nam Đông", "UBND huyện Phú Vang"),  # the missing one stays last
        ("number", "UBND huyện Nam Đông", "UBND huyện Phú Vang"),
        ("-number", "UBND huyện Quảng Điền", "UBND huyện Phú Vang"),
        ("unit", "UBND huyện Nam Đông", "UBND thị xã Hương Trà"),
        ("-unit", "UBND thị xã Hương Trà", "UBND huyện Nam Đông"),
        ("bar", "UBND huyện Quảng Điền", "UBND huyện Phú Vang"),  # no such order: by rank
    ],
)
def test_sorting(office: Office, seen_by, sort: str, first: str, last: str):
    html = read(seen_by(office.cast.clerk), office.page(office.published, "CTDT.TK", "district") + f"?sort={sort}")
    assert (names(html)[0], names(html)[-1]) == (first, last)


def test_filter_and_sort_live_in_the_address(office: Office, seen_by):
    client, base = seen_by(office.cast.clerk), office.page(office.published, "TONG", "district")
    html = read(client, base + "?q=dien&sort=-number&edition=1")
    assert names(html) == ["UBND huyện Quảng Điền"]
    assert "1 trong 4 đơn vị, đang lọc theo “dien”." in html
    assert '<input type="hidden" name="sort" value="-number">' in html
    assert '<input type="hidden" name="edition" value="1">' in html
    assert 'href="?q=dien&amp;sort=number&amp;edition=1"' in html  # turns the order round, keeps the filter
    assert 'aria-sort="descending"' in html


def test_filter_that_finds_nothing_says_so(office: Office, seen_by):
    html = read(seen_by(office.cast.clerk), office.page(office.published, "TONG", "district") + "?q=<b>zzz")
    assert "Không có đơn vị nào có tên chứa “&lt;b&gt;zzz”." in html
    assert "<tbody>" not in html


def test_a_draft_says_that_it_is_one_and_ranks_on_the_fly(office: Office, seen_by):
    html = read(seen_by(office.cast.clerk), office.page(office.draft, "TONG", "district"))
    assert [row[0] for row in rows(html)] == ["1", "2", "=3", "=3"]
    assert "chỉ văn phòng xem được" in html
    assert "chip-draft" in html


def test_a_corrected_edition_stays_readable_and_points_to_the_one_that_holds(office: Office, seen_by):
    office.published.state = State.SUPERSEDED
    office.published.save()
    second = make.edition(dispatch=office.published.dispatch, number=2)
    make.figures(edition=second, tree=office.tree)
    Result.objects.filter(edition=second, unit__slug="nam-dong", indicator__code="TONG").update(value=60)
    make.publish(second)
    client, base = seen_by(office.cast.unit_a), office.page(second, "TONG", "district")
    assert names(read(client, base))[0] == "UBND huyện Nam Đông"
    old = read(client, base + "?edition=1")
    assert names(old)[0] == "UBND huyện Quảng Điền đơn vị của bạn"
    assert "Số liệu này đã được đính chính; bản 2 có giá trị." in old
    assert "/ranking/HSTT.QH/district/?edition=1" in old  # stays with this edition


def test_links_to_the_other_boards(office: Office, seen_by):
    html = read(seen_by(office.cast.clerk), office.page(office.published, "TONG", "district"))
    assert "/ranking/HSTT.QH/district/" in html
    assert "/ranking/HSTT.QH/agency/" in html  # agencies have no total: their first indicator


@pytest.mark.parametrize(("which", "who"), [("published", "unit_a"), ("draft", "clerk"), ("published", "stranger")])
def test_no_more_sql_queries_for_more_units(
    office: Office, seen_by, django_assert_max_num_queries, which: str, who: str
):
    """At most 10 in all, session and person included; the same number for 4 and for 300 units."""
    edition, client = getattr(office, which), seen_by(getattr(office.cast, who))
    with django_assert_max_num_queries(10) as few:
        before = client.get(office.page(edition, "TONG", "district"))
    large = make.draft(tree=office.tree, number="1090")
    many_districts(office, large, 296)
    if which == "published":
        make.publish(large)
    with django_assert_max_num_queries(10) as many:
        after = client.get(office.page(large, "TONG", "district"))
    assert len(few) == len(many)
    if who != "stranger":
        assert [len(rows(answer.content.decode())) for answer in (before, after)] == [4, 50]


def many_districts(office: Office, edition: Edition, count: int) -> None:
    units = Unit.objects.bulk_create(
        Unit(slug=f"many-{i}", name=f"Huyện {i}", level="district", parent=office.tree.province, sort_key=f"{i:04}")
        for i in range(count)
    )
    of = Indicator.objects.get(code="TONG")
    Result.objects.bulk_create(
        Result(edition=edition, unit=unit, indicator=of, value=i % 90, out_of=100, printed=str(i % 90))
        for i, unit in enumerate(units)
    )


def test_a_long_board_turns_its_pages_and_bars_keep_their_scale(office: Office, seen_by, monkeypatch):
    for name in ("ONE_PAGE", "PER_PAGE"):
        monkeypatch.setattr(f"chiso.queries.summary.{name}", 3)
    client, base = seen_by(office.cast.clerk), office.page(office.published, "HSTT.QH", "district")
    first = read(client, base + "?sort=number")
    assert len(rows(first)) == 3
    assert 'href="?sort=number&amp;page=2"' in first
    for page in ("2", "99", "9" * 40):
        assert names(read(client, base + f"?sort=number&page={page}")) == ["UBND huyện Phú Vang"]
    assert 'width="23.44"' in first  # 15 of 64, which stands on the other page
