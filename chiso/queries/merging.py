"""Two records of one unit on the way to become one: what would move, and what stands in the way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from chiso.models import (
    OPEN_STATES,
    READABLE_STATES,
    CellNote,
    Edition,
    Finding,
    FindingState,
    Issuer,
    Level,
    Membership,
    Reply,
    Result,
    ResultChange,
    Standing,
    State,
    Unit,
    UnitSuccession,
)
from chiso.queries import standing
from chiso.values.alphabet import fold

NAMED = 5  # figures that a sentence names
Pair = tuple[Result, Result]  # the figure kept, and the other record's for the same indicator


@dataclass(frozen=True, slots=True)
class Merging:
    """`gone` becomes `kept`. Nothing is merged while there is an obstacle; each is a sentence."""

    kept: Unit
    gone: Unit
    obstacles: tuple[str, ...]
    figures: tuple[Result, ...]  # of drafts, that move
    twice: tuple[Pair, ...]  # of drafts, the same figure under both records
    names: tuple[str, ...]  # that `kept` is also written as from then on
    notes: int
    people: int
    successions: int
    below: tuple[Unit, ...]
    apart: tuple[Pair, ...]  # of `twice`, those that differ: they stand in the way
    stays: bool  # named by what is published or in the log: hidden, not deleted


def plan(*, kept: Unit, gone: Unit) -> Merging:
    moving, twice = _drafts(kept, gone)
    different = [pair for pair in twice if not _same(*pair)]
    return Merging(
        kept=kept,
        gone=gone,
        obstacles=(
            *_between(kept, gone),
            *_published(kept, gone),
            *_waiting(gone),
            *_apart(different),
            *_disputing(kept, gone),
            *_elsewhere(kept, gone, moving),
        ),
        figures=tuple(moving),
        twice=tuple(twice),
        names=tuple(_names(kept, gone)),
        notes=CellNote.objects.filter(unit=gone, edition__state__in=OPEN_STATES).count(),
        people=Membership.objects.filter(unit=gone).count(),
        successions=UnitSuccession.objects.filter(Q(predecessor=gone) | Q(successor=gone)).count(),
        below=tuple(gone.children.all()),
        apart=tuple(different),
        stays=stays(gone),
    )


def stays(gone: Unit) -> bool:
    """Whether something that never changes names it: figures and ranks that were published, the changes of figures."""
    return (
        Result.objects.filter(unit=gone).exists()
        or Standing.objects.filter(unit=gone).exists()
        or ResultChange.objects.filter(unit=gone).exists()
        or CellNote.objects.filter(unit=gone, edition__state__in=READABLE_STATES).exists()
    )


def offices(unit: Unit) -> list[int]:
    """The issuers in whose trees the unit stands, by key."""
    return list(Issuer.objects.filter(unit__in=unit.line()).order_by("pk").values_list("pk", flat=True))


def concerned(unit: Unit) -> list[int]:
    """The issuers whose editions may hold the unit, by key: the nation and the provinces may stand in anyone's."""
    if unit.level in (Level.NATION, Level.PROVINCE):
        return list(Issuer.objects.order_by("pk").values_list("pk", flat=True))
    return offices(unit)


def spoken_of(gone: Unit) -> list[int]:
    """Open editions in which a finding that is not fixed names the record, by key."""
    several = Edition.objects.open().filter(dispatch__issuer__in=concerned(gone))
    rows = Finding.objects.filter(edition__in=several).exclude(state=FindingState.FIXED).order_by("edition_id")
    said = rows.values_list("edition_id", "about")
    return list(dict.fromkeys(edition for edition, about in said if any(slug == gone.slug for slug, _code in about)))


def _between(kept: Unit, gone: Unit) -> Iterator[str]:
    if kept.pk == gone.pk:
        yield _("This is the same record.")
        return
    for unit in (kept, gone):
        if unit.merged_into_id is not None:
            yield _("“%(unit)s” (%(slug)s) was already merged into another record.") % _of(unit)
        if Issuer.objects.filter(unit=unit).exists():
            yield _("“%(unit)s” (%(slug)s) issues dispatches: its record is not merged.") % _of(unit)
    if kept.level != gone.level:
        yield _("They are of different levels: %(one)s, %(other)s.") % {
            "one": kept.get_level_display(), "other": gone.get_level_display(),
        }  # fmt: skip
    elif kept.pk in gone.line() or gone.pk in kept.line():
        yield _("One of them belongs to the other.")
    if offices(kept) != offices(gone):
        yield _("They stand in the trees of different offices.")


