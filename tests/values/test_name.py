"""Names of units taken apart, and matched inside the issuer's tree (DOMAIN §6)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chiso.ingest.layout import UnitRecord
from chiso.values.name import Directory, Match, UnitName, parse

PROVINCE = "thua-thien-hue"
UNDER = (PROVINCE, "ca-nuoc")


def unit(
    slug: str,
    name: str,
    level: str,
    code: str | None = None,
    *,
    path: tuple[str, ...] = UNDER,
    aliases: tuple[str, ...] = (),
) -> UnitRecord:
    return UnitRecord(slug, name, level, code, path[0] if path else None, path, aliases)


NATION = unit("ca-nuoc", "Cả nước", "nation", path=())
OWN = unit(PROVINCE, "UBND tỉnh Thừa Thiên Huế", "province", "H57", path=("ca-nuoc",))
UNITS = (
    NATION,
    OWN,
    unit("gia-lai", "UBND tỉnh Gia Lai", "province", "H21", path=("ca-nuoc",)),
    unit("can-tho", "UBND thành phố Cần Thơ", "province", None, path=("ca-nuoc",)),
    unit("tp-hue", "UBND thành phố Huế", "district"),
    unit("quang-dien", "UBND huyện Quảng Điền", "district"),
    unit("huong-thuy", "UBND thị xã Hương Thủy", "district"),
    unit("huong-tra", "UBND thị xã Hương Trà", "district"),
    unit("phu-vang", "UBND huyện Phú Vang", "district", aliases=("Phú Vang", "H.PV")),
    unit("phong-dien", "UBND huyện Phong Điền", "district"),
    unit("so-y-te", "Sở Y tế", "agency", "H57.22"),
    unit("so-lao-dong", "Sở Lao động - Thương binh và Xã hội", "agency"),
    unit("so-tai-nguyen", "Sở Tài nguyên và Môi trường", "agency"),
    unit("ban-quan-ly", "Ban Quản lý Khu kinh tế, công nghiệp Thừa Thiên Huế", "agency"),
    unit("van-phong", "Văn phòng UBND tỉnh", "agency"),
    unit("phu-mau", "UBND xã Phú Mậu", "commune", path=("phu-vang", *UNDER)),
    unit("phu-mau-2", "UBND xã Phú Mẫu", "commune", path=("phu-vang", *UNDER)),
    unit("quang-an", "UBND xã Quảng An", "commune", path=("quang-dien", *UNDER)),
    unit("quang-an-2", "UBND xã Quảng An", "commune", path=("phong-dien", *UNDER)),
    unit("tt-phong-dien", "UBND thị trấn Phong Điền", "commune", path=("phong-dien", *UNDER)),
    # of another province: a table of ours must never fill these, whoever hands them in
    unit("gl-so-y-te", "Sở Y tế", "agency", "H21.22", path=("gia-lai", "ca-nuoc")),
    unit("gl-ayun", "UBND xã Ayun", "commune", "H21.105", path=("gia-lai", "ca-nuoc")),
)


OURS = Directory(UNITS, PROVINCE)


@pytest.fixture
def directory() -> Directory:
    return OURS


def with_units(*more: UnitRecord, without: Iterable[str] = ()) -> Directory:
    return Directory([record for record in UNITS if record.slug not in without] + list(more), PROVINCE)


@pytest.mark.parametrize(
    ("text", "kind", "core", "within", "code"),
    [
        ("UBND huyện Quảng Điền", "huyện", "Quảng Điền", (), None),
        ("Ủy ban nhân dân huyện Quảng Điền", "huyện", "Quảng Điền", (), None),
        ("Uỷ ban nhân dân Thành phố Huế", "thành phố", "Huế", (), None),
        ("UBND TP. Huế", "thành phố", "Huế", (), None),
        ("TP.Huế", "thành phố", "Huế", (), None),
        ("Tp Huế", "thành phố", "Huế", (), None),
        ("T.P Huế", "thành phố", "Huế", (), None),
        ("TX. Hương Thủy", "thị xã", "Hương Thủy", (), None),
        ("Tx Hương Thủy", "thị xã", "Hương Thủy", (), None),
        ("H. Phú Vang", "huyện", "Phú Vang", (), None),
        ("H Phú Vang", "", "H Phú Vang", (), None),
        ("Q. Phú Xuân", "quận", "Phú Xuân", (), None),
        ("Q1", "quận", "1", (), None),
        ("P. Vỹ Dạ", "phường", "Vỹ Dạ", (), None),
        ("Phường 10", "phường", "10", (), None),
        ("X. Quảng An", "xã", "Quảng An", (), None),
        ("TT. Sịa", "thị trấn", "Sịa", (), None),
        ("T. Phong", "", "T. Phong", (), None),
        ("Sở Y tế - tỉnh Gia Lai", "sở", "Y tế", ("tỉnh Gia Lai",), None),
        ("Sở Y tế, tỉnh Gia Lai", "sở", "Y tế", ("tỉnh Gia Lai",), None),
        ("Sở Y tế (tỉnh Gia Lai)", "sở", "Y tế", ("tỉnh Gia Lai",), None),
        ("Sở Y tế thuộc tỉnh Gia Lai", "sở", "Y tế", ("tỉnh Gia Lai",), None),
        ("Sở Y tế thuộc UBND tỉnh Gia Lai", "sở", "Y tế", ("tỉnh Gia Lai",), None),
        ("Sở Y tế tỉnh Gia Lai", "sở", "Y tế", ("tỉnh Gia Lai",), None),
        ("Sở Y tế TP. Huế", "sở", "Y tế", ("thành phố Huế",), None),
        (
            "Ban quản lý các khu công nghiệp - Tỉnh Phú Thọ",
            "ban",
            "quản lý các khu công nghiệp",
            ("tỉnh Phú Thọ",),
            None,
        ),
        ("Văn phòng UBND Tỉnh - Tỉnh Phú Thọ", "", "Văn phòng UBND Tỉnh", ("tỉnh Phú Thọ",), None),
        ("UBND huyện A Lưới tỉnh Thừa Thiên Huế", "huyện", "A Lưới", ("tỉnh Thừa Thiên Huế",), None),
        (
            "UBND xã Quảng An, H. Quảng Điền - tỉnh Thừa Thiên Huế",
            "xã",
            "Quảng An",
            ("huyện Quảng Điền", "tỉnh Thừa Thiên Huế"),
            None,
        ),
        ("Sở Lao động - Thương binh và Xã hội", "sở", "Lao động - Thương binh và Xã hội", (), None),
        ("Sở Ngoại vụ - Quan hệ quốc tế", "sở", "Ngoại vụ - Quan hệ quốc tế", (), None),
        ("UBND tỉnh Bà Rịa - Vũng Tàu", "tỉnh", "Bà Rịa - Vũng Tàu", (), None),
        ("UBND huyện Quan Hóa", "huyện", "Quan Hóa", (), None),
        ("So Y te - tinh Gia Lai", "sở", "Y te", ("tỉnh Gia Lai",), None),
        ("Sở Y tế (H57.01)", "sở", "Y tế", (), "H57.01"),
        ("[h57.01] Sở Y tế", "sở", "Y tế", (), "H57.01"),
        ("(000.01.02.H57) - Sở Y tế", "sở", "Y tế", (), "000.01.02.H57"),
        ("Sở Y tế - tỉnh Gia Lai (H21.17)", "sở", "Y tế", ("tỉnh Gia Lai",), "H21.17"),
        ("Phường 1 (cũ)", "phường", "1 (cũ)", (), None),
        ("Cả nước", "", "Cả nước", (), None),
        ("UBND", "", "", (), None),
        ("", "", "", (), None),
    ],
)
def test_parse(text: str, kind: str, core: str, within: tuple[str, ...], code: str | None) -> None:
    for form in ("NFC", "NFD"):
        name = parse(unicodedata.normalize(form, text))
        assert (name.kind, name.core, name.within, name.code) == (kind, core, within, code)


@pytest.mark.parametrize("record", [record for record in UNITS if not record.slug.startswith(("gl-", "quang-an"))])
def test_every_record_matches_its_own_name(directory: Directory, record: UnitRecord) -> None:
    assert directory.match(record.name) == Match(record.slug, "name")


@pytest.mark.parametrize(
    ("printed", "slug"),
    [
        ("UBND thành phố Huế - tỉnh Thừa Thiên Huế", "tp-hue"),
        ("UBND Thành Phố Huế", "tp-hue"),
        ("TP. Huế", "tp-hue"),
        ("Tp Huế", "tp-hue"),
        ("Ủy ban nhân dân TP Huế", "tp-hue"),
        ("TX. Hương Thuỷ", "huong-thuy"),
        ("UBND thị xã\nHương Thủy - tỉnh Thừa Thiên Huế", "huong-thuy"),
        ("H. Phú Vang", "phu-vang"),
        ("Huyện Phong Điền", "phong-dien"),
        ("TT Phong Điền", "tt-phong-dien"),
        ("UBND huyện Phong Điền, tỉnh Thừa Thiên Huế", "phong-dien"),
        ("SỞ Y TẾ", "so-y-te"),
        ("So Y te", "so-y-te"),
        ("Sở Y tế - tỉnh Thừa Thiên Huế", "so-y-te"),
        ("Sở Y tế tỉnh Thừa Thiên Huế", "so-y-te"),
        ("Sở Y tế tỉnh", "so-y-te"),
        ("Sở Y tế ¹", "so-y-te"),
        ("Sở Lao động, Thương binh & Xã hội", "so-lao-dong"),
        ("Sở Tài nguyên & Môi trường", "so-tai-nguyen"),
        ("Tỉnh Thừa Thiên Huế", PROVINCE),
        ("UBND tỉnh Thừa Thiên Huế - tỉnh Thừa Thiên Huế", PROVINCE),
        ("Tỉnh Gia Lai", "gia-lai"),  # the provinces are there to be compared with
        ("TP. Cần Thơ", "can-tho"),
        ("CẢ NƯỚC", "ca-nuoc"),
        ("xã Quảng An - huyện Quảng Điền", "quang-an"),
        ("xã Quảng An, huyện Phong Điền, tỉnh Thừa Thiên Huế", "quang-an-2"),
    ],
)
def test_same_unit_different_text(directory: Directory, printed: str, slug: str) -> None:
    assert directory.match(printed) == Match(slug, "name")
    assert directory.match(unicodedata.normalize("NFD", printed)) == Match(slug, "name")


@pytest.mark.parametrize(
    "printed",
    [
        "Sở Y tế - tỉnh Gia Lai",
        "Sở Y tế tỉnh Gia Lai",
        "Sở Y tế, tỉnh Gia Lai",
        "Sở Y tế thuộc UBND tỉnh Gia Lai",
        "Sở Y tế Gia Lai",
        "So Y te - tinh Gia Lai",
        "Sở Y tế - thành phố Cần Thơ",
        "Sở Y tế - tỉnh Không Có Thật",
        "UBND huyện Phong Điền - thành phố Cần Thơ",
        "UBND huyện Phong Điền - TP. Cần Thơ",
        "UBND xã Ayun - tỉnh Gia Lai",
        "Văn phòng UBND tỉnh Gia Lai",
        "UBND tỉnh Thừa Thiên Huế - tỉnh Gia Lai",
        "Cả nước - tỉnh Gia Lai",
        "Phú Vang - tỉnh Gia Lai",
    ],
)
def test_another_province_never_fills_ours_nor_is_ours_suggested(directory: Directory, printed: str) -> None:
    assert directory.match(printed) == Match(None, "other-province")


def test_units_of_another_tree_are_never_met(directory: Directory) -> None:
    assert directory.match("UBND xã Ayun") == Match(None, "unknown")
    assert directory.match("Sở Y tế").unit == "so-y-te"
    assert Directory(UNITS, "gia-lai").match("Sở Y tế").unit == "gl-so-y-te"
    assert Directory(UNITS, "nowhere").match("Sở Y tế") == Match(None, "unknown")


@pytest.mark.parametrize(
    ("printed", "suggestion"),
    [
        ("Huế", "tp-hue"),
        ("Quảng Điền", "quang-dien"),
        ("UBND huyện Quảng Điềng", "quang-dien"),
        ("UBND thị xã Quảng Điền", "quang-dien"),  # another kind of the same level
        ("UBND phường Quảng Điền", None),  # another level
        ("UBND thị xã Hương Thuyr", "huong-thuy"),
        ("Sở Tài nguyên Môi trường", "so-tai-nguyen"),
        ("Ban Quản lý Khu kinh tế, công nghiệp tỉnh", "ban-quan-ly"),
        ("Thừa Thiên Huế", PROVINCE),
        ("Sở Quy hoạch", None),
        ("UBND tỉnh Gia Lay", None),  # likest is no unit of ours
        ("UBND huyện", None),
        ("UBND", None),
        ("", None),
        ("¹", None),
    ],
)
def test_a_likeness_is_only_a_suggestion(directory: Directory, printed: str, suggestion: str | None) -> None:
    match = directory.match(printed)
    assert (match.unit, match.why, match.suggestion) == (None, "unknown", suggestion)


def test_a_bare_core_of_several_units_is_ambiguous_until_the_level_tells(directory: Directory) -> None:
    assert directory.match("Phong Điền") == Match(None, "ambiguous", None, ("phong-dien", "tt-phong-dien"))
    assert directory.match("Phong Điền", level="district").suggestion == "phong-dien"
    assert directory.match("Phong Điền", level="district").unit is None


def test_an_alias_says_what_a_bare_core_does_not(directory: Directory) -> None:
    assert directory.match("Phú Vang") == Match("phu-vang", "alias")
    assert directory.match("h.pv - tỉnh Thừa Thiên Huế") == Match("phu-vang", "alias")


def test_a_confirmed_alias_settles_two_candidates() -> None:
    city = unit("hue-city", "UBND Thành phố Huế", "province", None, path=("ca-nuoc",))
    assert with_units(city).match("UBND TP Huế") == Match(None, "ambiguous", None, ("tp-hue", "hue-city"))
    confirmed = unit("tp-hue", "UBND thành phố Huế", "district", aliases=("UBND TP Huế",))
    assert with_units(city, confirmed, without=["tp-hue"]).match("UBND TP Huế") == Match("tp-hue", "alias")


def test_an_alias_with_its_place_is_taken_at_its_word() -> None:
    renamed = unit("nam-dong", "UBND huyện Nam Đông", "district", aliases=("UBND huyện NĐ - tỉnh Huế",))
    assert with_units(renamed).match("UBND huyện NĐ - tỉnh Huế") == Match("nam-dong", "alias")
    assert with_units(renamed).match("UBND huyện NĐ").unit is None


def test_level_takes_part() -> None:
    directory = with_units(unit("hue-city", "UBND Thành phố Huế", "province", None, path=("ca-nuoc",)))
    assert directory.match("UBND thành phố Huế", level="district") == Match("tp-hue", "name")
    assert directory.match("UBND thành phố Huế", level="province") == Match("hue-city", "name")
    assert directory.match("UBND thành phố Huế - tỉnh Thừa Thiên Huế") == Match("tp-hue", "name")
    assert directory.match("Sở Y tế", level="district") == Match(None, "other-level", "so-y-te", ("so-y-te",))


def test_two_candidates_are_a_question(directory: Directory) -> None:
    assert directory.match("UBND xã Quảng An") == Match(None, "ambiguous", None, ("quang-an", "quang-an-2"))


def test_marks_tell_units_apart_that_fold_alike(directory: Directory) -> None:
    assert directory.match("xã Phú Mậu") == Match("phu-mau", "name")
    assert directory.match("xã Phú Mẫu") == Match("phu-mau-2", "name")
    assert directory.match("xa Phu Mau") == Match(None, "ambiguous", None, ("phu-mau", "phu-mau-2"))


@pytest.mark.parametrize(
    ("printed", "code", "expected"),
    [
        ("Sở Y tế", "H57.22", Match("so-y-te", "code")),
        ("Sở Y tế", " h57.22 ", Match("so-y-te", "code")),
        ("Sở Sức khỏe", "H57.22", Match("so-y-te", "code")),  # a name no other unit has
        ("", "H57", Match(PROVINCE, "code")),
        ("Sở Y tế (H57.22)", None, Match("so-y-te", "code")),
        ("Sở Y tế", "H21.22", Match(None, "code-contradicts", None, ("so-y-te",))),
        ("Sở Y tế (H21.22)", None, Match(None, "code-contradicts", None, ("so-y-te",))),
        ("Sở Y tế", "H57.23", Match(None, "code-contradicts", "so-y-te", ("so-y-te",))),
        ("Sở Tài nguyên và Môi trường", "H57.22", Match(None, "code-contradicts", None, ("so-y-te", "so-tai-nguyen"))),
        ("Sở Y tế - tỉnh Gia Lai", "H57.22", Match(None, "code-contradicts", None, ("so-y-te",))),
        ("UBND tỉnh Gia Lai", "H57", Match(None, "code-contradicts", None, (PROVINCE, "gia-lai"))),
        ("UBND xã Quảng An", "H57.22", Match(None, "code-contradicts", None, ("so-y-te", "quang-an", "quang-an-2"))),
        # not on record, but ours may have it
        ("Sở Tài nguyên và Môi trường", "H57.20", Match("so-tai-nguyen", "name")),
        ("Sở Tài nguyên và Môi trường", "000.00.20.H57", Match("so-tai-nguyen", "name")),
        ("Sở Tài nguyên và Môi trường", "H21.20", Match(None, "code-contradicts", None, ("so-tai-nguyen",))),
        ("UBND thành phố Cần Thơ", "H13", Match("can-tho", "name")),
        ("UBND thành phố Cần Thơ", "H57.99", Match(None, "code-contradicts", "can-tho", ("can-tho",))),
        ("Cả nước", "H99", Match(None, "code-contradicts", None, ("ca-nuoc",))),
        ("UBND huyện Quảng Điềng", "H57.99", Match(None, "unknown", "quang-dien", ("quang-dien",))),
        ("UBND huyện Quảng Điềng", "H21.99", Match(None, "unknown")),  # no suggestion across provinces
        # no official code at all
        ("Sở Y tế", "", Match("so-y-te", "name")),
        ("Sở Y tế", "-", Match("so-y-te", "name")),
        ("Sở Y tế", "17", Match("so-y-te", "name")),
    ],
)
def test_code(directory: Directory, printed: str, code: str | None, expected: Match) -> None:
    assert directory.match(printed, code=code) == expected


def test_a_code_without_any_to_compare_with_is_a_question() -> None:
    nameless = unit(PROVINCE, "UBND tỉnh Thừa Thiên Huế", "province", None, path=("ca-nuoc",))
    directory = with_units(nameless, without=[PROVINCE])
    found = directory.match("Sở Tài nguyên và Môi trường", code="H57.20")
    assert found == Match(None, "unknown-code", "so-tai-nguyen", ("so-tai-nguyen",))


def test_one_code_of_two_units_is_settled_by_the_name() -> None:
    directory = with_units(
        unit("hue-city", "UBND thành phố Huế", "province", "H57", path=("ca-nuoc",)), without=["tp-hue"]
    )
    assert directory.match("UBND tỉnh Thừa Thiên Huế", code="H57") == Match(PROVINCE, "code")
    assert directory.match("UBND thành phố Huế", code="H57") == Match("hue-city", "code")
    assert directory.match("Văn phòng", code="H57") == Match(None, "ambiguous", None, (PROVINCE, "hue-city"))


@given(st.one_of(st.text(), st.text(st.sampled_from("UBND.-,()& tỉnhuyệxãsởthàpốH57GiaLđ"), max_size=40)))
def test_no_text_raises_and_only_a_name_of_ours_matches(text: str) -> None:
    name = parse(text)
    assert isinstance(name, UnitName)
    assert " ".join(name.text.split()) == name.text
    assert parse(name.text).text == name.text or name.kind or name.within
    match = OURS.match(text)
    assert match.unit is None or not match.unit.startswith("gl-")
    assert (match.unit is not None) == (match.why in ("code", "name", "alias"))


def test_a_country_of_communes() -> None:
    """Takes a third of a second; a slip into N² would take minutes."""
    communes = [
        unit(f"xa-{i}", f"UBND xã Quảng Thọ {i}", "commune", f"H57.{i}", path=("quang-dien", *UNDER))
        for i in range(14_000)
    ]
    directory = with_units(*communes)
    for i in range(0, 14_000, 7):
        assert directory.match(f"UBND Xã Quảng Thọ {i} - tỉnh Thừa Thiên Huế").unit == f"xa-{i}"
