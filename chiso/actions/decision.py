"""Answers to the questions of a staged file: each once, in place, undone as easily, and learnt when the file is taken
over. The file itself is never changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from chiso.ingest.fact import AppendixReading
from chiso.ingest.layout import Role
from chiso.models import Indicator, Level, LineRole, Unit, Upload, UploadState, User, What
from chiso.queries import decision as decisions
from chiso.queries import upload as uploads
from chiso.queries.upload import LoadPlan
from chiso.values.name import Directory, fold, parse
from chiso.words import problem as words
from chiso.words.place import where_text

from . import lock
from . import unit as units
from .trail import by_hand_of, record, record_each

_OF_ROWS = (Role.INDICATOR, Role.NONE)
Stored = dict[str, Any]


class UnableToDecide(Exception):
    """The file is no longer waiting, or the answer fits nothing in it."""


@dataclass(frozen=True, slots=True)
class NewUnit:
    """A unit to be entered under a printed name. Level "" is guessed from the name; without a parent it belongs to the
    issuer's unit."""

    name: str
    level: str = ""
    parent: Unit | None = None


def map_line(
    *, upload: Upload, by: User | None, appendix: str, place: int, role: str, axis: str = "column", indicator: str = "",
) -> Upload:  # fmt: skip
    """Say what a column holds, or a row of a table whose rows are indicators; "none" leaves it out for good."""

    def answer(plan: LoadPlan) -> tuple[Stored, str]:
        read = _appendix(plan, appendix)
        title = _title(read, axis, place)
        held = _role(plan, role, axis, indicator)
        part = {"column": "column", "row": "row"}[axis]
        shown = indicator or (_("left out") if held is Role.NONE else _role_shown(held))
        subject = f"{where_text(f'{appendix}, {part} {place}')}: “{title}” → {shown}"
        given = {"kind": "line", "appendix": appendix, "axis": axis, "place": place, "role": role}
        return given | {"indicator": indicator, "printed": title}, subject

    return _decide(upload, by, answer)


def make_indicator(
    *, upload: Upload, by: User | None, code: str, name: str, kind: str, maximum: Decimal | None = None,
    direction: str = "", short_name: str = "",
) -> Indicator:  # fmt: skip
    """Enter an indicator that the file's set lacks. It is shared by all offices: whoever answers for a file
    may make one, only an administrator changes it."""
    with transaction.atomic():
        upload = _waiting(upload)
        plan = uploads.plan(upload)
        if plan.indicator_set is None:
            raise UnableToDecide(words.target("no-indicator-set", ""))
        last = Indicator.objects.filter(indicator_set=plan.indicator_set).order_by("-order").first()
        made = Indicator(
            indicator_set=plan.indicator_set, code=code.strip(), name=name.strip(), kind=kind, maximum=maximum,
            direction=direction, short_name=short_name.strip(), order=last.order + 1 if last else 1,
        )  # fmt: skip
        try:
            made.full_clean()
        except ValidationError as faults:
            raise UnableToDecide(" ".join(faults.messages)) from faults
        with _alone(str(made)):
            by_hand_of(by, made).save()
        _say(upload, by, plan, _("new indicator %(indicator)s") % {"indicator": made})
    return made


def map_unit(*, upload: Upload, by: User | None, name: str, unit: Unit) -> Upload:
    """Say which unit a printed name means."""

    def answer(plan: LoadPlan) -> tuple[Stored, str]:
        if unit.slug not in {each.slug for each in (plan.known.units if plan.known else ())}:
            raise UnableToDecide(
                _("%(unit)s does not belong to the issuer's tree at the date of the data.") % {"unit": unit}
            )
        _named(name)
        return {"kind": "unit", "name": name, "unit": unit.slug}, f"“{name}” → {unit}"

    return _decide(upload, by, answer)


