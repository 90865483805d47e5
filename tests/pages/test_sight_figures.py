"""Without its name a peer shows no more than what its rank rests on: a denominator or a way of printing is as good as a
name."""

from __future__ import annotations

import csv
import io
import re
from datetime import date

import pytest
from django.test import Client

from chiso.actions import correction
from chiso.models import Indicator, Issuer, Result, Shows
from chiso.queries import board, board_page, sight
from chiso.queries.sight import nameless
from tests import make, record
from tests.access.pages import PAGES, address
from tests.pages.conftest import Office
from tests.pages.test_board import read, rows
from tests.pages.test_sight import OWN, opened, told

# What only this unit has in the document. All rates are 77,4, but for those of the first.
SHARES = {"quang-dien": "6337/7103", "nam-dong": "6133/7919", "huong-tra": "5077/6553", "phu-vang": "8039/10357"}
SCORES = {"quang-dien": "48.70/96.5", "nam-dong": "57,720/98.5", "huong-tra": "48,7/97.5", "phu-vang": "48.700/94.5"}
RATES = {"quang-dien": "81,40%", "nam-dong": "81.40 %", "huong-tra": "79,910%", "phu-vang": "80.1000%"}
TEXTS = {"CTDT.TK": SHARES, "TONG": SCORES, "HSTT.DH": RATES}


def fill(edition, tree: make.Tree) -> None:
    for code, texts in TEXTS.items():
        for unit in tree.districts:
            printed = texts[unit.slug]
            text = printed.replace(",", ".").rstrip("% ")
            make.result(
                edition=edition, unit=unit, code=code, text=text, printed=printed, position=f"STT-{unit.order}"
            )  # fmt: skip


@pytest.fixture
def shut(office: Office) -> Office:
    """Three dispatches: the first as it was made, one before it, one after it that was corrected."""
    tree = office.tree
    tree.issuer.shows = Shows.OWN_RANK
    tree.issuer.save()
    for number, day in (("943", date(2023, 8, 10)), ("1204", date(2023, 10, 11))):
        edition = make.draft(tree=tree, number=number, data_as_of=day)
        edition.results.filter(unit__level="district", indicator__code__in=TEXTS).delete()
        fill(edition, tree)
        make.publish(edition)
    opened_now = correction.open_correction(
        dispatch=edition.dispatch, by=None, reason="Số liệu sai", number="1300", symbol="VPUB-KSTT",
        issued_on=date(2023, 10, 20),
    )  # fmt: skip
    Result.objects.filter(edition=opened_now, unit__slug="phu-vang", indicator__code="CTDT.TK").update(
        value=8017, printed="8017/10357"
    )
    record.published(opened_now)
    return office


def secrets(who: str) -> list[str]:
    """Every number of a share, denominator, odd text and exact rate of a peer, in each way of writing it."""
    found = ["8017", "8.017", "8,017", "77,41", "77.41"]  # as corrected
    for slug in set(SHARES) - OWN[who]:
        for part in SHARES[slug].split("/"):
            found += [part, f"{int(part):,}", f"{int(part):,}".replace(",", ".")]
        part, whole = map(int, SHARES[slug].split("/"))
        found += [f"{100 * part / whole:.2f}", f"{100 * part / whole:.2f}".replace(".", ",")]
        found += [SCORES[slug], RATES[slug], *(SCORES[slug].split("/")[1].replace(".", mark) for mark in ".,")]
    own = " ".join(texts[slug] for texts in TEXTS.values() for slug in OWN[who] & set(texts))
    return [each for each in found if each not in own]


