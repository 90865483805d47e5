"""What a file says and what taking it over would do: the plan that is shown and then applied."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import PurePath

from chiso import checks
from chiso.checks.case import Outcome, Row, Sheet
from chiso.ingest.decision import Decision
from chiso.ingest.fact import Fact, Headline, Letter, Problem, Reading
from chiso.ingest.layout import Knowledge
from chiso.ingest.reading import Opened, open_file
from chiso.models import (
    About,
    Dispatch,
    Edition,
    IndicatorSet,
    Issuer,
    State,
    Upload,
    UploadState,
)
from chiso.values.reference import is_number, is_symbol

from . import case
from . import decision as decisions
from . import opened as files
from . import stored as on_record
from .knowledge import indicator_set, issuer_named, knowledge, names_elsewhere
from .stored import Key, Place, Stored
from .texts import Text, changes
from .understood import Source, source


@dataclass(slots=True)
class Entry:
    """One figure of the file beside what is stored.

    `hand_edited`: what is stored was typed, or was taken out, by hand. `moved`: the same figure at another place; it
    stays the person's who typed or confirmed it."""

    kind: str  # "new", "changed", "unchanged"
    fact: Fact
    place: Place
    before: Stored | None = None
    hand_edited: bool = False
    moved: bool = False

    @property
    def confirmed(self) -> bool:
        """A person said of this file's cell what is stored already, and answers for it from now on."""
        return self.kind == "unchanged" and self.fact.corrected is not None

    @property
    def of_a_person(self) -> bool:
        """Whether the stored figure is a person's once the file is taken over."""
        return self.fact.corrected is not None or (self.kind == "unchanged" and self.hand_edited)


@dataclass(slots=True)
class LoadPlan:
    """What taking a file over would do. `target` says where it would go:

    "new-dispatch", "draft" (the open draft), "published" and "in-review" (nothing may be loaded), or, where a person
    must answer first, "unknown-issuer", "other-issuer", "unknown-dispatch", "odd-number",
    "other-date", "no-indicator-set", "nothing-read", "recalled", "no-correction".

    `document` is the letter's own record where it corrects another dispatch: the figures go to that one's next
    edition, `dispatch` and `edition`, for a correcting dispatch has none of its own. `texts` are what would change in
    its record, or the dispatch's, and in the appendices."""

    reading: Reading
    target: str
    issuer: Issuer | None = None
    dispatch: Dispatch | None = None
    edition: Edition | None = None
    document: Dispatch | None = None
    known: Knowledge | None = None
    day: date | None = None  # whose units and indicators count
    stored: dict[Key, Stored] = field(default_factory=dict)  # all figures of the edition
    entries: tuple[Entry, ...] = ()
    absent: tuple[Stored, ...] = ()
    texts: tuple[Text, ...] = ()
    problems: tuple[Problem, ...] = ()
    indicator_set: IndicatorSet | None = None
    decisions: tuple[Decision, ...] = ()
    said: str = ""  # all facts of the file in short: 84,000 of them are spelt out once and not with each fingerprint
    is_fresh: bool = True  # the file was understood now, as a whole
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(("new", "changed", "unchanged", "absent"), 0))

    @property
    def may_apply(self) -> bool:
        return self.target in ("new-dispatch", "draft")

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """The checks on the figures as they would be. Worked out each time: who keeps or applies a file asks none."""
        return _checked(self)

    def rows(self) -> dict[Key, Row]:
        """The figures of the edition as they would be."""
        brought = {(entry.fact.unit or "", entry.fact.indicator): entry for entry in self.entries}
        kept = {key: row for key, row in self.stored.items() if key not in brought}
        rows = case.lasting(row.as_row for row in kept.values())
        return rows | {key: on_record.as_row(each.fact, each.place) for key, each in brought.items()}

    def known_of(self, edition: Edition) -> Knowledge | None:
        """What is known, where it is what counts for the edition too: a letter may give another day."""
        same = (self.day, self.indicator_set) == (case.day_of(edition.dispatch), edition.indicator_set)
        return self.known if same else None

    @property
    def record(self) -> Dispatch | None:
        """The dispatch whose record the letter completes: a published one says what it said, and of a correction it is
        the correcting document."""
        if self.document is not None:
            return self.document
        return self.dispatch if self.edition is None or self.edition.number == 1 else None

    @property
    def about(self) -> str:
        """What the sentence about the target names."""
        letter = self.reading.letter
        if self.target == "odd-number":
            return f"{letter.number}/{letter.symbol}"
        return str(self.dispatch or letter.issuer_name)

    @property
    def fingerprint(self) -> str:
        """The same for two plans that would do the same and say the same."""
        letter = self.reading.letter
        stored = (self.edition.pk, str(case.headline(self.edition))) if self.edition else None
        entries = [(each.kind, each.hand_edited, each.moved, each.before and each.before[:5]) for each in self.entries]
        said = (
            self.target,
            str(self.dispatch),
            str(self.document),
            stored,
            letter,
            self.said,
            entries,
            self.problems,
            self.decisions,
            self.reading.taught,
            sorted(self.absent),
            self.texts,
        )
        return hashlib.sha256(repr(said).encode()).hexdigest()


