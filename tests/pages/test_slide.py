"""A chart as a slide: one geometry as SVG and as PNG. The picture is looked at by its pixels."""

from __future__ import annotations

from io import BytesIO
from itertools import pairwise
from unicodedata import normalize
from xml.etree import ElementTree

import pytest
from django.template.loader import render_to_string
from django.utils import translation
from PIL import Image, ImageChops

from chiso.models import Edition
from chiso.pages import chart, letters, picture, slide
from chiso.queries.scorecard import Moment
from tests.pages.conftest import Office

from .test_chart import moment

OFFICE = "Văn phòng UBND tỉnh Thừa Thiên Huế"
TITLE = "Mức độ hài lòng về giải quyết thủ tục hành chính của UBND huyện Quảng Điền qua các công văn"
EDGE = 16  # pixels at each side that stay white


def a_dot_and_a_line(made: slide.Slide) -> tuple[list[tuple[float, float]], list[tuple[float, float]]]:
    """Where a dot is drawn, and where a line goes halfway between two."""
    panel = made.chart.panels[0]
    between = []
    for points in panel.lines:
        way = [tuple(map(float, point.split(","))) for point in points.split()]
        between += [((one[0] + other[0]) / 2, (one[1] + other[1]) / 2) for one, other in pairwise(way)]
    return [(dot.x, dot.y) for dot in panel.dots], between


def at(made: slide.Slide, image: Image.Image, x: float, y: float) -> tuple[int, int, int]:
    return image.getpixel((round((made.x + x) * picture.SCALE), round((made.y + y) * picture.SCALE)))


def seen(moments: list[Moment], title: str = TITLE, office: str = OFFICE) -> tuple[slide.Slide, Image.Image]:
    made = slide.made(moments, title=title, office=office)
    assert made is not None
    data = picture.png(made)
    assert len(data) < 250_000
    image = Image.open(BytesIO(data))
    image.load()
    assert image.size == (1920, 1080)
    assert image.format == "PNG"
    return made, image


