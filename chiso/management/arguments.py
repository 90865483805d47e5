"""What the commands about one dispatch share: their arguments, the edition meant, their exit codes.

0 done, 1 there is something to answer, 2 cannot be read.
"""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from chiso.models import Edition, Issuer, User, kept_issuers
from chiso.queries import dispatch as dispatches
from chiso.queries.edition import may_decide, of_document

DONE, ANSWER, UNREADABLE = 0, 1, 2


def add_dispatch(parser: ArgumentParser) -> None:
    parser.add_argument("dispatch", help='"1082/VPUB-KSTT"')
    parser.add_argument("--year", type=int, help="where the number stands in several years")
    parser.add_argument("--issuer", help="the issuer's short name, where several have the number")
    parser.add_argument("--edition", type=int, help="default: the open draft, else the last published")
    add_json(parser)


def add_json(parser: ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="one object on standard output and nothing else")


def edition_meant(options: dict[str, Any]) -> Edition:
    """Raises CommandError (exit 2) where there is none, or with the candidates where there are several."""
    found = dispatches.find(options["dispatch"], year=options["year"], issuer=options["issuer"])
    if not found:
        raise CommandError(
            _("There is no dispatch %(number)s.") % {"number": options["dispatch"]}, returncode=UNREADABLE
        )
    if len(found) > 1:
        lines = "\n".join(f"  {each}  --year {each.year} --issuer {each.issuer.slug}" for each in found)
        text = _("Several dispatches bear %(number)s; name one:") % {"number": options["dispatch"]}
        raise CommandError(f"{text}\n{lines}", returncode=UNREADABLE)
    number = options["edition"]
    of_it = Edition.objects.filter(of_document(found[0].pk))  # of a correcting document: the one that it made
    rows = of_it.select_related("dispatch__issuer__unit", "indicator_set")
    editions = list(rows if number is None else rows.filter(number=number))
    if not editions:
        raise CommandError(_("The dispatch has no such edition."), returncode=UNREADABLE)
    return dispatches.preferred(editions)


def issuer_meant(slug: str | None) -> Issuer | None:
    if slug is None:
        return None
    issuer = Issuer.objects.select_related("unit").filter(slug=slug).first()
    if issuer is None:
        known = ", ".join(Issuer.objects.values_list("slug", flat=True)) or "–"
        text = _("There is no issuer %(slug)s. Known: %(known)s.") % {"slug": slug, "known": known}
        raise CommandError(text, returncode=UNREADABLE)
    return issuer


def person_meant(email: str | None, issuer: Issuer | None = None) -> User | None:
    """The person, who works at the desk of the issuer where one is given; raises CommandError (exit 2)."""
    if email is None:
        return None
    user = User.objects.filter(email__iexact=email, is_active=True).first()
    if user is None:
        raise CommandError(_("There is no person %(email)s.") % {"email": email}, returncode=UNREADABLE)
    if issuer is not None and issuer not in kept_issuers(user):
        text = _("%(person)s does not work at the desk of %(issuer)s.") % {"person": user, "issuer": issuer}
        raise CommandError(text, returncode=UNREADABLE)
    return user


def decider_meant(email: str, issuer: Issuer) -> User:
    """The person, who may publish at the desk of the issuer; raises CommandError (exit 2)."""
    user = person_meant(email, issuer)
    if user is None or not may_decide(user, issuer):
        text = _("%(person)s may not publish here: that is for an approver or an administrator of %(issuer)s.")
        raise CommandError(text % {"person": user, "issuer": issuer}, returncode=UNREADABLE)
    return user


def as_json(data: dict[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False, indent=2)