def plan(upload: Upload, opened: Opened | None = None, *, whole: bool = False) -> LoadPlan:
    """The plan of a file, worked out again from its bytes (as `opened` holds them) and what is on record now; `whole`:
    of all that it holds, whatever is wanted of it."""
    read = source(upload, lambda: files.of(upload)) if opened is None else Source.of(opened)
    return _plan_of(
        read, issuer=upload.issuer, into=upload.edition, today=upload.at.date(), decided=decisions.of(upload),
        only="" if whole else upload.wanted,
    )  # fmt: skip


def earlier(upload: Upload) -> Upload | None:
    """The very same file as this office loaded it before, where it waits or was taken over."""
    waits_or_counts = [UploadState.READING, UploadState.STAGED, UploadState.APPLIED]
    same = Upload.objects.filter(issuer=upload.issuer_id, about=upload.about, sha256=upload.sha256, pk__lt=upload.pk)
    return same.filter(state__in=waits_or_counts).first()


def read(data: bytes, name: str, *, issuer: Issuer | None, today: date) -> LoadPlan:
    """The plan of a file that is not kept. Raises `UnreadableFile`."""
    return plan_of(open_file(data, name), issuer=issuer, today=today)


def same_bytes(data: bytes, name: str, issuer: Issuer | None) -> Upload | None:
    """The file that this office received last with these bytes under this name, whatever became of it."""
    if issuer is None:
        return None
    sha256, short = hashlib.sha256(data).hexdigest(), PurePath(name).name[:255]
    rows = Upload.objects.filter(issuer=issuer, about=About.DISPATCH, sha256=sha256, name=short)
    return rows.order_by("-pk").first()


def plan_of(
    opened: Opened | Source, *, issuer: Issuer | None, today: date, into: Edition | None = None,
    decided: Sequence[Decision] = (), only: str = "",
) -> LoadPlan:  # fmt: skip
    """Stores nothing. `into` is asked only where the file names no dispatch; `decided` is what a person answered to the
    file's questions, `only` the one appendix that is wanted of it."""
    read = opened if isinstance(opened, Source) else Source.of(opened)
    return _plan_of(read, issuer=issuer, today=today, into=into, decided=decided, only=only)


def _plan_of(
    opened: Source, *, issuer: Issuer | None, today: date, into: Edition | None, decided: Sequence[Decision], only: str
) -> LoadPlan:
    named = issuer_named(opened.letter)
    office = issuer or named or _only_issuer(opened.letter)
    if office is None:
        return LoadPlan(Reading(opened.letter, reader=opened.reader), "unknown-issuer")
    if (named is not None and named != office) or names_elsewhere(opened.letter, office):
        return LoadPlan(Reading(opened.letter, reader=opened.reader), "other-issuer", issuer=office)
    meant = into.dispatch if into and into.dispatch.issuer_id == office.pk and not opened.letter.number else None
    found = find(office, opened.letter) or meant
    dispatch, document = _corrected(found)
    edition = _edition(dispatch, document)
    made = LoadPlan(Reading(opened.letter), "", office, dispatch, edition, document, decisions=tuple(decided))
    return _planned(made, opened, office, today, only)


def _only_issuer(letter: Letter) -> Issuer | None:
    """A file that names no office belongs to the only one there is."""
    if letter.issuer_name:
        return None
    issuers = list(Issuer.objects.select_related("unit")[:2])
    return issuers[0] if len(issuers) == 1 else None


