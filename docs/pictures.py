"""Takes the pictures of the README and of the help page again: `python docs/pictures.py [name …]`.

Makes a database of its own with the demo's dispatches, the draft of the month after them and a file with open
questions, serves it, and photographs the pages with Chromium. Needs what `requirements-dev.txt` brings.
"""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

    from chiso.models import Edition

ROOT = Path(__file__).resolve().parent.parent
PORT = int(os.environ.get("CHISO_PICTURES_PORT", "8765"))
HELP = ROOT / "chiso" / "static" / "chiso" / "help"
MOST_BYTES = 80_000
CLERK, APPROVER, UNIT = "chuyenvien@chiso.example", "lanhdao@chiso.example", "quangdien@chiso.example"
QUIET = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
# What the file of the month after the demo's last says otherwise than dispatch 1082.
NOVEMBER = [
    ("1082/VPUB-KSTT", "     /VPUB-KSTT"),
    ("ngày 13 tháng 9 năm 2023", "ngày      tháng 11 năm 2023"),
    ("số liệu tại thời điểm 12/9/2023", "số liệu tại thời điểm 10/11/2023"),
    ("61.5/100 điểm, xếp hạng 48/63", "62.4/100 điểm, xếp hạng 50/63"),
    ("57,72", "57,93"),
    ("60.58", "62.4"),
    ("64.9", "68.7"),
]
# What the file with open questions says otherwise than that of November.
DECEMBER = [("tháng 11 năm 2023", "tháng 12 năm 2023"), ("10/11/2023", "10/12/2023"), ("86.07", "86.O7"),
            ("UBND huyện Quảng Điền", "UBND huyện Quảng Điềm")]  # fmt: skip


@dataclass(frozen=True)
class Picture:
    name: str
    person: str
    path: str
    readme: bool = False
    at: str = ""  # what stands at the top of the picture; the page's own top where nothing is said
    first: Callable[[], None] | None = None  # what happens before it is taken
    size: tuple[int, int] = (1200, 820)
    kind: str = "page"  # or "paper": its sheets of A4, beside each other; or "file": a picture that the address gives


def prepared() -> list[Picture]:
    """Fills the database and says what to photograph in it."""
    from django.core.management import call_command

    from chiso.actions import edition as editions
    from chiso.actions import result as results
    from chiso.actions import upload as uploads
    from chiso.models import Edition, Indicator, Unit, User

    call_command("demo", "--no-server", stdout=io.StringIO())
    clerk = User.objects.get(email=CLERK)
    published = Edition.objects.get(dispatch__number="1082")
    text = (ROOT / "fixtures" / "dispatch-1082" / "dispatch-1082.txt").read_text(encoding="utf-8")
    november = changed(text, NOVEMBER)
    upload = uploads.stage(data=november.encode(), name="cong-van-thang-11.txt", issuer=None, by=clerk)
    draft = uploads.apply(upload=upload, by=clerk)
    unit, total = Unit.objects.get(slug="quang-dien"), Indicator.objects.get(code="TONG")
    results.store(edition=draft, unit=unit, indicator=total, text="57,88/100", by=clerk, why="gõ theo bản giấy")
    again = uploads.stage(data=november.encode(), name="cong-van-thang-11.txt", issuer=None, by=clerk)
    uploads.apply(upload=again, by=clerk)
    december = changed(november, DECEMBER).encode()
    open_file = uploads.stage(data=december, name="cong-van-thang-12.txt", issuer=None, by=clerk)
    editions.refresh_findings(edition=draft)
    dispatch = f"/dispatches/{published.dispatch.issuer.slug}/2023/{published.dispatch.address}/"
    now = f"/dispatches/{draft.dispatch.issuer.slug}/2023/{draft.dispatch.address}/"
    sheet = draft.appendices.get(ordinal="IV")
    return [
        Picture("board", UNIT, f"{dispatch}ranking/TONG/district/", readme=True),
        Picture("unit", UNIT, "/units/quang-dien/", readme=True),
        Picture("preview", CLERK, f"/admin/chiso/upload/{open_file.pk}/change/", readme=True),
        Picture("home", CLERK, "/admin/"),
        Picture("preview", CLERK, f"/admin/chiso/upload/{open_file.pk}/change/", at="section.sheet:has(.ask)"),
        Picture("sheet", CLERK, f"/admin/chiso/appendix/{sheet.pk}/sheet/"),
        Picture("findings", CLERK, f"/admin/chiso/edition/{draft.pk}/findings/"),
        Picture("checklist", CLERK, f"/admin/chiso/edition/{draft.pk}/publish/"),
        Picture("figure", CLERK, f"{now}figures/quang-dien/TONG/", at="section:has(.origin)"),
        Picture("changes", UNIT, f"{dispatch}changes/?edition=2", readme=True, first=corrected),
        *later(published),
    ]


