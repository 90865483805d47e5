"""Names of units: taken apart, and matched inside one tree of units (DOMAIN: a name is no key)."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Protocol

from rapidfuzz import fuzz, process

from chiso.values.alphabet import accented, fold, search_key, sort_key

__all__ = ["Directory", "Match", "UnitLike", "UnitName", "alias_keys", "fold", "parse", "search_key", "sort_key"]

LEVELS_OF = {  # what the word in front of a name says; a thành phố may be either
    "tỉnh": ("province",),
    "thành phố": ("province", "district"),
    "thị xã": ("district",),
    "huyện": ("district",),
    "quận": ("district",),
    "thị trấn": ("commune",),
    "phường": ("commune",),
    "đặc khu": ("commune",),
    "xã": ("commune",),
    "sở": ("agency",),
    "ban": ("agency",),
}
_SHORT = {
    "thành phố": r"tp\.\s*|tp\s+|t\.\s?p(?:\.\s*|\s+)",
    "thị xã": r"tx\.\s*|tx\s+|t\.\s?x(?:\.\s*|\s+)",
    "thị trấn": r"tt\.\s*|tt\s+|t\.\s?t(?:\.\s*|\s+)",
    "huyện": r"h\.\s*",
    "quận": r"q\.\s*|q(?=[0-9])",
    "phường": r"p\.\s*|p(?=[0-9])",
    "xã": r"x\.\s*",
}
_MAY_FOLLOW = ("tỉnh", "thành phố", "thị xã", "huyện", "quận")  # "… - tỉnh Thừa Thiên Huế"
_OF_PROVINCE = ("sở", "ban")  # need no dash: "Sở Y tế tỉnh Gia Lai"
SUGGEST_FROM = 80  # of 100; below it a likeness is chance

_OFFICIAL = re.compile(r"(?:[0-9]{3}(?:\.[0-9]{2}){2}\.)?[A-Z][0-9]{2}(?:\.[0-9]{1,3})*")
_CODE = rf"[(\[]\s*({_OFFICIAL.pattern})\s*[)\]]"
_CODE_FIRST = re.compile(rf"{_CODE}[\s.:–-]*", re.IGNORECASE)
_CODE_LAST = re.compile(rf"{_CODE}\Z", re.IGNORECASE)
_COMMITTEE = r"(?:ubnd|u\.b\.n\.d\.?|(?:ủy|uỷ) ban nhân dân|uy ban nhan dan)(?:\s+|\Z)"
_COMMITTEE_FIRST = re.compile(rf"\A{_COMMITTEE}", re.IGNORECASE)
_BARE_PROVINCE = re.compile(r"\s+(?:tỉnh|tinh)\Z", re.IGNORECASE)  # "Ban Dân tộc tỉnh" is the Ban Dân tộc
_KINDS = tuple(LEVELS_OF)
_EDGES = " -–—•*.,;:"
_FOUND = ("ambiguous", "other-level")  # a name that is ours, though not one unit's alone or not at its place
_UNSEEN = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00b9\u00b2\u00b3"))


class UnitLike(Protocol):
    """What a directory needs of a unit; `path` are the slugs of its ancestors, nearest first."""

    @property
    def slug(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def level(self) -> str: ...
    @property
    def code(self) -> str | None: ...
    @property
    def path(self) -> tuple[str, ...]: ...
    @property
    def aliases(self) -> tuple[str, ...]: ...


@dataclass(frozen=True, slots=True)
class UnitName:
    """A printed name in parts: "UBND TP. Huế - tỉnh Thừa Thiên Huế (H57.30)" is the thành phố named Huế,
    within ("tỉnh Thừa Thiên Huế",), code H57.30. `kind` is "" where the name does not begin with one."""

    kind: str
    core: str
    within: tuple[str, ...] = ()  # nearest first
    code: str | None = None
    full: str = ""  # all of it but the code

    @property
    def text(self) -> str:
        return f"{self.kind} {self.core}".strip()

    @property
    def levels(self) -> tuple[str, ...]:
        """The levels the kind can stand for, () where it says none."""
        return LEVELS_OF.get(self.kind, ())


@dataclass(frozen=True, slots=True)
class Match:
    """`unit` is a slug, None where a person has to say. `why`: "code", "name", "alias" where matched; else

    - "unknown": no unit is called so; `suggestion` is the likest one
    - "ambiguous": several are; `candidates` are these
    - "other-level": one is, but not on the level asked for
    - "other-province": the name says it lies in something that none of ours lies in
    - "code-contradicts": the code is another unit's, or of another province, than the name says
    - "unknown-code": no unit has the code, and the issuer has none to compare it with
    """

    unit: str | None
    why: str
    suggestion: str | None = None
    candidates: tuple[str, ...] = ()


@lru_cache(maxsize=2)
def _grammar(unmarked: bool) -> tuple[re.Pattern[str], ...]:
    """Patterns for: the kind in front, the suffix that says within what, the same without a dash.

    Only in a text without any marks may "huyen" be huyện: in "Sở Ngoại vụ - Quan hệ quốc tế" no quận stands."""

    def word(kind: str) -> str:
        written = (fold(kind) if unmarked else kind).replace(" ", r"\s+") + r"\s+"
        return f"{written}|{_SHORT[kind]}" if kind in _SHORT else written

    def either(kinds: Iterable[str]) -> str:
        return "|".join(word(kind) for kind in kinds)

    kinds = "|".join(f"({word(kind)})" for kind in _KINDS)
    of = "thuoc" if unmarked else "thuộc"
    place = rf"(?={_COMMITTEE}(?:{either(_MAY_FOLLOW)})\S|(?:{either(_MAY_FOLLOW)})\S)"
    follows = rf"(?:\s*[-–—,;(]\s*(?:{of}\s+)?|\s+{of}\s+){place}"
    # A sở may be of a tỉnh or of a thành phố; of all others only "tỉnh" cannot be a part of the name.
    of_either = rf"(?:{either(_OF_PROVINCE)})\S.*?(\s+)(?={either(('tỉnh', 'thành phố'))})"
    joined = rf"{of_either}|(?:{either(_KINDS)})\S.*?(\s+)(?={word('tỉnh')})"
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern in (kinds, follows, joined))


@lru_cache(maxsize=32_768)
def parse(text: str) -> UnitName:
    """The parts of a printed name; never fails, at worst all of it is `core`."""
    seen = unicodedata.normalize("NFC", text).translate(_UNSEEN).replace("&", " và ")
    full, code = _uncoded(" ".join(seen.split()))
    head, *within = _parted(full)
    kind, core = _headed(head)
    return UnitName(kind, core, tuple(" ".join(_headed(place)).strip() for place in within), code, full)


def _uncoded(text: str) -> tuple[str, str | None]:
    found = _CODE_FIRST.match(text) or _CODE_LAST.search(text)
    if found:
        text = text[: found.start()] + text[found.end() :]
    return text.strip(_EDGES), found[1].upper() if found else None


def _parted(text: str) -> list[str]:
    """The name itself, then what it says it lies within."""
    _, follows, joined = _grammar(text.isascii())
    head, *within = follows.split(text)
    head = _COMMITTEE_FIRST.sub("", head)
    inside = joined.match(head)
    if inside:
        gap = inside.lastindex or 1
        head, within = head[: inside.start(gap)], [head[inside.end(gap) :], *within]
    return [head, *(place.rstrip(") ") for place in within)]


def _headed(text: str) -> tuple[str, str]:
    text = _COMMITTEE_FIRST.sub("", text)
    found = _grammar(text.isascii())[0].match(text)
    if not found:
        return "", text
    kind = _KINDS[(found.lastindex or 1) - 1]
    core = text[found.end() :]
    return kind, _BARE_PROVINCE.sub("", core) if kind in _OF_PROVINCE else core


class Directory:
    """The units a table may name: the issuer's tree, the nation and the provinces. Built once, then asked by row."""

    def __init__(self, units: Iterable[UnitLike], issuer: str) -> None:
        self._units = {unit.slug: unit for unit in units}
        self._issuer = issuer
        self._names: dict[str, list[str]] = defaultdict(list)
        self._aliases: dict[str, list[str]] = defaultdict(list)
        self._codes: dict[str, list[str]] = defaultdict(list)
        self._tree: dict[str, dict[str, str]] = defaultdict(dict)  # level -> slug -> folded core, the issuer's alone
        self._places: dict[str, frozenset[str]] = {}
        self._cores: dict[tuple[str, ...], dict[str, list[str]]] = {}
        self._answers: dict[tuple[str, str | None, str | None], Match] = {}
        for unit in self._units.values():
            if unit.level in ("nation", "province") or self._is_ours(unit):
                self._enter(unit)
        self._home = self._root_code()

    def match(self, printed: str, *, code: str | None = None, level: str | None = None) -> Match:
        """The unit a row means. `code` is the row's own code column, `level` what its block is known to hold."""
        asked = printed, code, level  # a table asks twice and more: of 9,000 unknown names that was half of its reading
        if asked not in self._answers:
            self._answers[asked] = self._match(*asked)
        return self._answers[asked]

    def _match(self, printed: str, code: str | None, level: str | None) -> Match:
        name = parse(printed)
        named = self._named(name, level)
        official = (code or "").strip().upper()
        if official not in self._codes and not _OFFICIAL.fullmatch(official):
            official = name.code or ""  # a number of the office's own says nothing
        return self._coded(official, named) if official else named

    def _is_ours(self, unit: UnitLike) -> bool:
        return unit.slug == self._issuer or self._issuer in unit.path

    def _enter(self, unit: UnitLike) -> None:
        name = parse(unit.name)
        full = fold(name.full)
        _add(self._names, {full} if name.text == name.full else {full, fold(name.text)}, unit.slug)
        _add(self._aliases, {key for alias in unit.aliases for key in alias_keys(alias)}, unit.slug)
        if unit.code:
            self._codes[unit.code.strip().upper()].append(unit.slug)
        if self._is_ours(unit):
            self._tree[unit.level][unit.slug] = fold(name.core)

    def _root_code(self) -> str:
        """The first part of the issuer's code or of the nearest ancestor's that has one; "" where none is known."""
        issuer = self._units.get(self._issuer)
        slugs = (self._issuer, *issuer.path) if issuer else ()
        codes = (self._units[slug].code for slug in slugs if slug in self._units)
        return next((_root(code.strip().upper()) for code in codes if code), "")

    def _named(self, name: UnitName, level: str | None) -> Match:
        full = fold(name.full)
        keys = full, full if name.text == name.full else fold(name.text)
        found = {"alias": self._called(self._aliases, name, *keys), "name": self._called(self._names, name, *keys)}
        for why, slugs in found.items():
            fitting = [slug for slug in slugs if level is None or self._units[slug].level == level]
            if fitting:
                return self._decided(self._as_accented(fitting, name), why)
        other = tuple(dict.fromkeys(slug for slugs in found.values() for slug in slugs))
        if other:
            return Match(None, "other-level", other[0] if len(other) == 1 else None, other)
        if any(fold(place) not in self._home_names for place in name.within) or self._ends_elsewhere(name):
            return Match(None, "other-province")
        return self._guess(name, level)

    def _called(self, index: dict[str, list[str]], name: UnitName, full: str, text: str) -> list[str]:
        whole, headed = index.get(full, []), index.get(text, [])
        # A record (or a confirmed alias) that carries the place in its name needs no other proof of it.
        return list(dict.fromkeys([*whole, *(slug for slug in headed if self._lies_within(slug, name.within))]))

    def _lies_within(self, slug: str, within: Sequence[str]) -> bool:
        unit = self._units[slug]
        around = unit.path if unit.level not in ("nation", "province") else (slug, *unit.path)
        return all(any(fold(place) in self._place_names(other) for other in around) for place in within)

    def _place_names(self, slug: str) -> frozenset[str]:
        if slug not in self._places:
            texts = (self._units[slug].name, *self._units[slug].aliases) if slug in self._units else ()
            self._places[slug] = frozenset(fold(parse(text).text) for text in texts)
        return self._places[slug]

    @cached_property
    def _home_names(self) -> frozenset[str]:
        """What the units of the issuer's tree, and those around it, are called."""
        issuer = self._units.get(self._issuer)
        slugs = [*(issuer.path if issuer else ()), *(slug for slugs in self._tree.values() for slug in slugs)]
        return frozenset(name for slug in slugs for name in self._place_names(slug))

    @cached_property
    def _elsewhere(self) -> frozenset[str]:
        """The provinces beside ours, without the word in front: "gia lai"."""
        issuer = self._units.get(self._issuer)
        around = (self._issuer, *issuer.path) if issuer else (self._issuer,)
        others = (unit for unit in self._units.values() if unit.level == "province" and unit.slug not in around)
        return frozenset(fold(parse(unit.name).core) for unit in others)

    def _ends_elsewhere(self, name: UnitName) -> bool:
        """Whether a name that no record has ends with another province's: "Văn phòng UBND tỉnh Gia Lai"."""
        words = fold(name.core).split()
        return any(" ".join(words[at:]) in self._elsewhere for at in range(max(1, len(words) - 5), len(words)))

    def _as_accented(self, slugs: list[str], name: UnitName) -> list[str]:
        """Of several units whose names fold alike, the one spelt with the very same marks and tones."""
        if len(slugs) < 2:
            return slugs
        same = [slug for slug in slugs if accented(parse(self._units[slug].name).core) == accented(name.core)]
        return same or slugs

    def _decided(self, slugs: list[str], why: str) -> Match:
        return Match(slugs[0], why) if len(slugs) == 1 else Match(None, "ambiguous", None, tuple(slugs))

    def _guess(self, name: UnitName, level: str | None) -> Match:
        """Nothing is called so: the likest of ours, to be asked about and never used by itself."""
        core = fold(name.core)
        choices = self._choices((level,) if level else name.levels or tuple(self._tree))
        likest = [slug for slug in choices.get(core, ()) if self._lies_within(slug, name.within)]
        if len(likest) > 1 and not name.kind:
            return Match(None, "ambiguous", None, tuple(likest))
        if not likest and core:
            near = process.extract(core, choices.keys(), scorer=fuzz.ratio, score_cutoff=SUGGEST_FROM, limit=3)
            best = [text for text, score, _ in near if score == near[0][1]]
            likest = [slug for text in best for slug in choices[text] if self._lies_within(slug, name.within)]
        return Match(None, "unknown", likest[0] if len(likest) == 1 else None, tuple(likest))

    def _choices(self, levels: tuple[str, ...]) -> dict[str, list[str]]:
        """Folded core -> slugs, of the issuer's units on these levels."""
        if levels not in self._cores:
            cores: dict[str, list[str]] = defaultdict(list)
            for level in levels:
                for slug, core in self._tree.get(level, {}).items():
                    cores[core].append(slug)
            self._cores[levels] = dict(cores)
        return self._cores[levels]

    def _coded(self, code: str, named: Match) -> Match:
        """What the code makes of what the name found. It wins, unless the name is surely something else."""
        sure = (named.unit,) if named.unit else named.candidates if named.why in _FOUND else ()
        owners = self._codes.get(code, [])
        if not owners:
            return self._unrecorded(code, named, sure)
        fitting = [slug for slug in owners if slug in sure] or owners
        if named.why == "other-province" or (sure and fitting[0] not in sure):
            return Match(None, "code-contradicts", None, (*owners, *sure))
        return self._decided(fitting, "code")

    def _unrecorded(self, code: str, named: Match, sure: tuple[str, ...]) -> Match:
        """A code that no record has: harmless where it can be the code of the unit named."""
        if named.unit and self._may_have(named.unit, code):
            return named
        could_be_ours = _root(code) == self._home or not self._home
        if not sure:
            return named if could_be_ours else Match(None, named.why)
        why = "code-contradicts" if self._home else "unknown-code"
        return Match(None, why, named.unit if could_be_ours else None, sure)

    def _may_have(self, slug: str, code: str) -> bool:
        unit = self._units[slug]
        if unit.code or unit.level == "nation":
            return False
        if unit.level == "province" and slug != self._issuer:
            return "." not in code and _root(code) != self._home
        return bool(self._home) and _root(code) == self._home


def _add(index: dict[str, list[str]], keys: Iterable[str], slug: str) -> None:
    for key in keys:
        if key:
            index[key].append(slug)


def alias_keys(alias: str) -> set[str]:
    name = parse(alias)
    # Without the place it names, an alias would say more than was confirmed.
    return {fold(name.full)} if name.within else {fold(name.full), fold(name.text)}


def _root(code: str) -> str:
    """The province's part of a code: "H57" of "H57.01" and of the older "000.01.02.H57"."""
    parts = code.split(".")
    return parts[-1] if parts[0].isdigit() else parts[0]
