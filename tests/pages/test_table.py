"""All indicators side by side, and one unit against others."""

from __future__ import annotations

import csv
import io
from datetime import date

import openpyxl
import pytest

from chiso.models import Shows
from tests import make
from tests.pages.conftest import Office
from tests.pages.test_board import many_districts, names, read, rows


@pytest.fixture
def before(office: Office):
    """Figures of the month before: Nam Đông had more, Phú Vang less, Hương Trà as much."""
    earlier = make.edition(
        dispatch=make.dispatch(issuer=office.tree.issuer, number="943", data_as_of=date(2023, 8, 10))
    )
    for unit, total, late in zip(
        office.tree.districts, ["57", "58", "48.7", "40"], ["10", "0", "9", "70"], strict=True
    ):
        make.result(edition=earlier, unit=unit, code="TONG", text=f"{total}/100")
        make.result(edition=earlier, unit=unit, code="HSTT.QH", text=late)
    return make.publish(earlier)


def table(office: Office, edition=None, peers: str = "district") -> str:
    return f"{office.page(edition or office.published)}table/{peers}/"


def test_units_by_indicators_with_ranks_and_changes(office: Office, seen_by, before):
    page = read(seen_by(office.cast.clerk), table(office))
    assert rows(page)[0][0] == "UBND huyện Quảng Điền"
    assert rows(page)[0][1].startswith("57,72 1 ▲0,72")
    second = rows(page)[1]
    assert second[0] == "UBND huyện Nam Đông"
    assert second[1].startswith("56,39 2 ▽1,61")
    assert rows(page)[2][1] == "48,70 =3"  # as it was
    late = [row[-1] for row in rows(page)]
    assert late[0].startswith("15 3 △5")  # more of what is late is worse
    assert rows(page)[3][3].startswith("–")  # missing, and not 0
    assert "943/VPUB-KSTT" in page


def test_a_change_is_never_rounded_to_none_by_the_rows_that_are_shown(office: Office, seen_by):
    dispatch = make.dispatch(issuer=office.tree.issuer, number="943", data_as_of=date(2023, 8, 10))
    earlier = make.edition(dispatch=dispatch)
    make.result(edition=earlier, unit=office.tree.agencies[0], code="HSTT.DH", text="99.8")
    make.publish(earlier)
    for path in (table(office, peers="agency"), "/matrix/vpub-thua-thien-hue/HSTT.DH/agency/"):
        said = str(rows(read(seen_by(office.cast.clerk), f"{path}?q=tai+chinh")))
        assert "▲0,2" in said
        assert "100,0" in said


def test_a_change_of_a_share_has_the_decimals_to_show_it(office: Office, seen_by):
    tree = office.tree
    for number, day, text in (("943", date(2023, 8, 10), "9000/9001"), ("1204", date(2023, 10, 10), "8999/9000")):
        edition = make.edition(dispatch=make.dispatch(issuer=tree.issuer, number=number, data_as_of=day))
        make.result(edition=edition, unit=tree.districts[0], code="CTDT.TK", text=text)
        make.result(edition=edition, unit=tree.districts[1], code="CTDT.TK", text="1/2")
        make.publish(edition)
    for path in (f"{office.page(edition)}table/district/", "/matrix/vpub-thua-thien-hue/CTDT.TK/district/"):
        said = str(rows(read(seen_by(office.cast.clerk), f"{path}?q=quang+dien&skip=no")))
        assert "100,0 1 ▽0,01 " in said
    answer = seen_by(office.cast.clerk).get(f"{office.page(edition)}table/district/?format=csv&q=quang+dien")
    assert "-0.0111" in answer.content.decode()


def test_a_change_of_a_share_is_no_0_in_a_file(office: Office, seen_by):
    tree = office.tree
    for number, day, text in (("5", date(2023, 10, 10), "100000/100001"), ("6", date(2023, 11, 10), "100001/100002")):
        edition = make.edition(dispatch=make.dispatch(issuer=tree.issuer, number=number, data_as_of=day))
        for unit, said in zip(tree.districts, [text, "1/2", "1/3", "1/4"], strict=True):
            make.result(edition=edition, unit=unit, code="CTDT.TK", text=said)
        make.publish(edition)
    answer = seen_by(office.cast.clerk).get(f"{office.page(edition)}table/district/?format=csv")
    line = next(each for each in answer.content.decode("utf-8-sig").splitlines() if "Quảng Điền" in each)
    assert line.split(",")[1:6] == ["100001", "100002", "1", "", "0.00000001"]


@pytest.mark.parametrize("path", ["ranking/CTDT.TK/district/", "table/district/"])
def test_a_share_that_is_not_0_is_never_shown_as_0_and_0_of_0_is_no_missing_figure(office: Office, seen_by, path: str):
    tree = office.tree
    edition = make.edition(dispatch=make.dispatch(issuer=tree.issuer, number="5", data_as_of=date(2023, 10, 10)))
    for unit, text in zip(tree.districts, ["1/9000", "1/2", "0/0", "0/7"], strict=True):
        make.result(edition=edition, unit=unit, code="CTDT.TK", text=text)
    make.publish(edition)
    page = read(seen_by(office.cast.clerk), f"{office.page(edition)}{path}")
    said = {row[0] if "table" in path else row[1]: str(row) for row in rows(page)}
    assert "0,01" in said["UBND huyện Quảng Điền"]
    assert "'0,0" in said["UBND huyện Phú Vang"]
    assert "công văn không có số liệu này" not in said["UBND thị xã Hương Trà"]
    assert "không xếp hạng: không có số liệu" not in said["UBND thị xã Hương Trà"]


