"""A slide as PNG, at twice its size. Rules fall on whole pixels; the lines of figures are drawn large and made smaller,
so that they are smooth; letters come last. Whatever the chart holds, the picture has the same size."""

from __future__ import annotations

from io import BytesIO

from PIL import Image, ImageDraw

from chiso.pages import letters
from chiso.pages.chart import Chart, Dot, Panel
from chiso.pages.slide import SOURCE, TITLE, Slide

SCALE = 2
_FINER = 4  # lines are drawn so much larger
_INK, _QUIET, _RULE, _ACCENT, _PAPER = "#1a1a1d", "#5a5a62", "#dcdad4", "#9c1c1f", "#fff"  # those of chart_parts.svg
_LABEL, _SMALL, _NOTE = 12.5, 11.5, 11  # its sizes of letters
_DASH = 4


def png(slide: Slide) -> bytes:
    image = Image.new("RGB", (slide.width * SCALE, slide.height * SCALE), _PAPER)
    _rules(ImageDraw.Draw(image), slide)
    image.paste(_ACCENT, mask=_lines(slide, SCALE * _FINER).reduce(_FINER))
    _texts(_Pen(ImageDraw.Draw(image), slide))
    out = BytesIO()
    image.save(out, "PNG", dpi=(192, 192))
    return out.getvalue()


# --- Lines ----------------------------------------------------------------------------------------
def _rules(draw: ImageDraw.ImageDraw, slide: Slide) -> None:
    chart = slide.chart
    for each in chart.breaks:
        x, y = (slide.x + each.x) * SCALE, chart.panels[0].top
        while y < chart.bottom:
            ends = [(slide.y + at) * SCALE for at in (y, min(y + _DASH, chart.bottom))]
            draw.line([(x, ends[0]), (x, ends[1])], fill=_QUIET, width=SCALE)
            y += 2 * _DASH
    for panel in chart.panels:
        for tick in panel.ticks:
            y = (slide.y + tick.at) * SCALE
            ends = [(slide.x + at) * SCALE for at in (chart.left, chart.right)]
            draw.line([(ends[0], y), (ends[1], y)], fill=_RULE, width=SCALE)


def _lines(slide: Slide, scale: int) -> Image.Image:
    """What is to be coloured."""
    mask = Image.new("L", (slide.width * scale, slide.height * scale))
    draw = ImageDraw.Draw(mask)

    def at(x: float, y: float) -> tuple[float, float]:
        return (slide.x + x) * scale, (slide.y + y) * scale

    for panel in slide.chart.panels:
        for points in panel.lines:
            way = [at(*map(float, point.split(","))) for point in points.split()]
            draw.line(way, fill=255, width=2 * scale, joint="curve")
        for dot in panel.dots:
            draw.circle(at(dot.x, dot.y), 3.5 * scale, fill=255)
    return mask


# --- Letters --------------------------------------------------------------------------------------
class _Pen:
    def __init__(self, draw: ImageDraw.ImageDraw, slide: Slide) -> None:
        self.draw, self.slide = draw, slide

    def alone(self, x: float, y: float, text: str, size: float, *, fill: str = _QUIET, weight: int = 400) -> None:
        at = (x * SCALE, y * SCALE)
        letters.write(self.draw, at, text, size=size * SCALE, fill=fill, weight=weight)

    def inside(
        self, x: float, y: float, text: str, size: float, anchor: str, *, figures: bool = False, label: bool = False
    ) -> None:
        """In the chart; figures have digits of one width, and labels keep the lines off."""
        at = ((self.slide.x + x) * SCALE, (self.slide.y + y) * SCALE)
        letters.write(
            self.draw, at, text, size=size * SCALE, anchor=anchor, figures=figures,
            fill=_INK if label else _QUIET, weight=600 if label else 400, halo=1.5 * SCALE if label else 0,
        )  # fmt: skip


def _texts(pen: _Pen) -> None:
    slide, chart = pen.slide, pen.slide.chart
    for line in slide.above:
        pen.alone(line.x, line.y, line.text, TITLE, fill=_INK, weight=600)
    for line in slide.below:
        pen.alone(line.x, line.y, line.text, SOURCE)
    for panel in chart.panels:
        _panel(pen, chart, panel)
    for each in chart.breaks:
        pen.inside(each.text_x, chart.break_y, each.text, _NOTE, each.anchor)
    for gap in chart.gaps:
        pen.inside(gap.at, chart.gap_y, gap.text, _NOTE, "middle")
    for day in chart.days:
        pen.inside(day.at, chart.days_y, day.text, _SMALL, day.anchor, figures=True)
    if chart.sample:
        pen.inside(chart.left, chart.sample_y, chart.sample, _SMALL, "start")


def _panel(pen: _Pen, chart: Chart, panel: Panel) -> None:
    pen.inside(chart.left, panel.title_y, panel.title, _SMALL, "start")
    for tick in panel.ticks:
        pen.inside(chart.tick_x, tick.at + 0.35 * _SMALL, tick.text, _SMALL, tick.anchor, figures=True)
    for dot in panel.dots:
        if dot.label:
            pen.inside(dot.x, _label_y(dot), dot.label, _LABEL, dot.anchor, figures=True, label=True)


def _label_y(dot: Dot) -> float:
    return dot.y + (1.5 if dot.below else -0.75) * _LABEL