def make_units(*, upload: Upload, by: User | None, wanted: Sequence[NewUnit]) -> list[Unit]:
    """Enter the units that a file names and nobody knows: "create all of these"."""
    with transaction.atomic():
        upload = _waiting(upload)
        plan = uploads.plan(upload)
        codes = {each.name: each.code for each in plan.reading.unknown_units}
        wanted = list({fold(each.name): each for each in reversed(wanted)}.values())[::-1]
        _unknown(plan, wanted)
        made = _entered(upload, by, [(each, codes.get(each.name)) for each in wanted])
        pairs = [{"name": each.name, "unit": unit.slug} for each, unit in zip(wanted, made, strict=True)]
        said = _("entered as new units: %(units)s") % {"units": ", ".join(map(str, made))}
        _keep(upload, by, {"kind": "units", "made": pairs, "said": said})
        _say(upload, by, plan, said)
    return made


def fix_cell(
    *, upload: Upload, by: User | None, appendix: str, row: int, column: int, text: str, why: str = ""
) -> Upload:
    """Say what a cell should read. A text that cannot be read either is refused with the reason."""

    def answer(plan: LoadPlan) -> tuple[Stored, str]:
        printed = _printed(_appendix(plan, appendix), row, column)
        subject = f"{where_text(f'{appendix}, row {row}, column {column}')}: “{printed}” → “{text.strip()}”"
        given = {"kind": "cell", "appendix": appendix, "row": row, "column": column, "text": text.strip()}
        return given | {"why": why.strip(), "printed": printed}, subject

    def accept(plan: LoadPlan) -> None:
        for each in plan.problems:
            at = (each.cell.appendix, each.cell.row, each.cell.column)
            if at == (appendix, row, column) and each.why in words.DOUBTS:
                raise UnableToDecide(words.sentence(each))

    return _decide(upload, by, answer, why=why, accept=accept)


def skip_cell(*, upload: Upload, by: User | None, appendix: str, row: int, column: int, why: str) -> Upload:
    """Leave a cell unread, or with column 0 a whole row, and say why."""

    def answer(plan: LoadPlan) -> tuple[Stored, str]:
        if not why.strip():
            raise UnableToDecide(_("Say why this is left unread."))
        read = _appendix(plan, appendix)
        printed = _printed(read, row, column) if column else _row_text(read, row)
        place = f"{appendix}, row {row}" + (f", column {column}" if column else "")
        given = {"kind": "skip", "appendix": appendix, "row": row, "column": column, "why": why.strip()}
        return given | {"printed": printed}, f"{where_text(place)}: “{printed}” → {_('left unread')}"

    return _decide(upload, by, answer, why=why)


def undo(*, upload: Upload, by: User | None, n: int) -> Upload:
    """Take an answer back. Units and indicators that were entered with it stay on record."""
    with transaction.atomic():
        upload = _waiting(upload)
        left = [each for each in upload.decisions if each["n"] != n]
        if len(left) == len(upload.decisions):
            raise UnableToDecide(_("This answer was already taken back."))
        (gone,) = (each for each in upload.decisions if each["n"] == n)
        upload.decisions = left
        upload.save(update_fields=["decisions"])
        taken = _("taken back: answer %(n)s") % {"n": n}
        _say(upload, by, None, f"{taken} – {gone.get('said', '')}".rstrip(" –"))
    return upload


# --- one way for all ---------------------------------------------------------------------------------


def _decide(
    upload: Upload, by: User | None, answer: Callable[[LoadPlan], tuple[Stored, str]], *, why: str = "",
    accept: Callable[[LoadPlan], None] | None = None,
) -> Upload:  # fmt: skip
    """Keep one answer. `accept` looks at the plan as it is with the answer, and may refuse."""
    with transaction.atomic():
        upload = _waiting(upload)
        plan = uploads.plan(upload)
        given, subject = answer(plan)
        _keep(upload, by, given | {"said": subject})
        if accept is not None:
            accept(uploads.plan(upload))
        _say(upload, by, plan, subject, why)
    return upload