def guessed(office: Office) -> list[str]:
    """What a rival types into the address."""
    found = []
    figures = Result.objects.filter(indicator__code="CTDT.TK", unit__slug="nam-dong", edition__dispatch__number="1204")
    for edition in figures.order_by("edition"):
        one = edition.edition
        asked = f"?edition={one.number}&"
        base = office.page(one)
        for code in (*TEXTS, "MDSH.5", "HSTT.QH"):
            page = office.page(one, code, "district")
            found += [f"{page}{asked}sort={key}" for key in ("unit", "number", "-number", "-rank")]
            found += [f"{page}{asked}q={word}" for word in ("Nam", "%")]
            found += [f"{page}{asked}format={kind}&sort=-number" for kind in ("csv", "xlsx")]
            found += [f"{base}figures/{unit}/{code}/{asked}" for unit in SHARES]
            found += [f"{base}table/district/{asked}sort={code}&q=h", f"{base}table/district/{asked}indicator={code}"]
            found += [f"/matrix/vpub-thua-thien-hue/{code}/district/?sort={one.dispatch_id}&q=h"]
        for unit in SHARES:
            others = "&".join(f"with={each}" for each in SHARES if each != unit)
            found += [f"{base}compare/{unit}/{asked}{others}", f"{base}compare/{unit}/{asked}{others}&format=csv"]
            page = office.unit(one, unit)
            found += [f"{page}{asked}part={part}" for part in ("whatif", "why")]
            found += [f"{page}{asked}indicator={code}&if-{code}=6{place}00" for code in TEXTS for place in range(3)]
            found += [f"{page}chart.svg{asked}indicator={code}&peers=district" for code in TEXTS]
        found.append(f"{base}table/district/{asked}format=csv&sort=-CTDT.TK")
    return found


def test_no_page_to_which_a_link_leads_tells_a_peer_by_what_only_it_has(shut: Office, client: Client):
    client.force_login(shut.cast.unit_b)
    places = [place for rows_ in PAGES.values() for place in rows_ if not place.startswith(("their_", "sub_"))]
    known = [address(shut, place) for place in places if "with=" not in place]
    pages = opened(client, ["/dispatches/", "/units/", *known])
    assert len(pages) > 300
    assert not telling(pages, "unit_b")


def test_no_address_that_a_rival_types_tells_a_peer_by_what_only_it_has(shut: Office, client: Client):
    client.force_login(shut.cast.unit_a)
    pages = {}
    for page in guessed(shut):
        answer = client.get(page)
        pages[page] = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert answer.status_code in {200, 404}
    assert not telling(pages, "unit_a")


def telling(pages: dict[str, bytes], who: str) -> set[tuple[str, str]]:
    wanted = {text: re.compile(rf"(?<![\d.,]){re.escape(text)}(?![\d]|[.,]\d)") for text in secrets(who)}
    return {
        (page, text) for page, data in pages.items() for said in [told(data)]
        for text, one in wanted.items() if text in said and one.search(said)
    }  # fmt: skip


def published(office: Office, number: str = "943"):
    return next(
        each.edition
        for each in Result.objects.filter(indicator__code="TONG", unit__slug="nam-dong")
        if each.edition.dispatch.number == number
    )


def test_a_share_is_shown_as_its_rate_alone(shut: Office, seen_by):
    page = read(seen_by(shut.cast.unit_b), shut.page(published(shut), "CTDT.TK", "district"))
    assert [row[:3] for row in rows(page)] == [
        ["1", nameless(1), "89,2"],
        ["2", nameless(2), "77,6"],
        ["3", nameless(3), "77,5"],
        ["4", "UBND huyện Nam Đông đơn vị của bạn", "77,4"],
    ]
    assert page.count("6133/7919") == 1
    assert re.findall(r'class="fill" width="([^"]+)"', page) == ["89.20", "77.60", "77.50", "77.40"]


def test_a_file_of_shares_has_the_rate_and_counts_only_of_who_is_named(shut: Office, seen_by):
    answer = seen_by(shut.cast.unit_b).get(shut.page(published(shut), "CTDT.TK", "district") + "?format=csv")
    text = answer.content.decode("utf-8-sig")
    lines = [row for row in csv.reader(io.StringIO(text)) if row]
    figures = [row[2:7] for row in lines[-4:]]
    assert figures == [
        [nameless(1), "89.2", "", "", ""],
        [nameless(2), "77.6", "", "", ""],
        [nameless(3), "77.5", "", "", ""],
        ["UBND huyện Nam Đông", "77.4", "6133", "7919", "6133/7919"],
    ]


def test_a_score_stands_in_its_usual_form(shut: Office):
    reader = sight.of(shut.cast.unit_b, shut.tree.issuer)
    found = board.for_edition(published(shut), "TONG", "district", reader).rows
    assert [(row.rank, row.unit, row.out_of, row.printed) for row in found] == [
        (1, "nam-dong", 98.5, "57,720/98.5"), (2, "", 100, ""), (2, "", 100, ""), (2, "", 100, ""),
    ]  # fmt: skip


