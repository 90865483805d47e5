"""Records that kept texts name by a word of their own: from then on the word stays, and its field says why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from .table import Table
else:
    Table = object

FIXED = _("Figures, findings or files name this record by it: it is no longer changed.")


class Named(Table):
    """`word` is the field by which the record is named."""

    word: ClassVar[str]

    def is_named(self, row: Any) -> bool:
        raise NotImplementedError

    def fixed(self, row: Any) -> list[str]:
        return [self.word] if row is not None and self.is_named(row) else []

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **options: Any) -> Any:
        help_texts = dict.fromkeys(self.fixed(obj), FIXED)
        return super().get_form(request, obj, change, **options, help_texts=help_texts)