def find(issuer: Issuer, letter: Letter) -> Dispatch | None:
    """The dispatch on record that a letter is: by number, symbol and year; before it has a number, by its data date.

    A number repeats each year: without a date it is enough only where it stands once."""
    rows = Dispatch.objects.filter(issuer=issuer).select_related(
        "issuer__unit", "corrects__issuer__unit", "replaces__issuer__unit"
    )
    unnumbered = rows.filter(number="", data_as_of=letter.data_as_of) if letter.data_as_of else rows.none()
    if not letter.number:
        return unnumbered.first()
    dated = letter.issued_on or letter.data_as_of
    numbered = rows.filter(number=letter.number, symbol=letter.symbol)
    found = list((numbered.filter(year=dated.year) if dated else numbered)[:2])
    if found:
        return found[0] if len(found) == 1 else None
    return unnumbered.first()  # typed before it had its number


def _planned(made: LoadPlan, opened: Source, office: Issuer, today: date, only: str) -> LoadPlan:
    letter, dispatch, edition = opened.letter, made.dispatch, made.edition
    day = letter.data_as_of or (case.day_of(dispatch) if dispatch else None) or letter.issued_on or today
    made.day, made.indicator_set = day, edition.indicator_set if edition else indicator_set(day)
    made.known = knowledge(office, day, made.indicator_set)
    made.reading, made.said = opened.read(made.known, made.decisions)
    made.is_fresh = opened.is_fresh and not only
    if only:
        _narrow(made.reading, only, bool(dispatch))
    _compare(made)
    made.target = _target(made)
    if made.may_apply:
        made.texts = changes(made.reading.letter, made.record, made.reading.appendices, edition)
    return made


def _narrow(reading: Reading, ordinal: str, known: bool) -> None:
    """Only one appendix of a file that may hold several; of a dispatch that is `known` nothing else is touched."""
    reading.appendices = [each for each in reading.appendices if each.ordinal == ordinal]
    reading.problems = [each for each in reading.problems if each.appendix == ordinal]
    reading.unknown_units = [each for each in reading.unknown_units if each.cell.appendix == ordinal]
    reading.doubled = [each for each in reading.doubled if each[1].split(",")[0] == ordinal]
    used = {each.layout for each in reading.appendices}
    reading.taught = [layout for layout in reading.taught if layout.code in used]
    reading.letter = replace(reading.letter, headline=Headline(), unread=(), odd_dates=())
    if known:
        reading.letter = replace(reading.letter, subject="", signer="")


def _corrected(found: Dispatch | None) -> tuple[Dispatch | None, Dispatch | None]:
    """(the dispatch whose figures these are, the document that corrects it or None)"""
    corrected = (found.corrects or found.replaces) if found else None
    return (corrected, found) if corrected else (found, None)


def _edition(dispatch: Dispatch | None, document: Dispatch | None) -> Edition | None:
    """The open edition, else the published one; of a correcting document the one that it makes."""
    if dispatch is None:
        return None
    rows = dispatch.editions.select_related("dispatch__issuer__unit", "indicator_set")
    rows = rows.filter(correcting=document) if document else rows
    return rows.open().first() or rows.published().first()


def _target(made: LoadPlan) -> str:
    letter, dispatch = made.reading.letter, made.dispatch
    if not made.known or not made.known.indicators:
        return "no-indicator-set"
    named = (letter.number and letter.issued_on) or (not letter.number and letter.data_as_of)
    if dispatch is None and not named:
        return "unknown-dispatch"
    own = made.document or dispatch
    if letter.number and not (own and own.number) and not _may_be_numbered(letter):
        return "odd-number"
    if not made.entries and not letter.headline.printed:
        return "nothing-read"
    return _into(letter, made, dispatch) if dispatch else "new-dispatch"


def _may_be_numbered(letter: Letter) -> bool:
    return is_number(letter.number) and is_symbol(letter.symbol)