@pytest.mark.parametrize("place", range(4))
def test_among_equals_the_own_stands_last_whatever_its_denominator(shut: Office, place: int):
    unit = shut.tree.districts[place]
    edition = make.edition(dispatch=make.dispatch(issuer=shut.tree.issuer, number="7", data_as_of=date(2023, 11, 2)))
    for of, each in enumerate(shut.tree.districts, 1):
        make.result(edition=edition, unit=each, code="CTDT.TK", text=f"{of}/{of}")
    make.publish(edition)
    reader = sight.of(make.member(unit=unit), shut.tree.issuer)
    for found in (
        board.for_edition(edition, "CTDT.TK", "district", reader),
        board_page.for_edition(edition, "CTDT.TK", "district", reader).board,
    ):
        assert [row.unit for row in found.rows] == ["", "", "", unit.slug]


def test_rounded_peers_never_change_places_with_the_own(shut: Office):
    """89,24 of 7 peers is shown as 89,2: sorted by the figure, nobody who stands behind comes before."""
    edition = make.edition(dispatch=make.dispatch(issuer=shut.tree.issuer, number="8", data_as_of=date(2023, 11, 3)))
    texts = ["89290/100000", "89260/100000", "89340/100000", "89251/100000"]  # shown 89,3 all
    for unit, text in zip(shut.tree.districts, texts, strict=True):
        make.result(edition=edition, unit=unit, code="CTDT.TK", text=text)
    make.publish(edition)
    reader = sight.of(make.member(unit=shut.tree.districts[1]), shut.tree.issuer)
    for sort, ranks in (("-number", [1, 2, 3, 4]), ("rank", [1, 2, 3, 4])):
        shown = board_page.for_edition(edition, "CTDT.TK", "district", reader, board_page.Wanted(sort))
        assert [row.rank for row in shown.board.rows] == ranks


def test_the_overview_tells_no_denominator_of_who_leads(shut: Office, seen_by):
    page = read(seen_by(shut.cast.unit_b), shut.page(published(shut)))
    assert "89,2" in re.sub(r"<[^>]+>", "", page)
    assert "7.103" not in page


def test_a_tag_from_another_persons_copy_opens_nothing(shut: Office, client: Client):
    url = shut.page(published(shut), "CTDT.TK", "district")
    client.force_login(shut.cast.clerk)
    client.get("/units/")
    tag = client.get(url).headers.get("ETag", 'W/"none"')
    client.force_login(shut.cast.unit_b)
    again = client.get(url, headers={"if-none-match": tag})
    assert again.status_code == 200
    assert "7.103" not in again.content.decode()


@pytest.mark.parametrize("wanted", ["", "?sort=-number", "?format=csv", "?format=csv&sort=number"])
def test_a_count_of_the_rest_is_not_told_beside_the_rate(office: Office, seen_by, wanted: str):
    """72,7 % of one who stands alone and 3 not done of the same one make 11."""
    tree = office.tree
    rest = make.indicator("HSTT.QH")
    Indicator.objects.filter(code="CTDT.TK").update(complement=rest)
    edition = make.edition(dispatch=make.dispatch(issuer=tree.issuer, number="5", data_as_of=date(2023, 10, 10)))
    for unit, share, left in zip(tree.districts, ["9/13", "8/11", "7/8", "6/6"], ["41", "37", "19", "5"], strict=True):
        make.result(edition=edition, unit=unit, code="CTDT.TK", text=share)
        make.result(edition=edition, unit=unit, code="HSTT.QH", text=left)
    make.publish(edition)
    for shows, others in ((Shows.WHOLE, True), (Shows.OWN_RANK, False)):
        Issuer.objects.update(shows=shows)
        page = office.page(edition, "HSTT.QH", "district")
        answer = seen_by(office.cast.unit_b).get(page + wanted)
        text = (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode()
        lines = list(csv.reader(io.StringIO(text))) if "csv" in wanted else rows(text)
        if "csv" not in wanted:
            assert ("chỉ hiển thị thứ hạng" in text, 'class="bar"' in text) == (not others, others)
        figures = {cell.strip().split(" ")[0] for line in lines for cell in line}
        assert "37" in figures  # its own
        assert ({"41", "19", "5"} <= figures) is others
        assert bool({"41", "19", "5"} & figures) is others
        overview = seen_by(office.cast.unit_b).get(office.page(edition)).content.decode()
        assert (">5<" in overview) is others