def _waiting(upload: Upload) -> Upload:
    """The upload as it stands now, once nobody else writes in its office."""
    lock.office(upload.issuer_id)
    upload = Upload.objects.select_related("issuer__unit", "edition__dispatch").get(pk=upload.pk)
    if upload.state != UploadState.STAGED:
        raise UnableToDecide(_("This file was already taken over or discarded."))
    return upload


def _keep(upload: Upload, by: User | None, given: Stored) -> None:
    """Add an answer; an earlier one to the same question gives way."""
    upload.answered += 1
    kept = [each for each in upload.decisions if _question(each) != _question(given)]
    stamp = {"n": upload.answered, "by": by.pk if by else None, "at": timezone.now().isoformat()}
    upload.decisions = [*kept, stamp | given]
    upload.save(update_fields=["decisions", "answered"])


def _question(given: Stored) -> tuple[object, ...]:
    """What an answer is about: a column, a cell, a name."""
    kind = given["kind"]
    if kind == "line":
        return kind, given["appendix"], given["axis"], given["place"]
    if kind in ("cell", "skip"):
        return "cell", given["appendix"], given["row"], given["column"]
    if kind == "unit":
        return kind, fold(given["name"])
    return kind, repr(given.get("made"))


def _say(upload: Upload, by: User | None, plan: LoadPlan | None, what: str, why: str = "") -> None:
    dispatch = plan.dispatch if plan else None
    subject = f"{upload.name}: {what}"
    record(What.UPLOAD_DECIDED, by=by, subject=subject, why=why.strip(), issuer=upload.issuer, dispatch=dispatch)


# --- places --------------------------------------------------------------------------------------------


def _appendix(plan: LoadPlan, ordinal: str) -> AppendixReading:
    found = next((each for each in plan.reading.appendices if each.ordinal == ordinal), None)
    if found is None:
        raise UnableToDecide(_("The file has no appendix %(ordinal)s.") % {"ordinal": ordinal})
    return found


def _title(read: AppendixReading, axis: str, place: int) -> str:
    """The heading of a column, or the label of a row."""
    if axis == "column" and 1 <= place <= len(read.columns):
        return " ".join(read.columns[place - 1].path)
    label = next((n for n, column in enumerate(read.columns, 1) if column.role == Role.LABEL), None)
    if axis == "row" and label is not None:
        return _printed(read, place, label)
    raise UnableToDecide(
        _("Appendix %(ordinal)s has no such column or row (%(place)s). Look at the file again.")
        % {"ordinal": read.ordinal, "place": place}
    )


def _role(plan: LoadPlan, role: str, axis: str, indicator: str) -> Role:
    if role not in set(Role) or (axis == "row" and Role(role) not in _OF_ROWS):
        raise UnableToDecide(_("Choose what the column or row holds."))
    codes = {each.code for each in (plan.known.indicators if plan.known else ())}
    if (Role(role) is Role.INDICATOR) != bool(indicator) or (indicator and indicator not in codes):
        raise UnableToDecide(_("Choose an indicator where figures of one stand, and only there."))
    return Role(role)


def _role_shown(role: Role) -> str:
    return str(LineRole(role.value).label)


def _printed(read: AppendixReading, row: int, column: int) -> str:
    """The file's own text at a place."""
    if row not in read.numbers or not 1 <= column <= len(read.rows[0]):
        raise UnableToDecide(
            _("Appendix %(ordinal)s has no cell at row %(row)s, column %(column)s. Look at the file again.")
            % {"ordinal": read.ordinal, "row": row, "column": column}
        )
    shown = read.rows[read.numbers.index(row)][column - 1]
    return read.raw.get((row, column), shown)


def _row_text(read: AppendixReading, row: int) -> str:
    cells = (_printed(read, row, column) for column in range(1, len(read.rows[0]) + 1))
    return " ".join(dict.fromkeys(text for text in cells if text))


