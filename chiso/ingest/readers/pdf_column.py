"""Text set in two columns (a letterhead, a signature beside "Nơi nhận"): left column first, then the right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chiso.ingest.readers.pdf_line import Segment

_LEFTMOST, _RIGHTMOST = 0.25, 0.8  # of the page's width: where a right column may begin
_FEWEST = 2  # segments in each column


@dataclass(frozen=True, slots=True)
class _Band:
    """Segments from `begin` to `end` (exclusive) fall to the left and right of `gutter`."""

    begin: int
    end: int
    gutter: float

    @property
    def length(self) -> int:
        return self.end - self.begin


def in_reading_order(segments: Sequence[Segment], width: float) -> list[Segment]:
    """The segments of a page (given from top to bottom) as a person reads them."""
    ordered: list[Segment] = []
    rest = list(segments)
    while band := _widest_band(rest, width):
        columns = rest[band.begin : band.end]
        ordered += rest[: band.begin]
        ordered += [segment for segment in columns if segment.x0 < band.gutter]
        ordered += [segment for segment in columns if segment.x0 >= band.gutter]
        rest = rest[band.end :]
    return ordered + rest


def _widest_band(segments: list[Segment], width: float) -> _Band | None:
    """The first stretch in two columns, its gutter chosen so that it is as long as can be."""
    starts = {seg.x0 for seg in segments if _LEFTMOST * width < seg.x0 < _RIGHTMOST * width}
    bands = [band for gutter in sorted(starts) for band in _bands(segments, gutter)]
    if not bands:
        return None
    longest = max(bands, key=lambda band: band.length)
    before = [band for band in bands if band.end <= longest.begin]
    return max(before, key=lambda band: band.length) if before else longest


def _bands(segments: list[Segment], gutter: float) -> list[_Band]:
    """Stretches in which nothing stands across the gutter."""
    bands: list[_Band] = []
    begin = 0
    for place in range(len(segments) + 1):
        if place == len(segments) or segments[place].x0 < gutter < segments[place].x1:
            band = _trimmed(segments, begin, place, gutter)
            if band:
                bands.append(band)
            begin = place + 1
    return bands


def _trimmed(segments: list[Segment], begin: int, end: int, gutter: float) -> _Band | None:
    """The stretch as far as both columns stand side by side; what comes before or after is no column."""
    left = [seg for seg in segments[begin:end] if seg.x0 < gutter]
    right = [seg for seg in segments[begin:end] if seg.x0 >= gutter]
    if not left or not right:
        return None
    top = max(min(seg.top for seg in side) for side in (left, right))
    bottom = min(max(seg.bottom for seg in side) for side in (left, right))
    while begin < end and segments[begin].bottom <= top:
        begin += 1
    while begin < end and segments[end - 1].top >= bottom:
        end -= 1
    inside = segments[begin:end]
    is_right = [seg.x0 >= gutter for seg in inside]
    if min(is_right.count(True), is_right.count(False)) < _FEWEST:
        return None
    return _Band(begin, end, gutter)
