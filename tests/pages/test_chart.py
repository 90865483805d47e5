"""A chart's lines, gaps, breaks and labels, as coordinates."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import pairwise

from chiso.models import Dispatch, Edition, Indicator
from chiso.pages import chart
from chiso.queries.position import Row
from chiso.queries.scorecard import Moment


def moment(
    month: int,
    value: str | None,
    place: tuple[int, int, bool] | None = None,
    broken: str = "",
    year: int = 2023,
    **kind,
) -> Moment:
    indicator = Indicator(code="X", **({"kind": "score", "maximum": Decimal(100), "direction": "higher"} | kind))
    of = {"edition": 1, "indicator": 1, "record": 1, "merged": None, "level": "district", "name": "A"}
    of |= {"parent": None, "parent_slug": None, "out_of": None, "cell": "", "file": ""}
    figure = Row(**of, value=Decimal(value), printed=value) if value else None
    dispatch = Dispatch(number=str(month), symbol="V", data_as_of=date(year, month, 1))
    return Moment(dispatch, Edition(), date(year, month, 1), indicator, figure, place, broken, False)


def drawn(*moments: Moment, width: int = chart.WIDE) -> chart.Chart:
    made = chart.drawn(moments, title="T", width=width)
    assert made is not None
    return made


def test_the_axis_goes_from_0_to_what_the_indicator_allows():
    made = drawn(moment(1, "0"), moment(2, "50"), moment(3, "100"))
    panel = made.panels[0]
    assert [dot.y for dot in panel.dots] == [panel.bottom, (panel.top + panel.bottom) / 2, panel.top]
    assert [tick.text for tick in panel.ticks] == ["0", "50", "100"]
    count = drawn(moment(1, "7024", kind="count", maximum=None), moment(2, "541", kind="count", maximum=None))
    assert count.panels[0].ticks[-1].text in {"8,000", "8.000"}
    percent = drawn(moment(1, "7", kind="percent", maximum=None), moment(2, "5", kind="percent", maximum=None))
    assert percent.panels[0].ticks[-1].text == "100"


def test_ranks_have_the_first_at_the_top():
    made = drawn(moment(1, "50", (9, 9, False)), moment(2, "60", (1, 9, True)))
    ranks = made.panels[1]
    assert [dot.y for dot in ranks.dots] == [ranks.bottom, ranks.top]
    assert [dot.label for dot in ranks.dots] == ["9/9", "=1/9"]
    assert [dot.below for dot in ranks.dots] == [True, False]
    assert made.panels[0].bottom < ranks.title_y - 12 < ranks.title_y < ranks.top - 20  # room for a label
    assert len(drawn(moment(1, "50", (9, 9, False)), moment(2, "60")).panels) == 1


def test_a_missing_figure_is_a_gap_and_a_break_is_dashed_with_its_reason():
    made = drawn(
        moment(1, "50"),
        moment(2, "51"),
        moment(3, None),
        moment(4, "52"),
        moment(5, "53"),
        moment(6, "54", broken="reorganised"),
    )
    assert [len(points.split()) for points in made.panels[0].lines] == [2, 2]
    assert len(made.panels[0].dots) == 5
    assert [gap.at for gap in made.gaps] == [
        gap.at for gap in made.gaps if made.panels[0].dots[1].x < gap.at < made.panels[0].dots[2].x
    ]
    assert [each.text for each in made.breaks] == [chart.broken_text("reorganised")]
    assert made.panels[0].dots[3].x < made.breaks[0].x < made.panels[0].dots[4].x


def test_several_missing_in_a_row_are_one_gap():
    made = drawn(moment(1, "50"), moment(2, None), moment(3, None), moment(4, "52"), moment(5, None))
    assert len(made.gaps) == 2
    assert made.panels[0].lines == ()


def test_time_is_to_scale_and_labels_do_not_meet():
    moments = [
        moment(number % 12 + 1, str(40 + number % 7), (1 + number % 9, 9, False), year=2014 + number // 12)
        for number in range(120)
    ]
    for width in (chart.WIDE, chart.NARROW):
        made = drawn(*moments, width=width)
        xs = [dot.x for dot in made.panels[0].dots]
        assert xs == sorted(xs)
        assert made.left <= xs[0]
        assert xs[-1] <= made.right
        labelled = [dot for dot in made.panels[0].dots if dot.label]
        assert labelled[0] == made.panels[0].dots[0]
        assert apart([(dot.x, dot.label, dot.anchor) for dot in labelled])
        assert made.panels[0].dots[-1].label
        assert len(made.panels[0].lines) == 1
        assert len(made.days) > 3
        assert apart([(day.at, day.text, day.anchor) for day in made.days])


def apart(texts: list[tuple[float, str, str]]) -> bool:
    """Whether no two of them meet, where a digit is 7 wide."""
    spans = [
        (x, x + 7 * len(text)) if anchor == "start" else (x - 3.5 * len(text), x + 3.5 * len(text))
        for x, text, anchor in texts
    ]
    return all(first[1] < second[0] for first, second in pairwise(spans))


def test_one_figure_alone_is_no_chart():
    assert chart.drawn([moment(1, "50"), moment(2, None)], title="T") is None
