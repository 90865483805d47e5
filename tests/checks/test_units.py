"""Which units an appendix holds."""

from dataclasses import replace

from chiso.checks.case import Severity, Status
from chiso.checks.units import duplicate_unit, missing_unit
from tests.checks.cases import ALL_NINE
from tests.checks.paper import case_of, findings, places, row


def test_half_of_a_level_makes_the_others_missed():
    found = findings(missing_unit(case_of(*ALL_NINE[:5])))
    assert {one.where for one in found} == {"II, tp-hue", "II, a-luoi", "II, huong-thuy", "II, phu-vang"}
    assert {one.severity for one in found} == {Severity.WARNING}
    assert found[0].figures["unit"] == "name of tp-hue"


def test_fewer_than_half_are_a_choice_of_the_paper():
    outcomes = missing_unit(case_of(*ALL_NINE[:4]))
    assert [(one.status, one.where, one.reason) for one in outcomes] == [(Status.NOT_APPLICABLE, "II, district", "few")]


def test_each_appendix_has_its_own_units():
    case = case_of(*ALL_NINE, *(replace(one, appendix="IV") for one in ALL_NINE[:8]))
    assert [one.where for one in findings(missing_unit(case))] == ["IV, phu-vang"]
    assert places(missing_unit(case), Status.PASSED) == ["II, district"]


def test_neither_the_nation_nor_another_province_is_missed():
    case = case_of(row("thua-thien-hue", "TONG", "60.58/100", "I 2 3"))
    assert places(missing_unit(case), Status.NOT_APPLICABLE) == ["I"]


def test_a_unit_named_twice_is_an_error_and_its_appendix_does_not_pass():
    case = case_of(*ALL_NINE, row("so-y-te", "HSTT.QH", "117", "IV 23 3"))
    outcomes = duplicate_unit(replace(case, doubled=(("tp-hue", "II, row 11, column 2"),)))
    assert [(one.where, one.severity) for one in findings(outcomes)] == [("II, row 11, column 2", Severity.ERROR)]
    assert places(outcomes, Status.PASSED) == ["IV"]