def month(number: int, value: str | None, place: tuple[int, int, bool] | None = None, broken: str = "") -> Moment:
    return moment(number % 12 + 1, value, place, broken, year=2014 + number // 12)


def some(count: int) -> list[Moment]:
    return [month(number, str(40 + 7 * (number % 5)), (1 + number % 9, 9, False)) for number in range(count)]


@pytest.mark.parametrize("count", [2, 3, 12, 120])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_lines_and_dots_are_where_the_chart_has_them(count: int, language: str):
    with translation.override(language):
        made, image = seen(some(count))
    dots, between = a_dot_and_a_line(made)
    assert len(dots) == count
    labels = [(dot.x, dot.y) for dot in made.chart.panels[0].dots if dot.label]
    for x, y in dots:
        assert at(made, image, x, y) == (0x9C, 0x1C, 0x1F) or near_a_label(x, y, labels), (x, y)
    for x, y in between:
        red, green, _blue = at(made, image, x, y)
        assert red > green + 60 or near_a_label(x, y, labels), (x, y)
    assert 0.6 < made.chart.bottom / slide.HEIGHT < 0.95


def near_a_label(x: float, y: float, labels: list[tuple[float, float]]) -> bool:
    return any(abs(x - other) < 40 and 4 < abs(y - above) < 28 for other, above in labels)


@pytest.mark.parametrize("title", ["Chỉ số tổng hợp", TITLE, f"{TITLE}, {TITLE} và {TITLE}", "Ệ" * 400])
def test_nothing_leaves_the_frame(title: str):
    _made, image = seen(some(120), title, f"{OFFICE} và {OFFICE} và {OFFICE}")
    drawn = ImageChops.difference(image, Image.new("RGB", image.size, "#fff")).getbbox()
    assert drawn is not None
    left, top, right, bottom = drawn
    assert EDGE < left < right < image.width - EDGE
    assert EDGE < top < bottom < image.height - EDGE


def test_a_gap_is_a_gap_and_a_break_is_dashed_with_its_reason():
    moments = [month(0, "50"), month(1, "50"), month(2, None), month(3, "50"), month(4, "50", broken="reorganised")]
    made, image = seen(moments, "T")
    dots = made.chart.panels[0].dots
    middle = (dots[1].x + dots[2].x) / 2
    grid = (0xDC, 0xDA, 0xD4)  # the line of 50 of 100
    assert at(made, image, middle, dots[1].y) == grid
    assert at(made, image, (dots[0].x + dots[1].x) / 2, dots[0].y) == (0x9C, 0x1C, 0x1F)
    (broken,) = made.chart.breaks
    assert at(made, image, broken.x, dots[2].y - 20) != (0x9C, 0x1C, 0x1F)
    column = [at(made, image, broken.x, made.chart.panels[0].top + y / 2)[0] for y in range(300)]
    assert min(column) < 0x80
    assert column.count(255) > 60
    assert [each.text for each in made.chart.breaks] == [chart.broken_text("reorganised")]


@pytest.mark.parametrize("moments", [some(1), [month(0, "50"), month(1, None)], [month(0, None), month(1, None)]])
def test_there_is_no_slide_of_less_than_two_figures(moments: list[Moment]):
    assert slide.made(moments, title="T", office=OFFICE) is None


def test_the_slide_names_its_dispatches():
    moments = some(3)
    with translation.override("en"):
        assert told(moments).startswith("Source: H, 1/V (1 Jan 2014, draft); 2/V (1 Feb 2014, draft); 3/V")
        assert "120 dispatches from 1/V (1 Jan 2014, draft) to 12/V" in told(some(120))
        corrected = Edition(state="published", number=2)
        last = Moment(moments[2].dispatch, corrected, moments[2].day, None, None, None, "", True)
        assert "3/V (1 Mar 2014, edition 2)" in told([*moments[:2], last])


def test_no_word_of_a_title_stands_alone_in_its_last_line():
    title = "Tỷ lệ hồ sơ đúng hạn, trong hạn của UBND huyện Quảng Điền qua các công văn"
    made = slide.made(some(3), title=title, office=OFFICE)
    one, other = (letters.wide(line.text, slide.TITLE, 600) for line in made.above)
    assert " ".join(line.text for line in made.above) == title
    assert abs(one - other) < slide.WIDTH / 5
    assert len(slide.made(some(3), title="Chỉ số tổng hợp", office=OFFICE).above) == 1


def told(moments: list[Moment]) -> str:
    return slide.source(moments, "H").replace("\N{NO-BREAK SPACE}", " ")


def test_svg_and_png_are_of_one_geometry():
    made, image = seen(some(3))
    svg = ElementTree.fromstring(render_to_string("chiso/slide.svg", {"slide": made}))  # noqa: S314 -- our own
    name = "{http://www.w3.org/2000/svg}"
    assert svg.get("viewBox") == "0 0 960 540"
    texts = ["".join(text.itertext()) for text in svg.iter(f"{name}text")]
    assert " ".join(texts[: len(made.above)]) == TITLE
    assert texts[-1].endswith(").")
    circles = [(float(dot.get("cx")), float(dot.get("cy"))) for dot in svg.iter(f"{name}circle")]
    assert all(at(made, image, x, y) == (0x9C, 0x1C, 0x1F) for x, y in circles)


def test_every_letter_of_vietnamese_has_a_shape_of_its_own():
    vowels = "aăâeêioôơuưyAĂÂEÊIOÔƠUƯY"
    alphabet = {
        letter
        for vowel in vowels
        for mark in ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
        for letter in [normalize("NFC", vowel + mark)]
    } | set("đĐ")
    for weight in (400, 600):
        shapes = {}
        for letter in alphabet:
            ((_text, font),) = letters._runs(letter, 40, weight, False)
            shapes[letter] = bytes(font.getmask(letter)), font.getmask(letter).size
        assert len(set(shapes.values())) == len(alphabet)


def test_only_whoever_may_open_the_page_gets_the_picture(office: Office, seen_by):
    address = office.unit(office.draft, "nam-dong") + "chart.svg?format=png"
    answer = seen_by(office.cast.clerk).get(address)
    assert answer.headers["Content-Type"] == "image/png"
    assert 'filename="nam-dong-TONG.png"' in answer.headers["Content-Disposition"]
    assert Image.open(BytesIO(answer.content)).size == (1920, 1080)
    for person in (office.cast.unit_a, office.cast.unit_b):
        assert seen_by(person).get(address).status_code == 404
    html = seen_by(office.cast.clerk).get(office.unit(office.draft, "nam-dong")).content.decode()
    assert 'format=png" download>PNG</a>' in html