def later(first: Edition) -> list[Picture]:
    """What is photographed once replies were sent."""
    issuer, address = first.dispatch.issuer.slug, first.dispatch.address
    dispatch, unit = (f"/{place}/{issuer}/2023/{address}/" for place in ("dispatches", "units/quang-dien"))
    chart = f"{unit}chart.svg?indicator=HSTT.DH&format=png"
    return [
        Picture("queue", CLERK, "/admin/chiso/reply/", readme=True, first=disputed),
        Picture("reply", UNIT, "/replies/{asked}/", readme=True, first=disputed),
        Picture("answer", CLERK, "/admin/chiso/reply/{sent}/change/", readme=True, first=disputed),
        Picture("notices", UNIT, "/notices/", readme=True, first=disputed),
        Picture("table", UNIT, f"{dispatch}table/district/", readme=True, first=disputed, size=(1440, 1020)),
        Picture("matrix", UNIT, f"/matrix/{issuer}/TONG/district/", readme=True, first=disputed),
        Picture("compare", UNIT, f"{dispatch}compare/quang-dien/?with=tp-hue&with=nam-dong", readme=True,
                first=disputed),
        Picture("chart", UNIT, chart, readme=True, first=disputed, kind="file"),
        Picture("printed", UNIT, unit, readme=True, first=disputed, kind="paper"),
        Picture("phone", UNIT, unit, readme=True, first=disputed, size=(360, 1180)),
    ]  # fmt: skip


def disputed() -> None:
    """Replies to edition 2 in several states, one of them to a figure that the next edition will say."""
    from chiso.actions import reply as replies
    from chiso.actions.enclosing import Enclosed
    from chiso.actions.reply import Document
    from chiso.models import Edition, Indicator, Reply, Unit, User

    if Reply.objects.exists():
        return
    if not Edition.objects.filter(dispatch__number="1082", number=2).exists():
        corrected()
    clerk, unit = User.objects.get(email=CLERK), User.objects.get(email=UNIT)
    office = User.objects.get(email="soyte@chiso.example")
    edition = Edition.objects.get(dispatch__number="1082", number=2)

    def send(by: User, slug: str, code: str, proposed: str, reason: str, *files: str) -> Reply:
        indicator = Indicator.objects.get(code=code, indicator_set=edition.indicator_set)
        pdf = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
        return replies.send(
            edition=edition, unit=Unit.objects.get(slug=slug), indicator=indicator, proposed=proposed, reason=reason,
            by=by, enclosed=[Enclosed(name, pdf, 2) for name in files],
        )  # fmt: skip

    why = (
        "Theo biên bản đối chiếu ngày 14/9/2023, 12 hồ sơ lĩnh vực đất đai đã được giải quyết đúng hạn nhưng chưa cập "
        "nhật trạng thái trên Hệ thống do lỗi đồng bộ. Đề nghị kiểm tra lại nhật ký đồng bộ từ 31/8 đến 2/9/2023."
    )
    asked = send(unit, "quang-dien", "HSTT.DH", "91,2%", why, "biên bản đối chiếu.pdf")
    replies.receive(reply=asked, by=clerk)
    replies.ask(reply=asked, by=clerk, text="Đề nghị gửi danh sách 12 hồ sơ (mã, ngày tiếp nhận, ngày trả kết quả).")
    send(unit, "quang-dien", "TONG", "58,01/100", "Thiếu 12 hồ sơ của tháng 8.", "bảng tổng hợp.pdf")
    refused = send(unit, "quang-dien", "HSTT.TT", "70,1%", "Đơn vị đã số hóa đủ hồ sơ thanh toán trực tuyến.")
    text = "Số liệu lấy lúc 12/9/2023; hồ sơ cập nhật sau đó được tính cho kỳ sau."
    replies.refuse(reply=refused, by=clerk, text=text)
    received = send(office, "so-y-te", "HSTT.QH", "115", "Hai hồ sơ được gia hạn theo quy định.", "phiếu gia hạn.pdf")
    replies.receive(reply=received, by=clerk)
    partly = send(office, "so-y-te", "HSTT.DH", "90%", why)
    replies.accept_in_part(
        reply=partly, by=clerk, granted="89,1%", text="Chấp nhận 5 trên 12 hồ sơ.",
        document=Document(reason="Theo phản hồi của Sở Y tế"),
    )  # fmt: skip


