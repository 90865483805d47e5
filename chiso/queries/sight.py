"""Whom of an office's units a reader meets by name.

An office shows its units the whole ranking, or each its own rank among peers without names (`Issuer.shows`). Every
page, download, search and answer in JSON that a unit's people may open asks this one rule, and queries hand out rows
that keep it; templates never decide it. The office's desk meets everybody by name, and so do readers of an office that
shows the whole ranking. Else a reader meets by name the own units, those below them, and what the dispatch reports on
(the province, the nation). Of any other unit nothing is told by which it could be known: name, short name, code, where
it stands in the file or among the units, how its figure is printed, of how many it is ("37/37"), or a text that speaks
of it. Its figure is told as what its rank rests on (`bare`).

For a page that names peers (who is tied, who stands above):

    seen = sight.of(user, dispatch.issuer)
    seen.called(unit.pk, unit.name, place)  # its name, or "Unit no. 2" by its place in the list
    seen.names(unit.pk)                     # whether it may be linked, searched, compared
    seen.told(edition.reason)               # free text, unless it speaks of a unit without a name
    sorted(tied, key=seen.among_equals)     # so that where one stands tells nothing of the others
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Case, Q, When
from django.utils.translation import gettext as _

from chiso.models import DESK_ROLES, Issuer, Kind, Level, Shows, Unit, User
from chiso.ranking.rules import ratio
from chiso.ranking.shown import decimals_of, shown
from chiso.values.name import fold, parse

_CALLED = ("name", "slug", "code", "aliases__alias")


@dataclass(frozen=True, slots=True)
class Bare:
    """What is told of a figure whose unit has no name: all that its rank rests on, in the form that all have. `kind` is
    how it reads, of a share "percent"; `value` is None where there is nothing to rank by."""

    value: Decimal | None
    out_of: Decimal | None
    kind: str


def bare(value: Decimal | None, out_of: Decimal | None, *, kind: str, maximum: Decimal | None) -> Bare:
    """A score of its indicator's maximum, whatever of its own stands in the document; a share as its rate, which its
    parts would be found from if it were told exactly."""
    if kind == Kind.SHARE:
        return Bare(None if value is None else rate(value, out_of), None, str(Kind.PERCENT))
    return Bare(value, maximum if kind == Kind.SCORE else None, kind)


def rate(value: Decimal, out_of: Decimal | None) -> Decimal | None:
    """A share in percent, as everywhere where it is not told exactly."""
    exact = ratio(value, out_of)
    return None if exact is None else shown(exact * 100, decimals_of([exact]))


@dataclass(frozen=True)
class Sight:
    """`named` are the ids of the units met by name, None where all are; `above` those to which one's own belong."""

    issuer: Issuer | None = None
    named: frozenset[int] | None = None
    above: frozenset[int] = frozenset()
    hidden: tuple[str, ...] = field(default=(), repr=False, compare=False)  # what the others are called

    @property
    def whole(self) -> bool:
        return self.named is None

    def ranks_only(self, *, rest: bool) -> bool:
        """Whether of peers without a name nothing but the rank is told: what counts what a rate leaves out (`rest`: not
        done beside done) would tell with the rate of whoever stands alone at the same rank of how many it is."""
        return rest and not self.whole

    def names(self, unit: int | None) -> bool:
        """`unit` is the key of a record, also of one that was merged into another."""
        return self.named is None or unit in self.named

    def groups_under(self, parent: int | None) -> bool:
        """Whether the reader is told of the peers within one parent, which are called by its name."""
        return self.names(parent) or parent in self.above

    def called(self, unit: int | None, name: str, place: int) -> str:
        """The unit's name, or what it is called without one: by its place in the list, counted from 1."""
        return name if self.names(unit) else nameless(place)

    def among_equals(self, unit: int | None) -> bool:
        """Those met by name stand last. The others are alike, so that their order tells nothing; were they in that of
        their denominators or of the file, the places of the named ones would tell it."""
        return self.names(unit)

    def told(self, text: str) -> str:
        """A text that people wrote (a reason, a note, a subject), or a word that it is withheld where it speaks of a
        unit that the reader does not meet by name: by its name (with or without the word for its kind), an other name,
        its code or its short name, whatever the marks and capitals."""
        if self.whole or not text.strip():
            return text
        spoken = f" {fold(text)} "
        if any(f" {word} " in spoken for word in self._words):
            return _("(not shown: it speaks of other units)")
        return text

    @cached_property
    def _words(self) -> frozenset[str]:
        """What the units of the office are called that the reader does not meet by name."""
        return frozenset(filter(None, (fold(each) for text in self.hidden for each in (text, parse(text).core))))


WHOLE = Sight()  # what the desk, the commands and the checks see


def of(user: User, issuer: Issuer) -> Sight:
    """What the user sees of the units of an office; one SQL query where it does not show the whole ranking, and one
    for the user's memberships unless they are known."""
    if _shows(issuer) == Shows.WHOLE or at_desk_of(user, issuer):
        return WHOLE
    mine = Unit.objects.unmerged().under([unit for unit, _role, _issues in memberships(user)]).order_by().values("pk")
    own = Unit.objects.filter(Q(pk__in=mine) | Q(merged_into__in=mine))
    beside = Unit.objects.filter(Q(pk=issuer.unit_id) | Q(level=Level.NATION))
    met = (own | beside).order_by().values("pk")
    every = Unit.objects.filter(Q(pk__in=met) | Q(pk__in=Unit.objects.under([issuer.unit_id]).order_by().values("pk")))
    rows = every.annotate(met=Case(When(pk__in=met, then=True), default=False)).order_by()
    named, above, hidden = set(), set(), set()
    for unit, parent, is_met, *called in rows.values_list("pk", "parent_id", "met", *_CALLED):
        if is_met:
            named.add(unit)
            above.add(parent)
        else:
            hidden.update(called)
    return Sight(issuer, frozenset(named), frozenset(above - {None}), tuple(text for text in hidden if text))


def _shows(issuer: Issuer) -> str:
    """What the office has chosen, which is the primary's to tell where the page is read from a replica."""
    if issuer._state.db in (None, DEFAULT_DB_ALIAS):
        return issuer.shows
    return Issuer.objects.using(DEFAULT_DB_ALIAS).values_list("shows", flat=True).get(pk=issuer.pk)


def memberships(user: User) -> tuple[tuple[int, str, bool], ...]:
    """(unit id, role, whether the unit has an office that issues) of the person, asked for once in a request."""
    if user.known_memberships is None:
        rows = user.memberships.values_list("unit_id", "role", "unit__issuer")
        user.known_memberships = tuple((unit, role, issuer is not None) for unit, role, issuer in rows)
    return user.known_memberships


def at_desk_of(user: User, issuer: Issuer) -> bool:
    """Whether the person works at the desk of this office, as `kept_issuers` says it."""
    return user.is_superuser or any(
        unit == issuer.unit_id and role in DESK_ROLES for unit, role, _ in memberships(user)
    )


def nameless(place: int) -> str:
    return _("Unit no. %(place)s") % {"place": place}


__all__ = ["WHOLE", "Bare", "Sight", "at_desk_of", "bare", "memberships", "nameless", "of", "rate"]
