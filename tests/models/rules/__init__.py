"""What the database itself refuses: every named constraint, by noun, with rows it lets in and rows it turns away."""

from . import cell_note, dispatch, finding, indicator, notice, reply, result, unit, upload, user

RULES = (
    unit.RULES
    | user.RULES
    | indicator.RULES
    | dispatch.RULES
    | result.RULES
    | cell_note.RULES
    | finding.RULES
    | upload.RULES
    | notice.RULES
    | reply.RULES
)

__all__ = ["RULES"]
