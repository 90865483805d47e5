"""The commands as a person and a machine use them: what they print, and how they exit."""

from __future__ import annotations

import io
import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from chiso.actions import correction as corrections
from chiso.actions import edition as editions
from chiso.models import Dispatch, Edition, Issuer, Membership, Result, Unit, Upload, User
from tests import record
from tests.ingest.expected import FIXTURES, FOLDER, NUMBERS, figures, sample

pytestmark = pytest.mark.django_db
NUMBER = record.NUMBER


def run(name: str, *args: str, **options: Any) -> tuple[int, str, str]:
    """(exit code, standard output, standard error)"""
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command(name, *args, stdout=out, stderr=err, **options)
    except SystemExit as stop:
        return int(stop.code or 0), out.getvalue(), err.getvalue()
    except CommandError as fault:
        return fault.returncode, out.getvalue(), str(fault)
    return 0, out.getvalue(), err.getvalue()


def as_json(name: str, *args: str, **options: Any) -> tuple[int, dict[str, Any]]:
    code, out, _err = run(name, *args, "--json", **options)
    return code, json.loads(out)


@pytest.fixture
def issuer():
    return record.office_of_2023()


@pytest.fixture
def docx() -> str:
    return str(FOLDER / "dispatch-1082.docx")


def test_load_prints_one_object_with_every_figure(issuer, docx):
    code, data = as_json("load_dispatch", docx)
    assert code == 0
    assert data["dispatch"] | {"subject": ""} == {
        "issuer": issuer.slug, "number": "1082", "symbol": "VPUB-KSTT", "issued_on": "2023-09-13", "data_as_of": "2023-09-12",
        "subject": "", "signer": "Hoàng Việt Cường", "headline": {"score": "61.5", "out_of": "100", "rank": 48, "rank_of": 63},
    }  # fmt: skip
    facts = {(fact["unit"], fact["indicator"]): fact for each in data["appendices"] for fact in each["facts"]}
    assert len(facts) == 139
    for each in figures():
        fact = facts[each.unit, each.indicator]
        assert Decimal(fact["value"]) == each.value
        assert (fact["out_of"] and Decimal(fact["out_of"])) == each.out_of
        assert fact["printed"] == each.printed
        assert fact["cell"].startswith(f"{each.appendix}, row {each.row}, column {each.column}")
    assert [(each["ordinal"], each["layout"]) for each in data["appendices"]] == [
        ("I", "province-index"), ("II", "district-index"), ("III", "certified-copies"), ("IV", "dossier-handling"),
    ]  # fmt: skip
    assert data["plan"] == {"new": 139, "changed": 0, "unchanged": 0, "absent": 0}
    assert data["problems"] == data["unknown_units"] == []
    assert Result.objects.count() == 139


def test_mail_that_is_due_is_sent_and_counted(issuer, mailoutbox):
    record.person("approver@example.org", role="approver")
    editions.submit(edition=record.loaded(), by=None)
    assert as_json("send_notices") == (0, {"sent": 1, "later": 0, "failed": 0, "dropped": 0})
    assert run("send_notices") == (0, "Đã gửi: 0. Sẽ gửi lại: 0. Không gửi được: 0.\n", "")
    assert len(mailoutbox) == 1