def corrected() -> None:
    """Edition 2 of dispatch 1082, with one figure as a district asked for it."""
    from chiso.actions import correction
    from chiso.actions import edition as editions
    from chiso.actions import result as results
    from chiso.models import Edition, Indicator, Unit, User

    clerk, approver = (User.objects.get(email=email) for email in (CLERK, APPROVER))
    first = Edition.objects.select_related("dispatch__issuer").get(dispatch__number="1082", state="published")
    second = correction.open_correction(
        dispatch=first.dispatch, by=clerk, reason="Nhập sai một số liệu của UBND huyện Nam Đông.", number="1127",
        symbol="VPUB-KSTT", issued_on=date(2023, 9, 25),
    )  # fmt: skip
    total = Indicator.objects.get(code="TONG")
    results.store(
        edition=second, unit=Unit.objects.get(slug="nam-dong"), indicator=total, text="57,81/100", by=clerk,
        why="theo bảng tổng hợp gốc",
    )  # fmt: skip
    editions.submit(edition=second, by=clerk)
    editions.publish(edition=second, by=approver, accept_warnings="Giữ như văn bản đã ban hành.")


def changed(text: str, pairs: list[tuple[str, str]]) -> str:
    for before, after in pairs:
        if before not in text:
            raise SystemExit(f"the sample file no longer holds {before!r}")
        text = text.replace(before, after)
    return text


def take(pictures: list[Picture]) -> None:
    from django.test import Client
    from playwright.sync_api import sync_playwright

    from chiso.models import User

    cookies = {}
    for email in {picture.person for picture in pictures}:
        client = Client()
        client.force_login(User.objects.get(email=email))
        cookies[email] = client.cookies["sessionid"].value
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=shutil.which("chromium") or shutil.which("chromium-browser"), args=QUIET
        )
        for picture in pictures:
            if picture.first:
                picture.first()
            for language in ("vi",) if picture.readme else ("vi", "en"):
                User.objects.update(language=language)
                width, height = picture.size if picture.readme else (1100, 620)
                context = browser.new_context(viewport={"width": width, "height": height}, device_scale_factor=1)
                url = f"http://127.0.0.1:{PORT}"
                context.add_cookies([{"name": "sessionid", "value": cookies[picture.person], "url": url}])
                kept(seen(context, url + picture.path.format(**replies_by_state()), picture), picture, language)
                context.close()
        browser.close()


def replies_by_state() -> dict[str, int]:
    from chiso.models import Reply

    return dict(Reply.objects.order_by("pk").values_list("state", "pk"))


def seen(context: BrowserContext, address: str, picture: Picture) -> bytes:
    if picture.kind == "file":
        return context.request.get(address).body()
    page = context.new_page()
    page.goto(address, wait_until="networkidle")
    page.evaluate("document.fonts.ready")
    if picture.kind == "paper":
        return sheets(page.pdf(format="A4", prefer_css_page_size=True, print_background=True))
    if picture.at:
        page.locator(picture.at).first.evaluate("element => element.scrollIntoView()")
    return page.screenshot()


def sheets(pdf: bytes) -> bytes:
    """Those of a printed page beside each other."""
    import pypdfium2
    from PIL import Image

    papers = [paper.render(scale=1.1).to_pil() for paper in pypdfium2.PdfDocument(pdf)]
    beside = Image.new("RGB", (sum(each.width + 12 for each in papers) - 12, papers[0].height), "#999")
    for place, each in enumerate(papers):
        beside.paste(each, (place * (each.width + 12), 0))
    out = io.BytesIO()
    beside.save(out, "PNG")
    return out.getvalue()


def kept(shot: bytes, picture: Picture, language: str) -> None:
    from PIL import Image

    image = Image.open(io.BytesIO(shot)).convert("RGB")
    if picture.readme:
        path = ROOT / "docs" / f"{picture.name}.png"
        if picture.kind == "file":
            image.thumbnail((1200, 820))
        image.quantize(128).save(path, optimize=True)
    else:
        HELP.mkdir(exist_ok=True)
        path = HELP / f"{picture.name}-{language}.webp"
        for quality in (90, 80, 70, 60, 50):
            image.save(path, quality=quality, method=6)
            if path.stat().st_size <= MOST_BYTES:
                break
    sys.stdout.write(f"{path.relative_to(ROOT)}: {path.stat().st_size} bytes\n")


def served(environment: dict[str, str]) -> subprocess.Popen[bytes]:
    server = subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "manage.py", "runserver", f"127.0.0.1:{PORT}", "--noreload"],
        cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    for _attempt in range(100):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{PORT}/accounts/login/")
        except OSError:
            time.sleep(0.2)
        else:
            return server
    server.terminate()
    raise SystemExit("the server did not start")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"DATABASE_URL": f"sqlite:///{folder}/pictures.sqlite3", "CHISO_FILES": f"{folder}/files"}
        os.environ["CHISO_EMAIL_URL"] = "dummymail://"  # what is told by mail is told to nobody
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright's loop runs in this thread
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        sys.path.insert(0, str(ROOT))
        import django

        django.setup()
        pictures = [each for each in prepared() if not sys.argv[1:] or each.name in sys.argv[1:]]
        server = served(dict(os.environ))
        try:
            take(pictures)
        finally:
            server.terminate()


if __name__ == "__main__":
    main()