def _published(kept: Unit, gone: Unit) -> Iterator[str]:
    both = _holding(kept).filter(pk__in=_holding(gone).values("pk"))
    for edition in both.select_related("dispatch"):
        text = _("Edition %(number)s of %(dispatch)s is published with figures of both: they were two units then.")
        yield text % {"number": edition.number, "dispatch": edition.dispatch}


def _holding(unit: Unit) -> QuerySet[Edition]:
    """What is published with figures of the unit, also under records that were merged into it."""
    records = Unit.objects.records_of(unit)
    named = Q(pk__in=Result.objects.filter(unit__in=records).values("edition")) | Q(
        pk__in=Standing.objects.filter(unit__in=records).values("edition")
    )
    return Edition.objects.filter(named, state__in=READABLE_STATES)


def _waiting(gone: Unit) -> Iterator[str]:
    for edition in Edition.objects.filter(state=State.REVIEW, results__unit=gone).select_related("dispatch").distinct():
        text = _("Edition %(number)s of %(dispatch)s is in review and holds figures of “%(unit)s”. Send it back first.")
        yield text % {"number": edition.number, "dispatch": edition.dispatch, "unit": gone}


def _drafts(kept: Unit, gone: Unit) -> tuple[list[Result], list[Pair]]:
    """Figures of drafts that only the other record has, and those that both have."""
    rows = Result.objects.filter(edition__state=State.DRAFT).select_related("edition__dispatch__issuer", "indicator")
    there = {(row.edition_id, row.indicator_id): row for row in rows.filter(unit=kept)}
    moving, twice = [], []
    for row in rows.filter(unit=gone).order_by("edition_id", "indicator__order", "pk"):
        same = there.get((row.edition_id, row.indicator_id))
        if same is None:
            moving.append(row)
        else:
            twice.append((same, row))
    return moving, twice


def _same(one: Result, other: Result) -> bool:
    return (one.value, one.out_of) == (other.value, other.out_of)


def _apart(pairs: list[Pair]) -> Iterator[str]:
    if not pairs:
        return
    text = _(
        "The draft %(dispatch)s, edition %(number)s, has different figures for both. "
        "Correct or remove one of each first: %(figures)s."
    )
    for edition in {one.edition_id: one.edition for one, _other in pairs}.values():
        own = [(one, other) for one, other in pairs if one.edition_id == edition.pk]
        told = "; ".join(f"{one.indicator.label}: {one.printed} ≠ {other.printed}" for one, other in own[:NAMED])
        rest = len(own) - NAMED
        yield text % {
            "dispatch": edition.dispatch, "number": edition.number,
            "figures": told + (f"; +{rest}" if rest > 0 else ""),
        }  # fmt: skip


def _disputing(kept: Unit, gone: Unit) -> Iterator[str]:
    """One figure is disputed once: one record may have it, while the other says that it is missing."""
    own = set(Reply.objects.disputing().filter(unit=kept).values_list("edition", "indicator"))
    rows = Reply.objects.disputing().filter(unit=gone).select_related("edition__dispatch", "indicator").order_by("pk")
    for reply in rows:
        if (reply.edition_id, reply.indicator_id) in own:
            text = _(
                "Both have a reply to one figure that is not closed (%(indicator)s, %(dispatch)s). Answer one first."
            )
            yield text % {"indicator": reply.indicator.label, "dispatch": reply.edition.dispatch}


def _elsewhere(kept: Unit, gone: Unit, moving: list[Result]) -> Iterator[str]:
    """A figure may only go to a unit that exists at the date of its data, now or when it is corrected."""
    published = _holding(gone).select_related("dispatch__issuer")
    for edition in {each.pk: each for each in (*(row.edition for row in moving), *published)}.values():
        if not standing.may_hold(edition, kept):
            text = _(
                "“%(unit)s” is not valid at the date of the data of %(dispatch)s. Correct the days of the record first."
            )
            yield text % {"unit": kept, "dispatch": edition.dispatch}


def _names(kept: Unit, gone: Unit) -> Iterator[str]:
    """The other record's names, without those that are read as this one already."""
    known = {fold(kept.name)} | set(kept.aliases.values_list("folded", flat=True))
    for name in (gone.name, *gone.aliases.order_by("pk").values_list("alias", flat=True)):
        if fold(name) and fold(name) not in known:
            known.add(fold(name))
            yield name


def _of(unit: Unit) -> dict[str, str]:
    return {"unit": unit.name, "slug": unit.slug}
