"""What a file says and what taking it over would do: the plan that is shown and then applied."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date

from chiso import checks
from chiso.checks.case import Outcome, Sheet
from chiso.ingest.fact import Fact, Letter, Problem, Reading
from chiso.ingest.layout import Knowledge
from chiso.ingest.reading import Opened, open_file, understand
from chiso.models import Dispatch, Edition, Event, Issuer, Result, ResultChange, State, Upload, What

from . import case
from .knowledge import indicator_set, issuer_named, knowledge


@dataclass(frozen=True, slots=True)
class Entry:
    """One figure of the file beside what is stored. `hand_edited`: someone typed the stored one since the last load."""

    kind: str  # "new", "changed", "unchanged"
    fact: Fact
    before: Result | None = None
    hand_edited: bool = False


@dataclass(slots=True)
class LoadPlan:
    """What taking a file over would do. `target` says where it would go:

    "new-dispatch", "draft" (the open draft), "published" and "in-review" (nothing may be loaded), or, where a person
    must answer first, "unknown-issuer", "other-issuer", "unknown-dispatch", "no-indicator-set"."""

    reading: Reading
    target: str
    issuer: Issuer | None = None
    dispatch: Dispatch | None = None
    edition: Edition | None = None
    known: Knowledge | None = None
    entries: tuple[Entry, ...] = ()
    absent: tuple[Result, ...] = ()
    problems: tuple[Problem, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(("new", "changed", "unchanged", "absent"), 0))

    @property
    def may_apply(self) -> bool:
        return self.target in ("new-dispatch", "draft")


def plan(upload: Upload) -> LoadPlan:
    """The plan of a staged file, worked out again from its bytes and what is on record now."""
    with upload.file.open("rb") as handle:
        data = handle.read()
    return read(data, upload.name, issuer=upload.issuer, into=upload.edition, today=upload.at.date())


def read(data: bytes, name: str, *, issuer: Issuer | None, today: date, into: Edition | None = None) -> LoadPlan:
    """Raises `UnreadableFile`. Stores nothing. `into` is asked only where the file names no dispatch."""
    opened = open_file(data, name)
    named = issuer_named(opened.letter)
    office = issuer or named or _only_issuer(opened.letter)
    if office is None or (named is not None and named != office):
        reading = Reading(opened.letter, reader=opened.reader)
        return LoadPlan(reading, "unknown-issuer" if office is None else "other-issuer", issuer=office)
    dispatch = find(office, opened.letter) or (into.dispatch if into and not opened.letter.number else None)
    day = (case.day_of(dispatch) if dispatch else None) or opened.letter.data_as_of or opened.letter.issued_on or today
    return _planned(opened, office, dispatch, day)


def _only_issuer(letter: Letter) -> Issuer | None:
    """A file that names no office belongs to the only one there is."""
    if letter.issuer_name:
        return None
    issuers = list(Issuer.objects.select_related("unit")[:2])
    return issuers[0] if len(issuers) == 1 else None


def find(issuer: Issuer, letter: Letter) -> Dispatch | None:
    """The dispatch on record that a letter is: by number, symbol and year; before it has a number, by its data date."""
    rows = Dispatch.objects.filter(issuer=issuer).select_related("issuer__unit")
    if letter.number:
        dated = letter.issued_on or letter.data_as_of
        rows = rows.filter(number=letter.number, symbol=letter.symbol)
        return (rows.filter(year=dated.year) if dated else rows).order_by("-year").first()
    if letter.data_as_of:
        return rows.filter(number="", data_as_of=letter.data_as_of).first()
    return None


def _planned(opened: Opened, issuer: Issuer, dispatch: Dispatch | None, day: date) -> LoadPlan:
    known = knowledge(issuer, day)
    reading = understand(opened, known)
    edition = _edition(dispatch)
    made = LoadPlan(reading, _target(reading.letter, dispatch, edition, known), issuer, dispatch, edition, known)
    _compare(made)
    made.outcomes = _checked(made, day)
    return made


def _edition(dispatch: Dispatch | None) -> Edition | None:
    """The open edition, else the published one."""
    if dispatch is None:
        return None
    rows = dispatch.editions.select_related("dispatch__issuer__unit")
    return rows.open().first() or rows.published().first()


def _target(letter: Letter, dispatch: Dispatch | None, edition: Edition | None, known: Knowledge) -> str:
    if not known.indicators:
        return "no-indicator-set"
    if dispatch is None:
        named = (letter.number and letter.issued_on) or (not letter.number and letter.data_as_of)
        return "new-dispatch" if named else "unknown-dispatch"
    if edition is None or edition.state == State.DRAFT:
        return "draft"
    return "in-review" if edition.state == State.REVIEW else "published"


def _compare(made: LoadPlan) -> None:
    """Fill in entries, absent figures, problems and counts."""
    before = _stored(made.edition)
    typed = _typed_since_load(made.edition)
    facts = _figures(made.reading)
    made.entries = tuple(
        Entry(_kind(fact, before.get(key)), fact, before.get(key), key in typed) for key, fact in facts.items()
    )
    held = {appendix.ordinal for appendix in made.reading.appendices}
    made.absent = tuple(
        result
        for key, result in before.items()
        if key not in facts and result.appendix and result.appendix.ordinal in held
    )
    made.problems = tuple(_with_erasures(made.reading, before))
    made.counts |= Counter(entry.kind for entry in made.entries)
    made.counts["absent"] = len(made.absent)


def _figures(reading: Reading) -> dict[case.Key, Fact]:
    """One fact per unit and indicator; the first printing counts, later ones agree with it (`ingest.settle`)."""
    figures: dict[case.Key, Fact] = {}
    for appendix in reading.appendices:
        for fact in appendix.facts:
            if fact.unit is not None:
                figures.setdefault((fact.unit, fact.indicator), fact)
    return figures


def _kind(fact: Fact, before: Result | None) -> str:
    if before is None:
        return "new"
    same = (fact.value, fact.out_of, fact.printed) == (before.value, before.out_of, before.printed)
    return "unchanged" if same else "changed"


def _stored(edition: Edition | None) -> dict[case.Key, Result]:
    if edition is None:
        return {}
    rows = Result.objects.filter(edition=edition).select_related("unit", "indicator", "appendix")
    return {(row.unit.slug, row.indicator.code): row for row in rows}


def _typed_since_load(edition: Edition | None) -> set[case.Key]:
    """Figures that someone typed after the last file was taken over: a load says so before it replaces them."""
    if edition is None:
        return set()
    loaded = (
        Event.objects.filter(edition=edition, what=What.UPLOAD_APPLIED)
        .order_by("-id")
        .values_list("id", flat=True)
        .first()
    )
    changes = ResultChange.objects.filter(edition=edition, event__what=What.RESULT_STORED, event_id__gt=loaded or 0)
    return set(changes.values_list("unit__slug", "indicator__code"))


def _with_erasures(reading: Reading, before: dict[case.Key, Result]) -> list[Problem]:
    """An empty cell over a stored figure is a problem, not a note: loading never deletes."""
    problems = []
    for problem in reading.problems:
        stored = before.get((problem.unit or "", problem.indicator))
        if problem.why == "missing" and stored is not None:
            params = problem.params | {"stored": stored.printed}
            problem = replace(problem, why="would-erase", severity="error", params=params)  # noqa: PLW2901
        problems.append(problem)
    return problems


def _checked(made: LoadPlan, day: date) -> tuple[Outcome, ...]:
    """The checks on the figures as they would be."""
    if made.issuer is None or made.known is None or not made.known.indicators:
        return ()
    rows = case.stored(made.edition) if made.edition else {}
    rows |= {(entry.fact.unit or "", entry.fact.indicator): case.brought(entry.fact) for entry in made.entries}
    dispatch = made.dispatch or Dispatch(issuer=made.issuer)
    chosen = indicator_set(day)
    read_headline = made.reading.letter.headline
    return tuple(
        checks.run(
            case.build(
                rows=rows,
                known=made.known,
                sheets=_sheets(made),
                headline=read_headline
                if read_headline.score is not None or not made.edition
                else case.headline(made.edition),
                before=case.published_before(dispatch, chosen.pk, day) if chosen else None,
                doubled=made.reading.doubled,
            )
        )
    )


def _sheets(made: LoadPlan) -> list[Sheet]:
    """The file's appendices, and those of the edition that the file does not hold."""
    layouts = {layout.code: layout for layout in made.known.layouts} if made.known else {}
    sheets = {sheet.ordinal: sheet for sheet in (case.sheets(made.edition) if made.edition else ())}
    for appendix in made.reading.appendices:
        layout = layouts.get(appendix.layout)
        sorts, within = (layout.sorts, layout.sorts_within) if layout else ("", "")
        sheets[appendix.ordinal] = Sheet(appendix.ordinal, appendix.title, sorts, within)
    return list(sheets.values())
