"""Answers to a staged file's questions: small forms of the preview, each handed over to its action."""

from __future__ import annotations

from collections.abc import Callable, Container
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.db import transaction
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from chiso.actions import decision as decide
from chiso.actions.decision import NewUnit
from chiso.ingest.layout import Role
from chiso.models import Direction, Indicator, Kind, Level, Unit, Upload, User
from chiso.queries.upload import LoadPlan

from .pick import IndicatorField, UnitField

MOST = 99_999  # rows and columns of a table
ROLES = [
    (Role.INDICATOR, _("figures of an indicator")), (Role.UNIT, _("the unit's name")),
    (Role.CODE, _("the unit's code")), (Role.POSITION, _("position (STT)")),
    (Role.RANK, _("printed rank")), (Role.LABEL, _("the indicator's name")),
    (Role.PROVINCE, _("figures of the province")), (Role.NATION, _("figures of the nation")),
    (Role.NONE, _("leave it out for good")),
]  # fmt: skip
LEVELS = [(level.value, level.label) for level in (Level.AGENCY, Level.DISTRICT, Level.COMMUNE)]


class Answer(forms.Form):
    """One answer. `act` hands it over; its fields are named alike in all forms, so that one address takes them all."""

    use_required_attribute = False

    def __init__(self, *args: Any, plan: LoadPlan, upload: Upload, by: User, **options: Any) -> None:
        self.plan, self.upload, self.by = plan, upload, by
        super().__init__(*args, **options)

    @property
    def refusal(self) -> str:
        """Every fault in one sentence: the forms are too small for more than one place to say it."""
        faults = []
        for name, errors in self.errors.items():
            label = self.fields[name].label if name in self.fields else ""
            faults += [f"{label}: {fault}" if label else str(fault) for fault in errors]
        return " ".join(faults)

    def act(self) -> str:
        """Does it, and says in words what was done."""
        raise NotImplementedError