def test_mail_that_cannot_be_sent_is_exit_1(issuer, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS, settings.EMAIL_USE_SSL = (
        "127.0.0.1",
        1,
        False,
        False,
    )
    record.person("approver@example.org", role="approver")
    editions.submit(edition=record.loaded(), by=None)
    assert as_json("send_notices") == (1, {"sent": 0, "later": 1, "failed": 0, "dropped": 0})


def test_deadlines_are_told_once(issuer):
    record.person("quangdien@example.org", role="unit", unit="quang-dien")
    Issuer.objects.update(reply_days=1)
    record.published()
    assert run("remind", "--days", "3") == (0, "Nhắc hạn: 1\n", "")
    assert run("remind", "--days", "3") == (0, "Nhắc hạn: 0\n", "")
    assert run("remind", "--days", "-1")[0] == 2


def test_a_dry_run_stores_nothing(issuer, docx):
    code, data = as_json("load_dispatch", docx, "--dry-run")
    assert (code, data["plan"]["new"]) == (0, 139)
    assert not Dispatch.objects.exists()
    assert not Upload.objects.exists()


def test_problems_are_exit_1_and_said_in_vietnamese(issuer, tmp_path: Path):
    def spoil(book):
        record.cell_of(book, "IV", 10, 3).value = "2.6O8"

    path = tmp_path / "hỏng.xlsx"
    path.write_bytes(record.workbook(spoil))
    code, data = as_json("load_dispatch", str(path), "--dry-run")
    assert code == 1
    [problem] = data["problems"]
    assert problem["appendix"] == "IV"
    assert problem["cell"].startswith("IV, row 10, column 3")
    assert problem["printed"] == "2.6O8"
    assert problem["message"].startswith("Phụ lục IV, dòng 10, cột 3")
    assert "có chữ O" in problem["message"]


def test_an_unknown_unit_comes_with_a_suggestion(issuer, tmp_path: Path):
    def rename(book):
        record.cell_of(book, "II", 2, 2).value = "UBND huyện Quảng Điềm"

    path = tmp_path / "x.xlsx"
    path.write_bytes(record.workbook(rename))
    code, data = as_json("load_dispatch", str(path))
    assert code == 1
    assert data["unknown_units"] == [{"name": "UBND huyện Quảng Điềm", "code": None, "suggestion": "quang-dien"}]
    [fact] = [fact for each in data["appendices"] for fact in each["facts"] if fact["unit"] is None]
    assert (fact["unit_name"], fact["unit_code"], fact["printed"]) == ("UBND huyện Quảng Điềm", None, "57,72/100")
    assert Result.objects.count() == 138


@pytest.mark.parametrize("content", [b"", b"\x00\xff", b"PK\x03\x04"])
def test_what_cannot_be_read_is_exit_2(issuer, tmp_path: Path, content):
    path = tmp_path / "x.docx"
    path.write_bytes(content)
    assert run("load_dispatch", str(path))[0] == 2
    assert run("load_dispatch", str(tmp_path / "none.docx"))[0] == 2
    assert run("load_dispatch", str(path), "--issuer", "nobody")[0] == 2
    assert run("load_dispatch", str(path), "--by", "nobody@example.org")[0] == 2


def test_check_finds_what_1082_gets_wrong_and_nothing_else(issuer, docx):
    run("load_dispatch", docx)
    code, data = as_json("check_dispatch", NUMBER)
    assert (code, data["dispatch"], data["edition"]) == (1, NUMBER, 1)
    found = [(each["check"], each["where"], each["severity"]) for each in data["findings"]]
    assert sorted(found) == sorted(
        [
            ("letter-matches-appendix", "letter", "warning"),
            ("groups-add-up", "I, row 2, column 3", "warning"),
            ("groups-add-up", "I, row 2, column 4", "warning"),
            *(("printed-order", f"IV, row {stt + 1}, column 4", "warning") for stt in (5, 14, 17, 20, 21, 27)),
            ("mixed-decimal-marks", "I", "note"),
            ("mixed-decimal-marks", "document", "note"),
            ("mixed-thousands-marks", "IV, column 3", "note"),
            ("kind-mismatch", "I, row 15, column 2", "warning"),
            *(("no-whole-total", f"IV, row {stt + 1}, column 4", "note") for stt in (16, 20, 24, 26)),
        ]
    )
    passed = {each["check"] for each in data["passed"]}
    assert {"maxima-add-up", "totals-agree-across-appendices", "parts-of-whole", "printed-order"} <= passed
    assert sum(each["check"] == "parts-of-whole" for each in data["passed"]) == 9
    assert {each["check"] for each in data["not_applicable"]} >= {"unchanged-since-last", "printed-rank"}
    assert all(each["state"] == "open" and each["message"] and each["figures"] for each in data["findings"])


def test_the_stale_row_is_found_once_dispatch_943_is_on_record(issuer, docx):
    approver = record.person("a@example.org", role="approver").email
    assert run("load_dispatch", str(FIXTURES / "dispatch-943" / "dispatch-943.docx"))[0] == 0
    assert run("publish_dispatch", "943/VPUB-KSTT", "--by", approver, "--accept-warnings", "x")[0] == 0
    run("load_dispatch", docx)
    _code, data = as_json("check_dispatch", NUMBER)
    stale = [each for each in data["findings"] if each["check"] == "unchanged-since-last"]
    assert {value for each in stale for value in each["figures"].values()} >= {"60.58/100", "64.9/100"}
    assert {each["where"] for each in stale} == {"I, row 2, column 3", "I, row 2, column 4"}


def test_publish_and_rank(issuer, docx):
    run("load_dispatch", docx)
    approver = record.person("approver@example.org", role="approver").email
    code, _out, err = run("publish_dispatch", NUMBER, "--by", approver)
    assert (code, "cảnh báo" in err) == (1, True)
    assert run("publish_dispatch", NUMBER, "--by", approver, "--accept-warnings", "Giữ như văn bản")[0] == 0
    assert as_json("check_dispatch", NUMBER)[0] == 0
    code, data = as_json("rank_units", NUMBER, "TONG", "--level", "district")
    assert code == 0
    assert {name: data[name] for name in ("dispatch", "edition", "indicator", "peers")} == {
        "dispatch": NUMBER, "edition": 1, "indicator": "TONG", "peers": "district",
    }  # fmt: skip
    assert data["rows"][0] == {
        "rank": 1, "rank_of": 9, "tied": False, "unit": "quang-dien", "unit_name": "UBND huyện Quảng Điền", "value": "57.72",
    }  # fmt: skip
    assert [row["rank"] for row in data["rows"]] == list(range(1, 10))
    shares = as_json("rank_units", NUMBER, "CTDT.TK")[1]["rows"]
    assert [(row["rank"], row["tied"]) for row in shares] == [(1, True)] * 8 + [(9, False)]
    assert run("rank_units", NUMBER, "HSTT.DH")[0] == 2
    assert run("rank_units", NUMBER, "NONE")[0] == 2


def test_a_number_that_is_not_there_or_stands_twice_is_exit_2(issuer, docx):
    assert run("check_dispatch", "9/XX")[0] == 2
    run("load_dispatch", docx)
    Dispatch.objects.create(issuer=issuer, year=2024, number="1082", symbol="VPUB-KSTT", issued_on="2024-09-13")
    code, _out, err = run("check_dispatch", NUMBER)
    assert (code, "--year 2023" in err, "--year 2024" in err) == (2, True, True)
    assert run("check_dispatch", NUMBER, "--year", "2023")[0] == 1
    assert run("check_dispatch", NUMBER, "--year", "2023", "--edition", "2")[0] == 2


def test_demo_can_be_repeated_and_refuses_other_data():
    code, out, _err = run("demo", "--no-server")
    assert code == 0
    assert "/dispatches/" in out
    editions = Edition.objects.order_by("dispatch__data_as_of")
    assert [(each.dispatch.number, each.number, each.state) for each in editions] == [
        (number, 1, "published") for number in NUMBERS
    ]
    assert [str(each) for each in editions if str(each) in out] == [str(each) for each in editions]
    assert [each.standings.filter(indicator__code="TONG").count() for each in editions] == [8, 9, 9]
    people = {user.email: user for user in User.objects.all()}
    assert len(people) == 5
    roles = Membership.objects.filter(unit__slug="thua-thien-hue").values_list("role", flat=True)
    assert sorted(roles) == ["administrator", "approver", "clerk"]
    assert all(email in out for email in people)
    assert Membership.objects.filter(role="unit").count() == 2
    assert run("demo", "--no-server")[0] == 0
    assert (Edition.objects.count(), Upload.objects.count(), User.objects.count()) == (3, 3, 5)
    User.objects.create_user("someone@example.org")
    assert run("demo", "--no-server")[0] == 2


def test_demo_goes_on_from_one_that_held_only_dispatch_1082(issuer):
    kept = record.published()
    assert run("demo", "--no-server")[0] == 0
    assert sorted(Edition.objects.published().values_list("dispatch__number", flat=True)) == sorted(NUMBERS)
    assert Edition.objects.get(dispatch__number="1082") == kept


def test_the_sample_data_of_the_demo_are_told_from_the_real_dispatch():
    _code, out, _err = run("demo", "--no-server")
    for each in Edition.objects.select_related("dispatch"):
        [line] = [line for line in out.splitlines() if str(each) in line]
        invented = each.dispatch.number != "1082"
        assert line.startswith("Đã công bố") != invented
        assert each.dispatch.subject.startswith("Dữ liệu mẫu") == invented
        assert all(("Dữ liệu mẫu" in sheet.notes) == invented for sheet in each.appendices.all())


def test_the_sample_data_agree_with_themselves(issuer):
    """So that what the demo shows of them is movement, not faults: only who was not scored yet is told."""
    august, _september, october = record.published_three()
    told = {
        each: sorted(each.findings.exclude(severity="note").values_list("check_id", "where"))
        for each in (august, october)
    }
    assert told == {august: [("missing-unit", "II, phu-vang")], october: []}


def test_between_the_sample_data_units_rise_fall_tie_and_are_missing(issuer):
    ranks = [
        {each.unit.slug: (each.rank, each.rank_of, each.tied) for each in edition.standings.filter(
            indicator__code="TONG", peers="district").select_related("unit")}
        for edition in record.published_three()
    ]  # fmt: skip
    assert [each.get("phu-vang") for each in ranks] == [None, (9, 9, False), (9, 9, False)]
    assert [each["quang-dien"] for each in ranks] == [(2, 8, False), (1, 9, False), (1, 9, False)]
    assert [each["a-luoi"][0] for each in ranks] == [8, 7, 8]
    assert ranks[2]["tp-hue"] == ranks[2]["phu-loc"] == (5, 9, True)
    assert [each["huong-thuy"][0] for each in ranks] == [7, 8, 7]


def test_demo_prints_passwords_that_open_the_accounts(client):
    _code, out, _err = run("demo", "--no-server")
    for line in out.splitlines():
        if "@chiso.example" in line:
            email, password = line.split()[:2]
            assert client.login(email=email, password=password) or client.login(username=email, password=password)


def test_a_new_office_loads_its_past(docx):
    assert run("setup", "--issuer", "H57", "--admin", "quantri@example.org")[0] == 0
    code, data = as_json("load_dispatch", docx, "--by", "quantri@example.org")
    assert (code, data["plan"]["new"], data["dispatch"]["issuer"]) == (0, 139, "vp-thua-thien-hue")


def test_loading_what_is_published_answers_only_where_it_differs(issuer, docx, tmp_path: Path):
    run("load_dispatch", docx)
    run("publish_dispatch", NUMBER, "--by", record.person(role="approver").email, "--accept-warnings", "như văn bản")
    code, data = as_json("load_dispatch", docx)
    assert (code, data["plan"]["unchanged"], Upload.objects.count()) == (0, 139, 1)

    def change(book):
        record.cell_of(book, "IV", 9, 3).value = "2.466"

    path = tmp_path / "x.xlsx"
    path.write_bytes(record.workbook(change))
    code, _out, err = run("load_dispatch", str(path))
    assert (code, "đã công bố" in err) == (1, True)
    assert Result.objects.get(unit__slug="phu-vang", indicator__code="HSTT.QH").value == 2465


def test_setup_prints_an_invitation_that_opens(client):
    code, out, _err = run(
        "setup", "--issuer", "H57", "--admin", "quantri@example.org", "--address", "https://chiso.example/"
    )
    assert code == 0
    link = next(line for line in out.splitlines() if line.startswith("https://chiso.example/"))
    answer = client.get(link.removeprefix("https://chiso.example"), follow=True)
    assert answer.status_code == 200
    assert answer.context["form"].fields
    assert Unit.objects.get(slug="thanh-pho-hue").memberships.get().user.email == "quantri@example.org"
    assert run("setup", "--issuer", "X99", "--admin", "quantri@example.org")[0] == 2


def test_only_those_of_the_desk_load_and_publish(issuer, docx):
    unit = record.person("unit@example.org", role="unit", unit="phu-vang").email
    assert run("load_dispatch", docx, "--by", unit)[0] == 2
    assert not Upload.objects.exists()
    run("load_dispatch", docx)
    clerk = record.person("clerk@example.org").email
    for nobody in (unit, clerk):
        assert run("publish_dispatch", NUMBER, "--by", nobody, "--accept-warnings", "x")[0] == 2
    assert Edition.objects.get().state == "draft"


def test_who_loaded_a_dispatch_does_not_publish_it(issuer, docx):
    approver = record.person("approver@example.org", role="approver").email
    run("load_dispatch", docx, "--by", approver)
    assert run("publish_dispatch", NUMBER, "--by", approver, "--accept-warnings", "x")[0] == 1
    assert Edition.objects.get().state == "draft"
    other = record.person("other@example.org", role="administrator").email
    assert run("publish_dispatch", NUMBER, "--by", other, "--accept-warnings", "x")[0] == 0


def test_a_dry_run_says_why_nothing_could_be_taken_over(issuer, tmp_path: Path):
    path = tmp_path / "x.txt"
    path.write_bytes(
        sample(".txt")
        .replace("Thừa Thiên Huế".encode(), "Quảng Trị".encode())
        .replace("THỪA THIÊN HUẾ".encode(), "QUẢNG TRỊ".encode())
    )
    for more in ([], ["--issuer", issuer.slug]):
        code, _out, err = run("load_dispatch", str(path), "--dry-run", *more)
        assert (code, "Quảng Trị" in err) == (1, True)


def test_a_refused_load_is_exit_1(issuer, tmp_path: Path):
    path = tmp_path / "x.txt"
    path.write_bytes(sample(".txt").replace(b"VPUB-KSTT", b"V" * 45))
    assert run("load_dispatch", str(path))[0] == 1
    assert not Dispatch.objects.exists()


@pytest.mark.parametrize("wrong", [{"admin": "not-an-address"}, {"address": "not-an-address"}])
def test_setup_refuses_addresses_that_nobody_can_use(wrong):
    options = {"issuer": "H57", "admin": "quantri@example.org", **wrong}
    assert run("setup", **options)[0] == 2
    assert not User.objects.exists()


def test_a_correcting_document_stands_for_the_edition_that_it_makes(issuer, docx, tmp_path: Path):
    run("load_dispatch", docx)
    approver = record.person("approver@example.org", role="approver").email
    run("publish_dispatch", NUMBER, "--by", approver, "--accept-warnings", "như văn bản")
    first = Edition.objects.get()
    corrections.open_correction(
        dispatch=first.dispatch, by=None, reason="Sai", number="1100", symbol="VPUB-KSTT", issued_on=date(2023, 9, 20)
    )
    path = tmp_path / "x.txt"
    path.write_bytes(sample(".txt").replace(b"1082", b"1100").replace("13 tháng 9".encode(), "20 tháng 9".encode()))
    assert run("load_dispatch", str(path))[0] == 0
    assert run("publish_dispatch", "1100/VPUB-KSTT", "--by", approver, "--accept-warnings", "x")[0] == 0
    assert list(Edition.objects.order_by("number").values_list("number", "state")) == [
        (1, "superseded"), (2, "published"),
    ]  # fmt: skip
