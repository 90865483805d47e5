"""Files that come with a step of a reply, kept under names of ours: part of `actions.reply`."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.files.base import ContentFile
from django.utils.translation import gettext as _

from chiso.ingest import enclosure
from chiso.ingest.fact import UnreadableFile
from chiso.models import Evidence, Reply, ReplyStep
from chiso.words import enclosure as words

MOST_FILES = 5  # with one step
MOST_FILES_OF_REPLY = 20


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A file that comes with a step; `page` is where in it to look."""

    name: str
    data: bytes
    page: int | None = None

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


def kinds(reply: Reply, enclosed: Sequence[Enclosed], refusal: type[Exception]) -> list[enclosure.Kind]:
    """What kinds of files they are: all are looked at before the first is kept. Raises `refusal` with a sentence."""
    already = Evidence.objects.filter(step__reply=reply).count() if enclosed else 0
    if len(enclosed) > MOST_FILES or already + len(enclosed) > MOST_FILES_OF_REPLY:
        limits = {"most": MOST_FILES, "all": MOST_FILES_OF_REPLY}
        raise refusal(_("At most %(most)s files at once, and %(all)s with one reply.") % limits)
    found, wrong = [], []
    for each in enclosed:
        try:
            found.append(enclosure.kind_of(each.data))
        except UnreadableFile as fault:
            wrong.append(words.refused(fault.why, each.name[-100:], fault.params))
    if wrong:  # every one of them: what is sent again is whole
        raise refusal(" ".join(wrong))
    return found


def keep(step: ReplyStep, each: Enclosed, kind: enclosure.Kind) -> Evidence:
    """Under a name of ours: what the sender calls it stands in a column alone."""
    kept = Evidence(
        step=step, name=enclosure.named(each.name, kind), media_type=kind.media_type, sha256=each.sha256,
        size=len(each.data), page=each.page,
    )  # fmt: skip
    kept.file.save(f"{kept.sha256}.{kind.endings[0]}", ContentFile(each.data), save=False)
    kept.save()
    return kept


def stands_in(step: ReplyStep, enclosed: Sequence[Enclosed]) -> bool:
    """Whether these are the files that came with a step."""
    there = step.evidence.order_by("pk").values_list("sha256", "page")
    return list(there) == [(each.sha256, each.page) for each in enclosed]
