"""One clean and one dirty case per id; the dirty one with the place where it must be found."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from chiso.checks.case import Case, Previous, Row, Sheet
from chiso.ingest.fact import Headline
from tests.checks.paper import DISTRICTS, PROVINCE, case_of, row

GROUPS = {
    "CKMB": "11.3/18",
    "TDGQ": "17.1/20",
    "CLGQ": "4.2/12",
    "TTTT": "2.7/10",
    "MDHL": "16.4/18",
    "MDSH": "10.4/22",
}


def index(total: str, **changed: str) -> tuple[Row, ...]:
    """The index of the province: its total, then its groups."""
    printed = {**GROUPS, **changed}
    groups = (row(PROVINCE, code, figure, f"I {n} 3") for n, (code, figure) in enumerate(printed.items(), start=3))
    return (row(PROVINCE, "TONG", total, "I 2 3"), *groups)


def districts(indicator: str, *printed: str, ranks: tuple[str, ...] = ()) -> tuple[Row, ...]:
    """Appendix II: one figure for each of the first districts."""
    ranks = ranks or ("",) * len(printed)
    return tuple(
        row(slug, indicator, figure, f"II {n} 3", str(n - 1), rank=rank)
        for n, ((slug, _), figure, rank) in enumerate(zip(DISTRICTS, printed, ranks, strict=False), start=2)
    )


def copies(total: str) -> Case:
    """The province's count in appendix I, one of 10 for each of the nine districts in appendix II."""
    return case_of(row(PROVINCE, "MDSH.5", total, "I 17 2"), *districts("MDSH.5", *["10"] * 9))


def since(before: str, now: str, indicator: str = "TONG") -> Case:
    earlier = (row(PROVINCE, indicator, before, "I 2 3"),)
    return case_of(row(PROVINCE, indicator, now, "I 2 3"), previous=Previous("943/VPUB-KSTT", earlier))


def deployed(share: str, rest: str) -> Case:
    return case_of(row("tp-hue", "CTDT.TK", share, "III 2 3"), row("tp-hue", "CTDT.CTK", rest, "III 2 5"))


def handled(overdue: str, rate: str) -> Case:
    return case_of(row("tp-hue", "HSTT.QH", overdue, "IV 2 3"), row("tp-hue", "HSTT.DH", rate, "IV 2 4"))


SORTED = (Sheet("II", sorts="TONG"),)
HEADLINE = Headline(Decimal("62.1"), Decimal(100), 48, 63, "62.1/100")
ALL_NINE = districts("TONG", *(printed for _, printed in DISTRICTS))

CLEAN: dict[str, Case] = {
    "letter-matches-appendix": case_of(*index("62.1/100"), headline=HEADLINE),
    "groups-add-up": case_of(*index("62.1/100")),
    "maxima-add-up": case_of(*index("62.1/100")),
    "totals-agree-across-appendices": copies("90"),
    "parts-of-whole": deployed("8/11", "3"),
    "printed-order": case_of(*districts("TONG", "50/100", "50/100", "49,9/100"), sheets=SORTED),
    "mixed-decimal-marks": case_of(*districts("TONG", "57,72/100", "56,39/100")),
    "mixed-thousands-marks": case_of(*districts("HSTT.QH", "2.145", "2.465", "503")),
    "kind-mismatch": case_of(row(PROVINCE, "MDSH.3", "0%", "I 15 2")),
    "out-of-bounds": case_of(row(PROVINCE, "MDSH.3", "100%", "I 15 2"), headline=HEADLINE),
    "printed-rank": case_of(*districts("TONG", "9/10", "7/10", "7/10", "5/10", ranks=("1", "2", "2", "4"))),
    "no-whole-total": handled("1", "97.62%"),
    "unchanged-since-last": since("60.58/100", "61.7/100"),
    "jump-since-last": since("60.58/100", "61.7/100"),
    "missing-unit": case_of(*ALL_NINE),
    "duplicate-unit": case_of(*ALL_NINE),
}

DIRTY: dict[str, tuple[Case, str]] = {
    "letter-matches-appendix": (case_of(*index("61.5/100"), headline=HEADLINE), "letter"),
    "groups-add-up": (case_of(*index("60.58/100")), "I, row 2, column 3"),
    "maxima-add-up": (case_of(*index("62.1/100", TTTT="2.7/12")), "I, row 2, column 3"),
    "totals-agree-across-appendices": (copies("91"), "I, row 17, column 2"),
    "parts-of-whole": (deployed("8/11", "2"), "III, row 2, column 5"),
    "printed-order": (case_of(*districts("TONG", "50/100", "50,01/100"), sheets=SORTED), "II, row 3, column 3"),
    "mixed-decimal-marks": (case_of(*districts("TONG", "57,72/100", "56.39/100")), "II"),
    "mixed-thousands-marks": (case_of(*districts("HSTT.QH", "2.145", "5932")), "II, column 3"),
    "kind-mismatch": (case_of(row(PROVINCE, "MDSH.3", "0 hồ sơ", "I 15 2")), "I, row 15, column 2"),
    "out-of-bounds": (case_of(row(PROVINCE, "MDSH.3", "100,1%", "I 15 2")), "I, row 15, column 2"),
    "printed-rank": (
        case_of(*districts("TONG", "9/10", "7/10", "7/10", "5/10", ranks=("1", "2", "2", "3"))),
        "II, row 5, column 3",
    ),
    "no-whole-total": (handled("6", "93.09%"), "IV, row 2, column 4"),
    "unchanged-since-last": (since("60.58/100", "60.58/100"), "I, row 2, column 3"),
    "jump-since-last": (since("60.58/100", "81.7/100"), "I, row 2, column 3"),
    "missing-unit": (case_of(*ALL_NINE[:8]), "II, phu-vang"),
    "duplicate-unit": (
        replace(case_of(*ALL_NINE), doubled=(("tp-hue", "II, row 11, column 2 (line 90)"),)),
        "II, row 11, column 2",
    ),
}
