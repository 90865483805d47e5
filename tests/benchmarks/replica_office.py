"""The country of `tests.benchmarks.replica`: its figures, its people, and what they publish. Django is set up by then."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from chiso.models import Edition, Membership, Notice, Result, Role, State, Unit, User
from chiso.pages import address

from . import data, numbers
from .measure import Meter


@dataclass(frozen=True)
class News:
    """What was published: its page, what stands on it, the notice of it, a figure of the unit and where to dispute it."""

    path: str
    mark: str
    notice: str
    figure: str
    reply: str


class Office:
    def __init__(self, folder: Path, *, units: int, dispatches: int) -> None:
        self.folder, self.units, self._number = folder, units, 5000
        meter = Meter(None)
        data.tables(meter)
        data.register(meter, units)
        data.fill(meter, dispatches)
        data.files(meter, str(folder / "in"), units, dispatches + 1)
        Edition.objects.filter(dispatch__symbol="BASE").delete()
        self.unit = Unit.objects.get(order=1, level="district")
        for turn in range(4):
            user = User.objects.create_user(f"reader{turn}@example.org")
            Membership.objects.create(user=user, unit=self.unit, role=Role.UNIT)
        self.said = f"{units} units, {Result.objects.count()} results"

    def cookies(self, who: str, how_many: int) -> list[str]:
        """Open sessions."""
        found = []
        for turn in range(how_many):
            browser = Client()
            user = User.objects.get(email=f"{who}{turn if how_many > 1 else ''}@example.org")
            browser.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
            found.append(browser.cookies["sessionid"].value)
        return found

    def pages(self) -> list[str]:
        """Boards, the unit's own page and figures of the published dispatches."""
        found = []
        for edition in Edition.objects.filter(state=State.PUBLISHED).select_related("dispatch__issuer"):
            own = edition.dispatch
            found += [address.board_url(own, code, "district") for code in ("TONG", "CKMB", "TDGQ")]
            found += [address.unit_dispatch_url(self.unit.slug, own), address.dispatch_url(own)]
            found += [address.figure_url(own, self.unit.slug, "TONG"), address.table_url(own, "district")]
        return found

    def import_all(self) -> None:
        """The whole country's file, loaded and published."""
        call_command(
            "load_dispatch", str(self.folder / "in" / "base.xlsx"), issuer=numbers.ISSUER, by="clerk@example.org",
            stdout=io.StringIO(),
        )  # fmt: skip
        call_command(
            "publish_dispatch", f"1082/{numbers.SYMBOL}", by="approver@example.org", accept_warnings="đã xem",
            stdout=io.StringIO(),
        )  # fmt: skip

    def publish_one(self) -> News:
        """A few units' figures, as text."""
        self._number += 1
        lines = [numbers.HEADINGS]
        for n in range(1, 6):
            unit = Unit.objects.get(order=n, level="district")
            figures = [f"{value / 100:.2f}".replace(".", ",") for value in numbers.row(n, self._number)]
            lines.append((str(n), unit.code or "", unit.name, *figures))
        above = f"Phụ lục {numbers.ORDINAL}\n{numbers.TITLE}\n"
        above += f"(Kèm theo Công văn số {self._number}/{numbers.SYMBOL} ngày 20/11/2026 của Văn phòng Chính phủ)\n"
        file = self.folder / f"{self._number}.txt"
        file.write_text(above + "\n".join("\t".join(line) for line in lines), encoding="utf-8")
        reference = f"{self._number}/{numbers.SYMBOL}"
        call_command("load_dispatch", str(file), issuer=numbers.ISSUER, by="clerk@example.org", stdout=io.StringIO())
        call_command(
            "publish_dispatch", reference, by="approver@example.org", accept_warnings="đã xem", stdout=io.StringIO()
        )
        edition = Edition.objects.select_related("dispatch__issuer").get(dispatch__number=str(self._number))
        notice = Notice.objects.filter(edition=edition, to__email="unit@example.org").order_by("-pk")[0]
        own = edition.dispatch
        return News(
            path=address.dispatch_url(own), mark=reference, notice=reverse("notice", args=[notice.pk]),
            figure=address.figure_url(own, self.unit.slug, "TONG"),
            reply=address.reply_url(own, self.unit.slug, "TONG"),
        )  # fmt: skip
