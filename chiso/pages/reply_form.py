"""What a unit is asked for: another figure and why, and files that prove it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from chiso.actions.enclosing import Enclosed
from chiso.ingest import enclosure
from chiso.ingest.fact import UnreadableFile
from chiso.words import enclosure as words

FILES = 3  # at once
LONGEST = 4000
ACCEPTED = ",".join(f".{ending}" for kind in enclosure.KINDS for ending in kind.endings)


class WithFiles(forms.Form):
    """Places for files, each with the page where to look. A file that is too large is not even read."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for number in range(1, FILES + 1):
            self.fields[f"file{number}"] = forms.FileField(
                label=_("File %(number)s") % {"number": number}, required=False, allow_empty_file=True,
                max_length=255, widget=forms.FileInput(attrs={"accept": ACCEPTED}),
            )  # fmt: skip
            self.fields[f"page{number}"] = forms.IntegerField(
                label=_("Page"), required=False, min_value=1, max_value=9999,
                widget=forms.TextInput(attrs={"inputmode": "numeric", "size": 5}),
            )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        for number in range(1, FILES + 1):
            file = given.get(f"file{number}")
            why = _fault(file) if file is not None else ""
            if why:
                self.add_error(f"file{number}", why)
            if file is None and given.get(f"page{number}") and f"file{number}" not in self.errors:
                self.add_error(f"file{number}", ValidationError(_("Which file is this page of?")))
        return given

    def asked(self) -> list[forms.BoundField]:
        """The fields before the files."""
        return [self[name] for name in self.fields if not name.startswith(("file", "page"))]

    def files_asked(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        return [(self[f"file{number}"], self[f"page{number}"]) for number in range(1, FILES + 1)]

    def more_open(self) -> bool:
        """Whether the places behind the first are to be seen at once: something is wrong there."""
        return any(self.errors.get(f"{name}{number}") for name in ("file", "page") for number in range(2, FILES + 1))

    def enclosed(self) -> list[Enclosed]:
        given = self.cleaned_data
        files = [(given.get(f"file{number}"), given.get(f"page{number}")) for number in range(1, FILES + 1)]
        return [Enclosed(_name(file), file.read(), page) for file, page in files if file is not None]

    def unkept(self) -> list[str]:
        """The files in order that come with a form which is not: they have to be chosen again."""
        places = [f"file{number}" for number in range(1, FILES + 1) if self.is_bound]
        return [_name(self.files.get(place)) for place in places if place in self.files and place not in self.errors]


def _name(file: Any) -> str:
    """As it is called where it comes from: a browser sends a quotation mark in a name as %22, and nothing else."""
    return (file.name or "").replace("%22", '"')


def _fault(file: UploadedFile[Any]) -> str:
    """Why the file is not taken. One that is too large is not even read."""
    if (file.size or 0) > enclosure.MOST_BYTES:
        return words.refused("too-large", _name(file), {"limit": str(enclosure.MOST_BYTES // 1_000_000)})
    try:
        enclosure.kind_of(file.read())
    except UnreadableFile as fault:
        return words.refused(fault.why, _name(file), fault.params)
    finally:
        file.seek(0)
    return ""


class SendForm(WithFiles):
    """`missing` says that no figure is printed, where others have one."""

    proposed = forms.CharField(
        label=_("What it should be"), max_length=100, widget=forms.TextInput(attrs={"size": 16, "autocomplete": "off"}),
        help_text=_("As it would be printed: 57,72/100, 85,23%, 2.145 or 8/11"),
    )  # fmt: skip
    reason = forms.CharField(
        label=_("Why the published figure is wrong"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Name the dossiers, the days or the document on which it rests."),
    )  # fmt: skip

    def __init__(self, *args: Any, missing: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        if missing:
            self.fields["reason"].label = _("Why there should be a figure")


class AddForm(WithFiles):
    text = forms.CharField(
        label=_("Your words to the office"), max_length=LONGEST, required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )  # fmt: skip


class WithdrawForm(forms.Form):
    text = forms.CharField(label=_("Why"), max_length=LONGEST, required=False, widget=forms.Textarea(attrs={"rows": 2}))