# --- new units -----------------------------------------------------------------------------------------


def _unknown(plan: LoadPlan, wanted: Sequence[NewUnit]) -> None:
    """Refuse names that are on record by now: two units of one name would be told apart by nobody."""
    if not wanted:
        raise UnableToDecide(_("Choose at least one unit."))
    directory = Directory(plan.known.units, plan.known.issuer) if plan.known else None
    known = [each.name for each in wanted if directory and directory.match(each.name).unit]
    if known:
        raise UnableToDecide(_("On record by now: %(units)s. Look at the file again.") % {"units": ", ".join(known)})


@contextmanager
def _alone(names: str) -> Iterator[None]:
    """What all offices share is written while another may do the same: each holds its own lock alone."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as fault:
        text = _("Somebody else entered the same just now: %(names)s. Look at the file again.")
        raise UnableToDecide(text % {"names": names}) from fault


def _named(name: str) -> None:
    if not fold(name):
        raise UnableToDecide(_("The name is empty."))


class _Registry:
    """What new units must fit in, read once: a thousand of them took 6,006 queries when each was asked about."""

    def __init__(self, upload: Upload) -> None:
        self.office = upload.issuer.unit
        self.tree = set(Unit.objects.under([upload.issuer.unit_id]).order_by().values_list("pk", flat=True))
        rows = list(Unit.objects.order_by().values_list("slug", "code"))
        self.slugs, self.codes = {slug for slug, _code in rows}, {code for _slug, code in rows}

    def free_slug(self, name: str, parent: Unit) -> str:
        """The name as an address; with the parent's behind it, then a number, where it is taken."""
        stem = slugify(fold(name))[:60] or "don-vi"
        wanted, number = stem, 1
        while wanted in self.slugs:
            wanted = f"{stem[:40]}-{parent.slug[:30]}" if number == 1 else f"{stem}-{number}"
            number += 1
        self.slugs.add(wanted)
        return wanted

    def free_code(self, printed: str | None) -> str | None:
        """The official code printed beside a new name, where it is of this province and nobody has it."""
        code, home = (printed or "").upper(), (self.office.code or "").split(".")[0]
        if not home or home not in code.split(".") or code in self.codes:
            return None
        self.codes.add(code)
        return code


def _entered(upload: Upload, by: User | None, wanted: Sequence[tuple[NewUnit, str | None]]) -> list[Unit]:
    registry = _Registry(upload)
    with _alone(", ".join(each.name for each, _code in wanted)):
        made = units.store_new(units=[_made(registry, each, code) for each, code in wanted], by=by)
    record_each(What.UNIT_MADE, by=by, subjects=map(str, made), issuer=upload.issuer)
    return made


def _made(registry: _Registry, wanted: NewUnit, code: str | None) -> Unit:
    _named(wanted.name)
    name = parse(wanted.name)
    level = wanted.level or decisions.guessed_level(wanted.name) or ""
    if level not in (Level.AGENCY, Level.DISTRICT, Level.COMMUNE):
        raise UnableToDecide(_("Say of which level “%(name)s” is.") % {"name": wanted.name})
    parent = wanted.parent or registry.office
    if parent.pk not in registry.tree:
        raise UnableToDecide(
            _("%(unit)s does not belong to the issuer's tree at the date of the data.") % {"unit": parent}
        )
    slug = registry.free_slug(name.text if level == Level.AGENCY else name.core, parent)
    made = Unit(slug=slug, name=name.full, level=level, kind=name.kind, parent=parent, code=registry.free_code(code))
    try:
        made.clean_fields(exclude=["search", "sort_key", "parent"])  # what is unique, and the parent, were looked up
    except ValidationError as faults:
        raise UnableToDecide(f"{wanted.name}: {' '.join(faults.messages)}") from faults
    return made