def test_five_steps_of_shade_by_rank(office: Office, seen_by):
    page = read(seen_by(office.cast.clerk), table(office))
    shades = [line.split('"')[0] for line in page.split('<td class="number ')[1:]]
    assert shades[0] == "s5"  # 1 of 4
    assert shades[4] == "s4"  # 2 of 4
    assert shades[1] == "s0"  # not ranked: neither more nor less is better


def test_no_change_without_a_dispatch_to_compare_with(office: Office, seen_by, before):
    page = read(seen_by(office.cast.clerk), table(office, before))
    assert not set("▲▼△▽") & set(page)


@pytest.mark.parametrize(
    ("query", "first", "last"),
    [
        ("", "UBND huyện Quảng Điền", "UBND huyện Phú Vang"),
        ("?sort=HSTT.QH", "UBND huyện Nam Đông", "UBND huyện Phú Vang"),
        ("?sort=-HSTT.QH", "UBND huyện Phú Vang", "UBND huyện Nam Đông"),
        ("?sort=-CTDT.TK", "UBND huyện Quảng Điền", "UBND huyện Phú Vang"),
        ("?sort=CTDT.TK", "UBND huyện Nam Đông", "UBND huyện Phú Vang"),  # the missing one last either way
        ("?sort=unit", "UBND huyện Nam Đông", "UBND thị xã Hương Trà"),
        ("?sort=-unit", "UBND thị xã Hương Trà", "UBND huyện Nam Đông"),
        ("?sort=nonsense", "UBND huyện Quảng Điền", "UBND huyện Phú Vang"),
        ("?q=dien", "UBND huyện Quảng Điền", "UBND huyện Quảng Điền"),
    ],
)
def test_sort_and_filter_stand_in_the_address(office: Office, seen_by, query: str, first: str, last: str):
    found = names(read(seen_by(office.cast.clerk), table(office) + query), 0)
    assert (found[0], found[-1]) == (first, last)


def test_heads_sort_and_keep_the_filter(office: Office, seen_by):
    page = read(seen_by(office.cast.clerk), table(office) + "?q=phu&sort=-TONG&edition=1&page=7")
    assert 'href="?q=phu&amp;sort=TONG&amp;edition=1"' in page
    assert 'aria-sort="descending"' in page
    assert names(page, 0) == ["UBND huyện Phú Vang"]


def test_pages_and_the_last_one_for_whatever_lies_beyond(office: Office, seen_by, monkeypatch):
    for name in ("ONE_PAGE", "PER_PAGE"):
        monkeypatch.setattr(f"chiso.queries.summary.{name}", 3)
    long = make.published(tree=office.tree, number="1083")
    client = seen_by(office.cast.clerk)
    assert len(names(read(client, table(office, long)), 0)) == 3
    for page in ("2", "9", "99999999"):
        assert names(read(client, table(office, long) + f"?page={page}"), 0) == ["UBND huyện Phú Vang"]
        assert names(read(client, table(office) + f"?sort=unit&page={page}"), 0) == ["UBND thị xã Hương Trà"]


def test_groups_of_peers(office: Office, seen_by):
    page = read(seen_by(office.cast.unit_a), table(office, peers="agency"))
    assert names(page, 0) == ["Sở Tài chính", "Sở Y tế"]
    assert table(office) in page
    assert table(office) in read(seen_by(office.cast.unit_a), office.page(office.published, "TONG", "district"))


def test_own_row_is_marked_and_leads_to_a_comparison(office: Office, seen_by):
    page = read(seen_by(office.cast.unit_b), table(office))
    assert page.count('<tr class="own">') == 1
    assert f"{office.page(office.published)}compare/nam-dong/" in page
    assert 'href="/units/quang-dien/"' not in page


def test_where_peers_have_no_names_only_the_own_row_stands_with_its_ranks_among_all(office: Office, seen_by):
    office.tree.issuer.shows = Shows.OWN_RANK
    office.tree.issuer.save()
    page = read(seen_by(office.cast.unit_b), table(office))
    assert [row[0] for row in rows(page)] == ["UBND huyện Nam Đông đơn vị của bạn"]
    assert rows(page)[0][1] == "56,39 2"
    assert "<tbody>" not in read(seen_by(office.cast.unit_b), table(office) + "?q=quang")
    assert len(rows(read(seen_by(office.cast.clerk), table(office)))) == 4


