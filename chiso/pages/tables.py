"""The lists of the readers' door, drawn by `chiso/table.html`.

Rows come as ready text, in their order: formatting cell by cell in a template is what makes long lists slow.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import django_tables2 as tables
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy, pgettext_lazy
from django_tables2.data import TableListData

from chiso.pages import mark
from chiso.pages.address import dispatch_url
from chiso.queries.dispatch import ListedDispatch
from chiso.words.figure import MISSING, date_text, number_text


def page_number(request: HttpRequest) -> int:
    """The page of a list that the address asks for; whatever else stands there is the first."""
    asked = request.GET.get("page", "")
    return max(1, min(int(asked[:9]), 10**6)) if asked.isdecimal() else 1


class Head(tables.Column):
    """A column with a second, quiet line in its head (what it is out of, which is better) and its cells' class."""

    def __init__(self, *args: Any, note: str | Promise = "", css: str = "", **options: Any) -> None:
        super().__init__(*args, **options)
        self.note = note
        self.css = css


class InOrder(TableListData):
    """Rows that are in order already; the table only shows by which column."""

    def order_by(self, aliases: Iterable[str]) -> None:
        pass


class Listing(tables.Table):
    """A table with one column that names its rows (`row_head`), and a caption for those who cannot see the page."""

    row_head = ""

    def __init__(self, *args: Any, caption: str = "", **options: Any) -> None:
        super().__init__(*args, **options)
        self.caption = caption

    def turn_to(self, page: str | None, *, per_page: int) -> None:
        """The page asked for in the address; whatever else stands there is the first or the last one."""
        self.paginate(per_page=per_page)
        self.page = self.paginator.get_page(page)

    class Meta:
        template_name = "chiso/table.html"
        default = MISSING


class BoardTable(Listing):
    """A ranking list; its rows are `pages.board.Line`."""

    row_head = "unit"

    rank = Head(verbose_name=gettext_lazy("Rank"), css="rank")
    unit = Head(verbose_name=gettext_lazy("Unit"), css="name")
    number = Head(verbose_name=pgettext_lazy("column", "Figure"), css="number main")
    bar = Head(verbose_name=gettext_lazy("Compared"), css="graph", orderable=False, default="")
    printed = Head(verbose_name=gettext_lazy("As printed"), css="printed", orderable=False)

    def body(self) -> SafeString:
        """The rows, whose cells are ready texts: put together here, they take a fraction of what they take cell by
        cell in a template."""
        frames = [
            (column.name, *_frame(column.column.css, head=column.name == self.row_head)) for column in self.columns
        ]
        return SafeString("".join(self._row(row.record, frames) for row in self.paginated_rows))

    def _row(self, line: Any, frames: list[tuple[str, str, str]]) -> str:
        cells = "".join(f"{before}{conditional_escape(getattr(line, name))}{after}" for name, before, after in frames)
        return f'<tr class="own">{cells}</tr>' if line.own else f"<tr>{cells}</tr>"


def _frame(css: str, *, head: bool) -> tuple[str, str]:
    return (f'<th scope="row" class="{css}">', "</th>") if head else (f'<td class="{css}">', "</td>")


class UnitTable(Listing):
    """Units whose page the reader may open; its rows are `pages.unit.Line`."""

    row_head = "name"

    name = Head(verbose_name=gettext_lazy("Unit"), css="name")
    level = Head(verbose_name=gettext_lazy("Level"))
    parent = Head(verbose_name=gettext_lazy("Belongs to"))
    code = Head(verbose_name=gettext_lazy("Official code"))

    class Meta(Listing.Meta):
        row_attrs = {"class": lambda record: "own" if record.own else None}


class DispatchData(TableListData):
    """Missing ones last, whichever way the list is turned."""

    KEYS: dict[str, Callable[[ListedDispatch], Any]] = {
        "reference": lambda row: (row.dispatch.year, row.dispatch.number.zfill(20), row.dispatch.symbol),
        "issued_on": lambda row: row.dispatch.issued_on,
        "data_as_of": lambda row: row.dispatch.data_as_of,
        "score": lambda row: row.edition.headline_score,
        "rank": lambda row: row.edition.headline_rank,
    }

    def order_by(self, aliases: Iterable[str]) -> None:
        for alias in reversed(list(aliases)):
            name = alias.lstrip("-")
            have = [row for row in self.data if self.KEYS[name](row) is not None]
            lack = [row for row in self.data if self.KEYS[name](row) is None]
            self.data = sorted(have, key=self.KEYS[name], reverse=alias.startswith("-")) + lack


class DispatchTable(Listing):
    row_head = "reference"

    reference = Head(verbose_name=gettext_lazy("Dispatch"), css="name", empty_values=())
    issuer = Head(verbose_name=gettext_lazy("Issuer"), accessor="dispatch__issuer__name", orderable=False)
    issued_on = Head(verbose_name=gettext_lazy("Issued on"), accessor="dispatch__issued_on", css="date")
    data_as_of = Head(verbose_name=gettext_lazy("Data as of"), accessor="dispatch__data_as_of", css="date")
    subject = Head(verbose_name=gettext_lazy("Subject"), css="subject", orderable=False)
    score = Head(verbose_name=gettext_lazy("Score"), accessor="edition__headline_score", css="number")
    rank = Head(verbose_name=gettext_lazy("Rank"), accessor="edition__headline_rank", css="number")
    open_findings = Head(verbose_name=gettext_lazy("Open findings"), css="number findings", orderable=False)
    state = Head(verbose_name=gettext_lazy("State"), orderable=False, empty_values=())

    class Meta(Listing.Meta):
        pass

    def render_reference(self, record: ListedDispatch) -> SafeString:
        return format_html('<a href="{}">{}</a>', dispatch_url(record.dispatch), capfirst(str(record.dispatch)))

    def render_issued_on(self, record: ListedDispatch) -> str:
        return date_text(record.dispatch.issued_on)

    def render_data_as_of(self, record: ListedDispatch) -> str:
        return date_text(record.dispatch.data_as_of)

    def render_score(self, record: ListedDispatch) -> str:
        edition = record.edition
        if edition.headline_score is None:
            return MISSING
        text = number_text(edition.headline_score)
        return f"{text}/{number_text(edition.headline_out_of)}" if edition.headline_out_of else text

    def render_rank(self, record: ListedDispatch) -> str:
        edition = record.edition
        return f"{edition.headline_rank}/{edition.headline_rank_of}"

    def render_state(self, record: ListedDispatch) -> SafeString:
        return mark.chip(record.edition)
