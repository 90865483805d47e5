"""How figures are written."""

from chiso.checks.case import Severity, Status
from chiso.checks.form import kind_mismatch, mixed_decimal_marks, mixed_thousands_marks
from tests.checks.cases import districts
from tests.checks.paper import PROVINCE, case_of, findings, places, row


def test_marks_are_compared_across_appendices_that_keep_to_one():
    case = case_of(*districts("TONG", "57,72/100"), row("tp-hue", "HSTT.DH", "86.07%", "IV 6 4"))
    found = findings(mixed_decimal_marks(case))
    assert [(one.where, one.figures["comma"], one.figures["dot"]) for one in found] == [("document", "II", "IV")]
    assert places(mixed_decimal_marks(case), Status.PASSED) == ["II", "IV"]


def test_one_mark_in_all_appendices_passes_for_the_document():
    case = case_of(*districts("TONG", "57,72/100"), row("tp-hue", "HSTT.DH", "86,07%", "IV 6 4"))
    assert places(mixed_decimal_marks(case), Status.PASSED) == ["II", "IV", "document"]


def test_the_proof_stands_in_one_row_where_it_can():
    rows = (row(PROVINCE, "CKMB", "11.3/18", "I 4 3"), row(PROVINCE, "TDGQ", "17.1/20", "I 5 3"))
    figures = findings(mixed_decimal_marks(case_of(*rows, row("ca-nuoc", "TDGQ", "17,5/20", "I 5 4"))))[0].figures
    assert (figures["dot"], figures["comma"]) == ("17.1/20", "17,5/20")


def test_marks_of_counts_are_no_decimal_marks():
    case = case_of(*districts("HSTT.QH", "2.145", "2,145"), row("tp-hue", "HSTT.DH", "100%", "II 9 4"))
    assert {one.status for one in mixed_decimal_marks(case)} == {Status.NOT_APPLICABLE}


def test_dots_beside_commas_between_thousands_are_found_too():
    found = findings(mixed_thousands_marks(case_of(*districts("HSTT.QH", "2.145", "2.465", "2,608"))))
    assert [(one.figures["one"], one.figures["other"], one.severity) for one in found] == [
        ("2,608", "2.145", Severity.NOTE)
    ]


def test_columns_are_judged_by_themselves():
    case = case_of(*districts("HSTT.QH", "2.145", "2.465"), row("tp-hue", "MDSH.5", "1502", "II 3 4"))
    assert places(mixed_thousands_marks(case), Status.PASSED) == ["II, column 3"]


def test_small_counts_and_a_lone_large_one_say_nothing():
    case = case_of(*districts("HSTT.QH", "999", "5932", "12"))
    assert places(mixed_thousands_marks(case), Status.NOT_APPLICABLE) == ["II"]


def test_a_count_in_a_percent_column_is_found_with_both_kinds():
    figures = findings(kind_mismatch(case_of(row(PROVINCE, "MDSH.3", "0 hồ sơ", "I 15 2"))))[0].figures
    assert (figures["kind"], figures["printed_kind"]) == ("percent", "count")


def test_a_percent_without_its_sign_and_a_count_with_its_word_are_of_their_kind():
    case = case_of(row("tp-hue", "HSTT.DH", "86.07", "IV 6 4"), row("tp-hue", "HSTT.QH", "5932 hồ sơ", "IV 6 3"))
    assert places(kind_mismatch(case), Status.PASSED) == ["IV"]
