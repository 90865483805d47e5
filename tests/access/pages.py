"""Every address of the readers' and units' door, and what each person gets there.

A row is read along `world.PEOPLE`: visitor and nobody · unit A, its sub-unit, unit B, a unit elsewhere · clerk,
approver, administrator · the other office's clerk and administrator · superuser. Its letters are in `ask`.
"""

from __future__ import annotations

from dataclasses import dataclass

from chiso.models import NoticeKind
from chiso.queries.unsubscribe import path_for
from tests.pages.conftest import Office

NOT_SO = "sm mmmm mmm mm m"  # no such method; a visitor learns it after signing in


@dataclass(frozen=True)
class Row:
    """What GET (and HEAD) and POST give; `own` where GET is another where units see only their own rank."""

    get: str
    post: str = NOT_SO
    own: str = ""


PAGES: dict[str, dict[str, Row]] = {
    "home": {"/": Row("s> >>>> >>> >> >")},
    "dispatches": {"/dispatches/": Row("so oooo ooo oo o")},
    "dispatch": {
        "published": Row("s. ooo. ooo .. o"),
        "draft": Row("s. .... ooo .. o"),
        "published?edition=1": Row("s. ooo. ooo .. o"),
        "published?edition=2": Row("s. .... ... .. ."),
        "published?edition=99999999999999999999": Row("s. .... ... .. ."),  # longer than any key
        "their_published": Row("s. ...o ... oo o"),
        "their_draft": Row("s. .... ... oo o"),
    },
    "board": {
        "published/TONG/district": Row("s. ooo. ooo .. o"),
        "draft/TONG/district": Row("s. .... ooo .. o"),
        "published/TONG/commune": Row("s. .... ... .. ."),  # no figures there
        "published/NONE/district": Row("s. .... ... .. ."),
        "published/TONG/district?format=csv": Row("s. ooo. ooo .. o"),
        "draft/TONG/district?format=xlsx": Row("s. .... ooo .. o"),
        "their_published/TONG/district": Row("s. ...o ... oo o"),
        "their_draft/TONG/district": Row("s. .... ... oo o"),
    },
    "table": {
        "published/table/district": Row("s. ooo. ooo .. o"),
        "published/table/district?format=csv": Row("s. ooo. ooo .. o"),
        "published/table/district?format=xlsx": Row("s. ooo. ooo .. o"),
        "draft/table/district": Row("s. .... ooo .. o"),
        "published/table/commune": Row("s. .... ... .. ."),
        "published/table/district?format=exe": Row("s. .... ... .. ."),
        "their_published/table/district": Row("s. ...o ... oo o"),
    },
    "compare": {  # whoever may open a unit's own page sets it beside its peers
        "published/compare/quang-dien": Row("s. o... ooo .. o"),
        "published/compare/nam-dong?with=quang-dien": Row("s. ..o. ooo .. o"),
        "published/compare/nam-dong?format=xlsx": Row("s. ..o. ooo .. o"),
        "draft/compare/quang-dien": Row("s. .... ooo .. o"),
        "published/compare/chu-se": Row("s. .... ... .. o"),
        "published/compare/no-such-unit": Row("s. .... ... .. ."),
        "their_published/compare/chu-se": Row("s. ...o ... oo o"),
    },
    "figure": {
        "published/figures/quang-dien/TONG": Row("s. ooo. ooo .. o", own="s. o... ooo .. o"),  # peers, as on the board
        "published/figures/thua-thien-hue/TONG": Row("s. ooo. ooo .. o"),
        "published/figures/phu-vang/CTDT.TK": Row(
            "s. ooo. ooo .. o", own="s. .... ooo .. o"
        ),  # missing, as on the board
        "published/figures/quang-dien/CKMB": Row("s. .... ooo .. o"),  # nobody has it: no board
        "published/figures/quang-phuoc/TONG": Row("s. .... ooo .. o"),
        "draft/figures/quang-dien/TONG": Row("s. .... ooo .. o"),
        "published/figures/quang-dien/NONE": Row("s. .... ... .. ."),
        "published/figures/chu-se/TONG": Row("s. .... ... .. ."),
        "published/figures/no-such-unit/TONG": Row("s. .... ... .. ."),
        "published/figures/quang-dien/TONG?edition=2": Row("s. .... ... .. ."),
        "their_published/figures/chu-se/TONG": Row("s. ...o ... oo o"),
    },
    "changes": {  # a first edition corrects nothing; test_changes.py has one that does
        "published/changes": Row("s. .... ... .. ."),
        "draft/changes": Row("s. .... ... .. ."),
        "their_published/changes": Row("s. .... ... .. ."),
    },
    "matrices": {
        "/matrix/vpub-thua-thien-hue/": Row("s. >>>. >>> .. >"),
        "/matrix/no-such/": Row("s. .... ... .. ."),
        "/matrix/vpub-gia-lai/": Row("s. ...> ... >> >"),
    },
    "matrix": {
        "/matrix/vpub-thua-thien-hue/TONG/district/": Row("s. ooo. ooo .. o"),
        "/matrix/vpub-thua-thien-hue/HSTT.QH/agency/?format=csv": Row("s. ooo. ooo .. o"),
        "/matrix/vpub-thua-thien-hue/TONG/commune/": Row("s. .... ... .. ."),
        "/matrix/vpub-thua-thien-hue/TONG/district/?skip=9": Row("s. .... ... .. ."),
        "/matrix/vpub-thua-thien-hue/TONG/district/?period=year": Row("s. .... ... .. ."),
        "/matrix/vpub-gia-lai/TONG/district/": Row("s. ...o ... oo o"),
    },
    "search": {
        "/search/": Row("so oooo ooo oo o"),
        "/search/?q=quang dien": Row("so oooo ooo oo o"),
    },
    "units": {"/units/": Row("so oooo ooo oo o")},
    "unit": {
        "/units/quang-dien/": Row("s. o... ooo .. o"),
        "/units/nam-dong/": Row("s. ..o. ooo .. o"),
        "/units/quang-phuoc/": Row("s. oo.. ooo .. o"),  # below the first
        "/units/thua-thien-hue/": Row("s. .... ooo .. o"),
        "/units/gia-lai/": Row("s. .... ... oo o"),
        "/units/chu-se/": Row("s. ...o ... oo o"),
        "/units/no-such-unit/": Row("s. .... ... .. ."),
        "/units/quang-thai/": Row("s. o... ooo .. o"),
    },
    "unit_dispatch": {
        "published/units/quang-dien": Row("s. o... ooo .. o"),
        "published/units/quang-dien?edition=1&part=whatif": Row("s. o... ooo .. o"),
        "published/units/quang-dien?edition=2": Row("s. .... ... .. ."),
        "published/units/nam-dong": Row("s. ..o. ooo .. o"),
        "published/units/thua-thien-hue": Row("s. .... ooo .. o"),
        "published/units/chu-se": Row("s. .... ... .. ."),  # the stranger's, of which no dispatch here tells
        "draft/units/quang-dien": Row("s. .... ooo .. o"),
        "their_published/units/chu-se": Row("s. ...o ... oo o"),
        "their_draft/units/chu-se": Row("s. .... ... oo o"),
    },
    "unit_chart": {  # two dispatches make a chart: the desk's has the draft
        "published/units/quang-dien/chart.svg": Row("s. .... ooo .. o"),
        "draft/units/nam-dong/chart.svg": Row("s. .... ooo .. o"),
        "draft/units/nam-dong/chart.svg?format=png": Row("s. .... ooo .. o"),
        "draft/units/nam-dong/chart.svg?format=exe": Row("s. .... ... .. ."),
        "their_published/units/chu-se/chart.svg": Row("s. .... ... oo o"),
    },
    "replies": {
        "/replies/": Row("so oooo ooo oo o"),
        "/replies/?format=csv": Row("so oooo ooo oo o"),
        "/replies/?format=exe": Row("s. .... ... .. ."),
    },
    "reply": {
        "reply": Row("s. o... ooo .. o"),
        "/replies/99999999999999999999/": Row("s. .... ... .. ."),
        "sub_reply": Row("s. oo.. ooo .. o"),
        "their_reply": Row("s. ...o ... oo o"),
    },
    "reply_add": {
        "reply/add": Row("sm mmmm mmm mm m", post="s. o... ... .. ."),
        "sub_reply/add": Row("sm mmmm mmm mm m", post="s. .o.. ... .. ."),
        "their_reply/add": Row("sm mmmm mmm mm m", post="s. ...o ... .. ."),
    },
    "reply_withdraw": {
        "reply/withdraw": Row("sm mmmm mmm mm m", post="s. o... ... .. ."),
        "sub_reply/withdraw": Row("sm mmmm mmm mm m", post="s. .o.. ... .. ."),
        "their_reply/withdraw": Row("sm mmmm mmm mm m", post="s. ...o ... .. ."),
    },
    "reply_evidence": {
        "reply/evidence": Row("s. o... ooo .. o"),
        "reply/evidence/99999999999999999999": Row("s. .... ... .. ."),
        "their_reply/evidence": Row("s. .... ... .. ."),  # the file of another
    },
    "reply_send": {  # whoever is of the unit itself
        "published/reply/quang-dien/TONG": Row("s. o... ... .. .", post="s. o... ... .. ."),
        "published/reply/quang-phuoc/TONG": Row(
            "s. .>.. ... .. .", post="s. .>.. ... .. ."
        ),  # below it: its own people do
        "published/reply/nam-dong/TONG": Row("s. ..o. ... .. .", post="s. ..o. ... .. ."),
        "draft/reply/quang-dien/TONG": Row("s. .... ... .. .", post="s. .... ... .. ."),
        "published/reply/quang-dien/CKMB": Row("s. .... ... .. .", post="s. .... ... .. ."),  # nothing is printed there
        "published/reply/quang-dien/NONE": Row("s. .... ... .. .", post="s. .... ... .. ."),
        "their_published/reply/chu-se/TONG": Row("s. ...> ... .. .", post="s. ...> ... .. ."),
    },
    "account": {"/account/": Row("so oooo ooo oo o", post="so oooo ooo oo o")},
    "notice_choices": {"/account/notices/": Row("so oooo ooo oo o", post="s> >>>> >>> >> >")},
    "notices": {"/notices/": Row("so oooo ooo oo o")},
    "notices_read": {"/notices/read/": Row("sm mmmm mmm mm m", post="s> >>>> >>> >> >")},
    "notice": {
        "/notices/of-unit-a/": Row("s. >... ... .. ."),  # leads to what it tells of
        "/notices/of-clerk/": Row("s. .... >.. .. ."),
        "/notices/99999999999999999999/": Row("s. .... ... .. ."),
    },
    "unsubscribe": {  # the signature lets in, whoever comes
        "way out": Row("oo oooo ooo oo o", post="oo oooo ooo oo o"),
        "/notices/off/1/published/x/": Row(".. .... ... .. .", post=".. .... ... .. ."),
        "/notices/off/99999999999999999999/published/x/": Row(".. .... ... .. .", post=".. .... ... .. ."),
    },
    "language": {"/language/": Row("mm mmmm mmm mm m", post=">> >>>> >>> >> >")},
}

