"""What people are to units, given and taken by whoever administers their office: each change is told in its log."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.db import transaction

from chiso.models import Issuer, Membership, Unit, User, What

from .trail import by_hand_of, record

Line = tuple[Unit, str]  # "+ Clerk, Phong Điền"


def change(*, person: User, by: User, given: Sequence[Membership] = (), taken: Sequence[Membership] = ()) -> None:
    """Store what the person is from now on, and what not any more. `given` are new or changed."""
    with transaction.atomic():
        before = _of(person)
        given = [row for row in given if row.pk not in before or _is_other(row, before[row.pk])]
        lines = [_line("−", row) for row in (*taken, *filter(None, (before.get(row.pk) for row in given)))]
        for row in taken:
            by_hand_of(by, row).delete()
        for row in given:
            row.user = person
            by_hand_of(by, row).save()
        _tell(person, by, [*lines, *(_line("+", row) for row in given)])


def remove_person(*, person: User, by: User) -> None:
    """Delete the account of a person who never came, with all that the person was to be."""
    with transaction.atomic():
        _tell(person, by, [_line("−", row) for row in _of(person).values()])
        person.delete()


def _of(person: User) -> dict[int, Membership]:
    """What the person is now, while nobody else changes it."""
    User.objects.select_for_update(of=("self",)).get(pk=person.pk)
    return {row.pk: row for row in person.memberships.select_related("unit").order_by("pk")}


def _is_other(row: Membership, before: Membership) -> bool:
    return (row.unit_id, row.role) != (before.unit_id, before.role)


def _line(sign: str, row: Membership) -> Line:
    return row.unit, f"{sign} {row.get_role_display()}, {row.unit}"


def _tell(person: User, by: User, lines: Iterable[Line]) -> None:
    """One event for each office whose units they are: the people of another one read it nowhere."""
    offices: dict[Issuer | None, list[str]] = defaultdict(list)
    for unit, line in lines:
        offices[_office(unit)].append(line)
    for issuer, several in offices.items():
        subject = f"{person} ({person.email})"
        record(What.ROLES_CHANGED, by=by, subject=subject, why="\n".join(several), issuer=issuer)


def _office(unit: Unit) -> Issuer | None:
    """That of the unit, or the next one above it."""
    above: Unit | None = unit
    while above is not None:
        found = Issuer.objects.filter(unit=above).first()
        if found is not None:
            return found
        above = above.parent
    return None
