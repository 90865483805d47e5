"""Why a number or a symbol cannot be one of a dispatch."""

from __future__ import annotations

from django.utils.translation import gettext as _

from chiso.values import reference


def faults(number: str, symbol: str) -> dict[str, str]:
    """Field -> sentence. Both may be empty: a dispatch has no number before it is issued. One alone is told at the
    field that is empty."""
    found = {}
    if number and not reference.is_number(number):
        found["number"] = _number(number)
    if symbol and not reference.is_symbol(symbol):
        text = _(
            "“%(text)s” is no symbol of a dispatch. Write letters and digits joined by hyphens, at most %(most)s signs:"
            " VPUB-KSTT."
        )
        found["symbol"] = text % {"text": symbol, "most": reference.LONGEST_SYMBOL}
    if number and not symbol:
        text = _("Type the symbol too, the letters behind the slash: VPUB-KSTT in “%(number)s/VPUB-KSTT”.")
        found.setdefault("symbol", text % {"number": number})
    if symbol and not number:
        text = _("Type the number too, the digits before the slash: 1082 in “1082/%(symbol)s”. Or leave both empty.")
        found.setdefault("number", text % {"symbol": symbol})
    return found


def _number(text: str) -> str:
    parts = reference.split(text)
    if parts:
        told = _("Write the number alone: %(number)s. The symbol (%(symbol)s) has its own field.")
        return told % {"number": parts[0], "symbol": parts[1]}
    return _("“%(text)s” is no number of a dispatch. Write digits, at most one letter behind them: 1082.") % {
        "text": text
    }