@pytest.mark.parametrize(("which", "who"), [("published", "unit_a"), ("published", "clerk"), ("draft", "clerk")])
@pytest.mark.parametrize("shows", Shows.values)
def test_at_most_ten_queries_for_nine_and_for_many(
    office: Office, seen_by, before, django_assert_max_num_queries, which: str, who: str, shows: str
):
    office.tree.issuer.shows = shows
    office.tree.issuer.save()
    client = seen_by(getattr(office.cast, who))
    edition = getattr(office, which)
    with django_assert_max_num_queries(10) as few:
        client.get(table(office, edition))
    large = make.draft(tree=office.tree, number="1090")
    many_districts(office, large, 600)
    if which == "published":
        make.publish(large)
    with django_assert_max_num_queries(10) as many:
        client.get(table(office, large))
    assert len(few) == len(many)


# --- As a file ------------------------------------------------------------------------------------
def test_as_a_workbook_numbers_are_numbers_and_no_text_is_a_formula(office: Office, seen_by, before):
    first = office.tree.districts[0]
    first.name = '=HYPERLINK("http://x";"y")'
    first.save()
    answer = seen_by(office.cast.clerk).get(table(office) + "?format=xlsx&sort=-TONG")
    assert answer.headers["Content-Disposition"].endswith('.xlsx"')
    page = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    lines = [[cell.value for cell in line] for line in page.iter_rows()]
    assert lines[3][:5] == [first.name, 57.72, 1, None, 0.72]
    assert page.cell(4, 1).data_type == "s"


def test_as_csv_with_a_guard_before_what_a_spreadsheet_would_run(office: Office, seen_by, before):
    first = office.tree.districts[0]
    first.name, first.search = "=1+1", "1 1"
    first.save()
    answer = seen_by(office.cast.clerk).get(table(office) + "?format=csv&q=1")
    assert answer.content.startswith(b"\xef\xbb\xbf")
    lines = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [line[0] for line in lines[3:]] == ["'=1+1"]
    assert lines[3][1] == "57.72"


def test_no_other_kind_of_file(office: Office, seen_by):
    assert seen_by(office.cast.clerk).get(table(office) + "?format=exe").status_code == 404


# --- One unit against others ----------------------------------------------------------------------
def compare(office: Office, unit: str = "nam-dong", *others: str) -> str:
    return f"{office.page(office.published)}compare/{unit}/?" + "&".join(f"with={slug}" for slug in others)


def test_one_unit_beside_others_with_differences(office: Office, seen_by):
    page = read(seen_by(office.cast.unit_b), compare(office, "nam-dong", "phu-vang", "quang-dien"))
    assert rows(page)[0][1:] == ["56,39/100 2/4", "48,7/100 =3/4 (−7,69)", "57,72/100 1/4 (+1,33)"]
    share = next(row for row in rows(page) if row[0].startswith("Số đơn vị đã triển khai"))
    assert (share[1], share[3]) == ("5/10 3/3", "11/11 1/3 (+50)")  # as printed, as on the unit's page
    assert "/units/quang-dien/" not in page  # never its own page


def test_choosing_leaving_out_and_the_most(office: Office, seen_by):
    page = read(seen_by(office.cast.unit_b), compare(office, "nam-dong", "phu-vang"))
    assert '<option value="quang-dien">' in page
    assert '<option value="phu-vang">' not in page
    assert '<option value="nam-dong">' not in page
    assert '<input type="hidden" name="with" value="phu-vang">' in page
    large = make.draft(tree=office.tree, number="1090")
    many_districts(office, large, 9)
    make.publish(large)
    many = f"{office.page(large)}compare/nam-dong/?" + "&".join(f"with=many-{i}" for i in range(9))
    assert len(rows(read(seen_by(office.cast.unit_b), many))[0]) == 7


@pytest.mark.parametrize("other", ["so-y-te", "chu-se", "thua-thien-hue", "no-such", "nam-dong", ""])
def test_what_is_no_peer_is_left_out(office: Office, seen_by, other: str):
    assert len(rows(read(seen_by(office.cast.unit_b), compare(office, "nam-dong", other)))[0]) == 2


def test_where_peers_have_no_names_none_can_be_chosen(office: Office, seen_by):
    office.tree.issuer.shows = Shows.OWN_RANK
    office.tree.issuer.save()
    page = read(seen_by(office.cast.unit_b), compare(office, "nam-dong", "phu-vang", "quang-dien") + "&edition=1")
    assert "phu-vang" not in page  # what was typed of them comes back nowhere: in no link to a file, in no form
    assert "?edition=1&amp;format=csv" in page
    assert 'compare/nam-dong/?edition=1"' in page
    assert rows(page)[0][1:] == ["56,39/100 2/4"]
    assert "<option" not in page
    assert "Phú Vang" not in page
    assert len(rows(read(seen_by(office.cast.clerk), compare(office, "nam-dong", "phu-vang")))[0]) == 3


def test_a_unit_without_figures_says_so(office: Office, seen_by):
    page = read(seen_by(office.cast.unit_a), compare(office, "quang-phuoc"))
    assert "<tbody>" not in page


def test_a_comparison_needs_no_more_queries_for_more_units(office: Office, seen_by, django_assert_max_num_queries):
    client = seen_by(office.cast.unit_b)
    with django_assert_max_num_queries(11):
        client.get(compare(office, "nam-dong", "phu-vang", "quang-dien"))