def _into(letter: Letter, made: LoadPlan, dispatch: Dispatch) -> str:
    edition = made.edition
    if _dates_differ(letter, dispatch, made.document or dispatch):
        return "other-date"
    if edition is None and made.document:
        return "no-correction"
    if edition is None and dispatch.editions.exists():
        return "recalled"
    if edition is None or edition.state == State.DRAFT:
        return "draft"
    return "in-review" if edition.state == State.REVIEW else "published"


def _dates_differ(letter: Letter, dispatch: Dispatch, document: Dispatch) -> bool:
    """Figures of one date never go into a dispatch of another: one of the two is wrong, and a person knows which."""
    pairs = [(letter.data_as_of, dispatch.data_as_of), (letter.issued_on, document.issued_on)]
    return any(said and stored and said != stored for said, stored in pairs)


def _compare(made: LoadPlan) -> None:
    """Fill in entries, absent figures, problems and counts."""
    before = made.stored = on_record.figures(made.edition) if made.edition else {}
    removed = on_record.removed_by_hand(made.edition) if made.edition else set()
    facts = _figures(made.reading)
    made.entries = tuple(_entry(fact, before.get(key), key in removed) for key, fact in facts.items())
    held = {appendix.ordinal for appendix in made.reading.appendices}
    made.absent = tuple(figure for key, figure in before.items() if key not in facts and figure.place.ordinal in held)
    made.problems = tuple(_with_erasures(made.reading, before))
    made.counts |= Counter(entry.kind for entry in made.entries)
    made.counts["absent"] = len(made.absent)


def _figures(reading: Reading) -> dict[Key, Fact]:
    """One fact per unit and indicator; the first printing counts, later ones agree with it (`ingest.settle`)."""
    figures: dict[Key, Fact] = {}
    for appendix in reading.appendices:
        for fact in appendix.facts:
            if fact.unit is not None:
                figures.setdefault((fact.unit, fact.indicator), fact)
    return figures


def _entry(fact: Fact, before: Stored | None, removed: bool) -> Entry:
    place = on_record.place(fact)
    if before is None:
        return Entry("new", fact, place, None, hand_edited=removed)
    same = fact.printed == before.printed and (
        (on_record.scaled(fact.value), on_record.scaled(fact.out_of)) == (before.value, before.out_of)
    )
    by_hand, moved = before.source_id is None, place != before.place
    return Entry("unchanged" if same else "changed", fact, place, before, by_hand, moved)


def _with_erasures(reading: Reading, before: dict[Key, Stored]) -> list[Problem]:
    """An empty cell over a stored figure is a problem, not a note: loading never deletes."""
    problems = []
    for problem in reading.problems:
        stored = before.get((problem.unit or "", problem.indicator))
        if problem.why == "missing" and stored is not None:
            params = problem.params | {"stored": stored.printed}
            problem = replace(problem, why="would-erase", severity="error", params=params)  # noqa: PLW2901
        problems.append(problem)
    return problems


def _checked(made: LoadPlan) -> tuple[Outcome, ...]:
    if made.issuer is None or made.known is None or made.day is None or not made.known.indicators:
        return ()
    dispatch, chosen = made.dispatch or Dispatch(issuer=made.issuer), made.indicator_set
    read_headline = made.reading.letter.headline
    return tuple(
        checks.run(
            case.build(
                rows=made.rows(),
                known=made.known,
                sheets=_sheets(made),
                headline=read_headline
                if read_headline.score is not None or not made.edition
                else case.headline(made.edition),
                before=case.published_before(dispatch, chosen.pk, made.day) if chosen else None,
                doubled=made.reading.doubled,
            )
        )
    )


def _sheets(made: LoadPlan) -> list[Sheet]:
    """The file's appendices as they would be stored, and those of the edition that the file does not hold."""
    on_record = made.known.layouts if made.known else ()
    layouts = {layout.code: layout for layout in (*on_record, *made.reading.taught)}
    sheets = {sheet.ordinal: sheet for sheet in (case.sheets(made.edition) if made.edition else ())}
    for appendix in made.reading.appendices:
        kept = sheets.get(appendix.ordinal, Sheet(appendix.ordinal))
        layout = layouts.get(appendix.layout)
        sorts, within = (layout.sorts, layout.sorts_within) if layout else (kept.sorts, kept.sorts_within)
        sheets[appendix.ordinal] = Sheet(appendix.ordinal, appendix.title or kept.title, sorts, within)
    return list(sheets.values())