class LineAnswer(Answer):
    """What a column or row holds."""

    appendix = forms.CharField(max_length=10, label="")
    axis = forms.ChoiceField(choices=[("column", ""), ("row", "")], label="")
    place = forms.IntegerField(min_value=1, max_value=MOST, label=_("Column"))
    role = forms.ChoiceField(choices=ROLES, label=_("Holds"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        rows = Indicator.objects.filter(indicator_set=self.plan.indicator_set)
        self.fields["indicator"] = IndicatorField(
            records=rows.all, label=_("Indicator"), required=False, max_length=300
        )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("role") != Role.INDICATOR:
            given["indicator"] = None
        elif not given.get("indicator") and "indicator" not in self.errors:
            self.add_error("indicator", _("Please name the indicator, or choose something else."))
        return given

    def act(self) -> str:
        given = self.cleaned_data
        indicator = given["indicator"]
        decide.map_line(
            upload=self.upload, by=self.by, appendix=given["appendix"], axis=given["axis"], place=given["place"],
            role=given["role"], indicator=indicator.code if indicator else "",
        )  # fmt: skip
        what = str(indicator) if indicator else str(dict(ROLES)[given["role"]])
        return gettext("Noted: %(what)s.") % {"what": what}


class IndicatorAnswer(Answer):
    """An indicator that the set lacks, entered and taken for the column or row at once."""

    appendix = forms.CharField(max_length=10, label="")
    axis = forms.ChoiceField(choices=[("column", ""), ("row", "")], label="")
    place = forms.IntegerField(min_value=1, max_value=MOST, label=_("Column"))
    code = forms.CharField(max_length=20, label=_("Code"))
    name = forms.CharField(max_length=300, label=_("Name"))
    kind_of = forms.ChoiceField(choices=Kind.choices, label=_("Kind"))  # "kind" tells the forms apart
    maximum = forms.DecimalField(
        required=False, localize=True, max_digits=8, decimal_places=2, min_value=Decimal("0.01"), label=_("Maximum")
    )
    direction = forms.ChoiceField(choices=Direction.choices, required=False, label=_("Which is better"))

    def act(self) -> str:
        given = self.cleaned_data
        with transaction.atomic():
            made = decide.make_indicator(
                upload=self.upload, by=self.by, code=given["code"], name=given["name"], kind=given["kind_of"],
                maximum=given["maximum"], direction=given["direction"],
            )  # fmt: skip
            decide.map_line(
                upload=self.upload, by=self.by, appendix=given["appendix"], axis=given["axis"], place=given["place"],
                role=Role.INDICATOR, indicator=made.code,
            )  # fmt: skip
        return gettext("New indicator: %(what)s.") % {"what": made}


class UnitAnswer(Answer):
    """Which unit a printed name means."""

    name = forms.CharField(max_length=500, label="")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["unit"] = UnitField(records=lambda: units_of(self.plan), label=_("Unit"), max_length=300)

    def act(self) -> str:
        name, unit = self.cleaned_data["name"], self.cleaned_data["unit"]
        decide.map_unit(upload=self.upload, by=self.by, name=name, unit=unit)
        return gettext("Noted: “%(name)s” is %(unit)s.") % {"name": name, "unit": unit}


class NewUnitAnswer(Answer):
    """A unit entered under its printed name."""

    name = forms.CharField(max_length=200, label=_("Name"))
    level = forms.ChoiceField(choices=LEVELS, label=_("Level"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["parent"] = UnitField(records=lambda: units_of(self.plan), label=_("Belongs to"), max_length=300)

    def act(self) -> str:
        given = self.cleaned_data
        wanted = NewUnit(given["name"], given["level"], given["parent"])
        (made,) = decide.make_units(upload=self.upload, by=self.by, wanted=[wanted])
        return gettext("New unit: %(unit)s.") % {"unit": made}


class CellAnswer(Answer):
    """What a cell should read."""

    appendix = forms.CharField(max_length=10, label="")
    row = forms.IntegerField(min_value=1, max_value=MOST, label="")
    column = forms.IntegerField(min_value=1, max_value=MOST, label="")
    text = forms.CharField(max_length=100, label=_("Should read"))
    why = forms.CharField(max_length=300, required=False, label=_("Why"))

    def act(self) -> str:
        given = self.cleaned_data
        decide.fix_cell(upload=self.upload, by=self.by, **given)
        place = {"row": given["row"], "column": given["column"], "text": given["text"]}
        return gettext("Noted: row %(row)s, column %(column)s reads “%(text)s”.") % place


class SkipAnswer(Answer):
    """A cell, or with column 0 a whole row, that gives no figure."""

    appendix = forms.CharField(max_length=10, label="")
    row = forms.IntegerField(min_value=1, max_value=MOST, label="")
    column = forms.IntegerField(min_value=0, max_value=MOST, label="")
    why = forms.CharField(
        max_length=300, label=_("Reason"), error_messages={"required": _("Please say why this is left unread.")}
    )

    def act(self) -> str:
        decide.skip_cell(upload=self.upload, by=self.by, **self.cleaned_data)
        return gettext("Noted: left unread.")


class UndoAnswer(Answer):
    """An answer taken back."""

    n = forms.IntegerField(min_value=1, max_value=10**9, label="")

    def act(self) -> str:
        decide.undo(upload=self.upload, by=self.by, n=self.cleaned_data["n"])
        return gettext("The answer is taken back.")


KINDS: dict[str, type[Answer]] = {
    "line": LineAnswer, "indicator": IndicatorAnswer, "unit": UnitAnswer, "new-unit": NewUnitAnswer,
    "cell": CellAnswer, "skip": SkipAnswer, "undo": UndoAnswer,
}  # fmt: skip


def units_of(plan: LoadPlan) -> Any:
    """The units that a name in the file may mean: the office's tree at the date of the data, the provinces, the
    nation."""
    slugs = [unit.slug for unit in plan.known.units] if plan.known else []
    return Unit.objects.filter(slug__in=slugs)


def given(form: Answer, act: Callable[[], str]) -> tuple[str, str]:
    """(what was done, why it was refused): one of the two is empty."""
    if not form.is_valid():
        return "", form.refusal
    try:
        return act(), ""
    except decide.UnableToDecide as refusal:
        return "", str(refusal)


@dataclass(frozen=True, slots=True)
class Decided:
    """An answer in words. `stray`: it does not act: nothing in the file fits it any more, or, of a column or row, too
    little of the table is known yet. `here`: it holds for this file only, all offices know the heading otherwise."""

    n: int
    kind: str
    text: str
    why: str
    by: str
    at: datetime | None
    stray: bool
    here: bool


def decided(upload: Upload, stray: Container[int] = (), here: Container[int] = ()) -> list[Decided]:
    people = {user.pk: str(user) for user in User.objects.filter(pk__in={each.get("by") for each in upload.decisions})}
    return [
        Decided(
            each["n"], each["kind"], _told(each), each.get("why", ""), people.get(each.get("by"), ""),
            parse_datetime(each.get("at", "")), each["n"] in stray, each["n"] in here,
        )
        for each in upload.decisions
    ]  # fmt: skip


def _told(each: dict[str, Any]) -> str:
    if each["kind"] == "units":
        return gettext("entered as new units: %(units)s") % {"units": ", ".join(made["name"] for made in each["made"])}
    return str(each.get("said", each["kind"]))


def remembered(upload: Upload, here: Container[int]) -> str:
    """What taking the figures over teaches, as a sentence; "" for nothing. `here` are answers for this file only."""
    kinds = [each["kind"] for each in upload.decisions if each["n"] not in here]
    lines = kinds.count("line")
    names = kinds.count("unit") + sum(len(each["made"]) for each in upload.decisions if each["kind"] == "units")
    told = [
        ngettext("%(count)s column or row", "%(count)s columns or rows", lines) % {"count": lines} if lines else "",
        ngettext("%(count)s name of a unit", "%(count)s names of units", names) % {"count": names} if names else "",
    ]
    what = ", ".join(filter(None, told))
    sentence = gettext("After that Chiso remembers %(what)s: next month it does not ask again.")
    return sentence % {"what": what} if what else ""
