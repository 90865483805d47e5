"""Files that came in."""

from __future__ import annotations

from chiso.models import Upload, UploadState

from .world import Rule, World


def _upload(state: str):
    def tried(world: World) -> None:
        Upload.objects.create(
            issuer=world.tree.issuer, file="2023/09/1082.docx", name="1082.docx", sha256="0" * 64, size=1, reader="docx", state=state
        )  # fmt: skip

    return tried


RULES = {
    "upload_state_known": Rule(
        allowed=[_upload(state) for state in UploadState.values], refused=[_upload("lost"), _upload("")]
    ),
}