_FREE, _IN = "oo oooo ooo oo o", "s> >>>> >>> >> >"
ACCOUNT = {  # allauth's, each for whoever knows the address
    "login/": Row("o> >>>> >>> >> >", post="o> >>>> >>> >> >"),
    "logout/": Row(">o oooo ooo oo o", post=">> >>>> >>> >> >"),
    "inactive/": Row(_FREE, post="mm mmmm mmm mm m"),
    "signup/": Row("o> >>>> >>> >> >", post="o> >>>> >>> >> >"),  # says that it is closed
    "password/change/": Row("s> o>>> >>> >> >", post="s> o>>> >>> >> >"),  # unit A alone has a password
    "password/set/": Row("so >ooo ooo oo o", post="so >ooo ooo oo o"),
    "password/reset/": Row(_FREE, post=_FREE),
    "password/reset/done/": Row(_FREE, post="mm mmmm mmm mm m"),
    "password/reset/key/1-x/": Row(_FREE, post=_FREE),
    "password/reset/key/done/": Row(_FREE, post="mm mmmm mmm mm m"),
}
# What allauth brings and is not open: nobody changes the address by which people sign in.
SHUT = ("email/", "confirm-email/", "confirm-email/x/", "reauthenticate/", "login/code/confirm/", "3rdparty/", "2fa/")


def address(office: Office, place: str) -> str:
    if place.startswith("/notices/of-"):
        return office.notice(place.strip("/").removeprefix("notices/of-"))
    if place == "way out":
        return path_for(office.cast.unit_a, NoticeKind.PUBLISHED)
    if place.startswith("/"):
        return place
    place, mark, query = place.partition("?")
    which, *rest = place.split("/")
    return _address(office, which, rest) + mark + query


def _address(office: Office, which: str, rest: list[str]) -> str:
    if which == "reply":
        return office.reply(*rest)
    if which.endswith("_reply"):
        own = office.reply(*rest).split("/")
        return "/".join([*own[:2], str(getattr(office, which).pk), *own[3:]])
    edition = getattr(office, which)
    if rest[:1] == ["units"]:
        return office.unit(edition, rest[1]) + "".join(rest[2:])
    if rest[:1] == ["figures"]:
        return office.figure(edition, *rest[1:])
    if rest[:1] in (["table"], ["compare"], ["reply"], ["changes"]):
        return f"{office.page(edition)}{'/'.join(rest)}/"
    return office.page(edition, *rest)
