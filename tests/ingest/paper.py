"""A small PDF written by hand: words at places, rules, pictures. Places count from the top left, in points."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field

WIDTH, HEIGHT = 595, 842


@dataclass(slots=True)
class Page:
    """One page; every method adds to it and returns it."""

    drawn: list[str] = field(default_factory=list)
    has_picture: bool = False

    def words(self, text: str, x: float, y: float, size: float = 12) -> Page:
        """Text whose baseline lies `y` under the top. Letters are those of Helvetica without accents."""
        escaped = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
        self.drawn.append(f"BT /F {size} Tf {x} {HEIGHT - y} Td ({escaped}) Tj ET")
        return self

    def rule(self, x0: float, y0: float, x1: float, y1: float) -> Page:
        self.drawn.append(f"0.5 w {x0} {HEIGHT - y0} m {x1} {HEIGHT - y1} l S")
        return self

    def grid(self, lefts: list[float], tops: list[float]) -> Page:
        """All rules of a table."""
        for top in tops:
            self.rule(lefts[0], top, lefts[-1], top)
        for left in lefts:
            self.rule(left, tops[0], left, tops[-1])
        return self

    def picture(self) -> Page:
        """A picture over the whole page."""
        self.drawn.append(f"q {WIDTH} 0 0 {HEIGHT} 0 0 cm /P Do Q")
        self.has_picture = True
        return self


def pdf(*pages: Page) -> bytes:
    """The file. Without a page it is still well formed."""
    font, picture = 3, 4
    first = 5
    kids = " ".join(f"{first + 2 * number} 0 R" for number in range(len(pages)))
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        stream(b"\0", "/Type /XObject /Subtype /Image /Width 1 /Height 1 /BitsPerComponent 8 /ColorSpace /DeviceGray"),
    ]
    for number, page in enumerate(pages):
        resources = f"<< /Font << /F {font} 0 R >> /XObject << /P {picture} 0 R >> >>"
        parts.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {WIDTH} {HEIGHT}] /Resources {resources} "
            f"/Contents {first + 2 * number + 1} 0 R >>".encode()
        )
        parts.append(stream("\n".join(page.drawn).encode("latin-1")))
    return assembled(parts)


def stream(content: bytes, entries: str = "") -> bytes:
    """A packed stream object."""
    packed = zlib.compress(content)
    return (
        f"<< {entries} /Filter /FlateDecode /Length {len(packed)} >>".encode() + b"\nstream\n" + packed + b"\nendstream"
    )


def assembled(parts: list[bytes]) -> bytes:
    """Objects 1, 2, … with their table of places."""
    data, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, start=1):
        places.append(len(data))
        data += b"%d 0 obj\n" % number + part + b"\nendobj\n"
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    begin = len(data)
    size = len(parts) + 1
    data += b"xref\n0 %d\n0000000000 65535 f \n" % size + table
    return data + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, begin)
