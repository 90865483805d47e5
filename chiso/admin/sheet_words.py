"""What the sheet's script says, in the person's language. %(name)s are put in by the script."""

from __future__ import annotations

from django.utils.translation import gettext as _


def words() -> dict[str, str]:
    return {
        "saving": _("Saving …"),
        "saved": _("Saved at %(at)s, cells: %(count)s"),
        "unsaved": _("Cells not saved yet: %(count)s"),
        "offline": _("Cells not saved: %(count)s. The connection is lost; it is tried again by itself."),
        "server": _("Cells not saved: %(count)s. The server does not answer; it is tried again by itself."),
        "signed_out": _(
            "Cells not saved: %(count)s. You are signed out; what you typed stays here. Sign in, then save again."
        ),
        "other_user": _(
            "Cells not saved: %(count)s. Somebody else is signed in here. Sign in as yourself, then save again."
        ),
        "stopped": _("Cells not saved: %(count)s. %(why)s"),
        "wrong_left": _("Cells that cannot be read: %(count)s"),
        "conflicts_left": _("Cells in conflict: %(count)s"),
        "restored": _("Typed here before and not saved then: %(count)s cells are put back."),
        "half_typed": _("Half typed here before, cells: %(count)s. Enter in the cell or “Save” takes them over."),
        "draft": _("half typed before: Enter takes it over, Esc leaves it out"),
        "reads": _("read as %(shown)s"),
        "missing": _("no figure (missing, which is not 0)"),
        "not_read": _("not read yet"),
        "source": _("from %(source)s"),
        "elsewhere": _("printed in appendix %(appendix)s too and kept with it"),
        "findings": _("open findings: %(count)s"),
        "over": _("%(value)s is more than the maximum of %(maximum)s"),
        "other_maximum": _("the maximum is written as %(written)s, the indicator has %(maximum)s"),
        "part_over_whole": _("%(part)s is more than the whole of %(whole)s"),
        "groups": _("the groups add up to %(sum)s, not to %(total)s"),
        "sum": _("Sum"),
        "mean": _("Mean"),
        "chosen": _("%(count)s cells chosen"),
        "conflict": _("Two people changed this cell. Choose below which figure stands."),
        "theirs": _("Keep the colleague's: %(text)s"),
        "mine": _("Take mine: %(text)s"),
        "nobody": _("somebody"),
        "names_pasted": _(
            "Nothing was pasted: “%(name)s” is no figure. Copy the figures without names and headings, and paste them "
            "at the cell of the first one."
        ),
        "outside": _("Pasted cells outside the table, left out: %(count)s"),
        "note_of": _("Note by %(by)s"),
    }
