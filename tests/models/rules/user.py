"""People and what they are to which unit."""

from __future__ import annotations

from chiso.models import Membership, Role, User

from .world import Rule, World


def _person(email: str):
    # Past the manager, which writes every address in small letters.
    return lambda _: User.objects.create(email=email)


def _member(*members: tuple[int, str]):
    def tried(world: World) -> None:
        for number, role in members:
            Membership.objects.create(user=world.person, unit=world.tree.districts[number], role=role)

    return tried


RULES = {
    "user_email_once_in_any_case": Rule(
        allowed=[_person("clerk@example.com"), _person("Approver@example.org")],
        refused=[_person("Clerk@Example.org")],
    ),
    "membership_once": Rule(
        allowed=[_member((0, Role.UNIT), (1, Role.UNIT)), _member((0, Role.CLERK), (0, Role.APPROVER))],
        refused=[_member((0, Role.UNIT), (0, Role.UNIT))],
    ),
    "membership_role_known": Rule(
        allowed=[_member((0, role)) for role in Role.values], refused=[_member((0, "owner")), _member((0, ""))]
    ),
}
