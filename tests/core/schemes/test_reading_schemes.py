"""A scheme is data that could be run; everything wrong with it is told at once, with its place."""

from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any

import orjson
import pytest

from core.errors import SchemeInvalid
from core.indicators.indicator import Indicator
from core.points.catalogue import BUILT_IN
from core.schemes.scheme import Scheme, canonical_text, read_scheme

Body = dict[str, Any]
Indicators = Mapping[str, Indicator]


def problems_of(body: Any, indicators: Indicators, digits: int = 2) -> list[tuple[str, str]]:
    with pytest.raises(SchemeInvalid) as refused:
        read_scheme(body, indicators, BUILT_IN, digits)
    assert refused.value.code == "SCHEME_INVALID"
    problems = refused.value.fields["problems"]
    assert all(problem.keys() == {"path", "code", "message"} and problem["message"] for problem in problems)
    return [(problem["path"], problem["code"]) for problem in problems]


def test_a_scheme_that_holds_is_read_with_its_defaults(body: Body, indicators: Indicators) -> None:
    scheme = read_scheme(body, indicators, BUILT_IN, digits=2)
    assert scheme.not_applicable == "rescale"
    assert [band.grade for band in scheme.bands][:2] == ["A1", "A2"]
    assert scheme.indicators == ("deposits.average", "deposits.increment", "loans.granted", "risk.npl_ratio")
    assert scheme.pool_minor == 100_000_050
    assert [line.parameters for _, line in scheme.lines] == [
        {"cap_multiple": "2"},
        {"constant": "1", "points_per_unit": "0.02", "cap_multiple": "2"},
        {"cap_multiple": "2"},
    ]


def test_without_pay_there_is_no_pool(body: Body, indicators: Indicators) -> None:
    del body["pay"]
    assert read_scheme(body, indicators, BUILT_IN, digits=2).pool_minor is None


def test_the_pool_counts_in_the_currency_s_own_digits(body: Body, indicators: Indicators) -> None:
    body["pay"]["pool"] = "1000"
    assert read_scheme(body, indicators, BUILT_IN, digits=0).pool_minor == 1000
    assert read_scheme(body, indicators, BUILT_IN, digits=3).pool_minor == 1_000_000


def test_weights_that_do_not_make_the_base_total_are_refused(body: Body, indicators: Indicators) -> None:
    body["sections"][1]["lines"][0]["base"] = "14.4999"
    assert problems_of(body, indicators) == [("base_total", "WEIGHTS_NOT_BASE_TOTAL")]


LINE = "sections[0].lines[0]"


def change(path: str, value: Any) -> Callable[[Body], None]:
    """Put `value` at "sections.0.lines.0.base"."""

    def at(body: Body) -> None:
        *steps, last = [int(step) if step.isdigit() else step for step in path.split(".")]
        place: Any = body
        for step in steps:
            place = place[step]
        place[last] = value

    return at


def remove(path: str) -> Callable[[Body], None]:
    def at(body: Body) -> None:
        *steps, last = path.split(".")
        place: Any = body
        for step in steps:
            place = place[int(step) if step.isdigit() else step]
        del place[last]

    return at


BANDS = [{"grade": "good", "at_least": "800", "multiple": "1.5"}, {"grade": "poor", "multiple": "0"}]


@pytest.mark.parametrize(
    ("spoil", "path", "code"),
    [
        (change("sections.0.lines.0.indicator", "deposits.nothing"), f"{LINE}.indicator", "INDICATOR_UNKNOWN"),
        (change("measures.0", "nothing.at_all"), "measures[0]", "INDICATOR_UNKNOWN"),
        (change("sections.0.lines.0.rule", "points_by_luck"), f"{LINE}.rule", "RULE_UNKNOWN"),
        (
            change("sections.0.lines.0.indicator", "risk.npl_ratio"),
            f"{LINE}.rule",
            "RULE_NEEDS_HIGHER_IS_BETTER",
        ),
        (change("sections.0.lines.0.base", 60.0), f"{LINE}.base", "FLOAT_REFUSED"),
        (change("sections.0.lines.0.base", "sixty"), f"{LINE}.base", "NUMBER_INVALID"),
        (change("sections.0.lines.0.base", "6e1"), f"{LINE}.base", "NUMBER_INVALID"),
        (change("sections.0.lines.0.base", True), f"{LINE}.base", "NUMBER_INVALID"),
        (change("sections.0.lines.0.base", None), f"{LINE}.base", "NUMBER_INVALID"),
        (change("sections.0.lines.0.base", "60.00001"), f"{LINE}.base", "NUMBER_TOO_PRECISE"),
        (change("sections.0.lines.0.base", "0"), f"{LINE}.base", "NUMBER_OUT_OF_RANGE"),
        (change("sections.0.lines.0.base", "-60"), f"{LINE}.base", "NUMBER_OUT_OF_RANGE"),
        (change("base_total", 10**40), "base_total", "NUMBER_INVALID"),
        (remove("sections.0.lines.0.rule"), f"{LINE}.rule", "FIELD_MISSING"),
        (remove("labels"), "labels", "FIELD_MISSING"),
        (remove("labels.zh"), "labels.zh", "FIELD_MISSING"),
        (change("labels.en", ""), "labels.en", "TEXT_INVALID"),
        (change("labels.en", "a\x00b"), "labels.en", "TEXT_INVALID"),
        (change("labels.en", "\ud800"), "labels.en", "TEXT_INVALID"),
        (change("code", 7), "code", "TYPE_WRONG"),
        (change("wieght", "1"), "wieght", "FIELD_UNKNOWN"),
        (change("sections", "all"), "sections", "TYPE_WRONG"),
        (change("sections.1.lines", []), "sections[1].lines", "LIST_EMPTY"),
        (change("sections.1.code", "liabilities"), "sections[1].code", "SECTION_DUPLICATE"),
        (change("measures", ["loans.granted"]), "measures[0]", "LINE_DUPLICATE"),
        (
            change("sections.1.lines.0.indicator", "deposits.average"),
            "sections[1].lines[0].indicator",
            "LINE_DUPLICATE",
        ),
        (change("not_applicable", "ignore"), "not_applicable", "CHOICE_UNKNOWN"),
        (change("pay.pool", "-0.01"), "pay.pool", "NUMBER_OUT_OF_RANGE"),
        (change("pay.pool", "1.005"), "pay.pool", "NUMBER_TOO_PRECISE"),
        (change("pay.pool", 1.5), "pay.pool", "FLOAT_REFUSED"),
        (change("pay.rule", "by_luck"), "pay.rule", "CHOICE_UNKNOWN"),
        (change("parameters.shoes", {}), "parameters.shoes", "PLUGIN_UNKNOWN"),
        (change("parameters.deposits.floor", 0.1), "parameters.deposits", "FLOAT_REFUSED"),
        (change("parameters.deposits.floor", {"a": [{"b": "\x07"}]}), "parameters.deposits", "TEXT_INVALID"),
        (change("parameters.deposits.flor", "1"), "parameters.deposits.flor", "PARAMETER_UNKNOWN"),
        (change("parameters.deposits.floor", "1.001"), "parameters.deposits.floor", "PARAMETER_INVALID"),
        (change("parameters.deposits.floor", "-1"), "parameters.deposits.floor", "PARAMETER_INVALID"),
        (change("parameters.loans", {"floor": "1"}), "parameters.loans.floor", "PARAMETER_UNKNOWN"),
        (
            change("sections.0.lines.0.parameters", {"cap_mutliple": "3"}),
            f"{LINE}.parameters.cap_mutliple",
            "FIELD_UNKNOWN",
        ),
        (
            change("sections.0.lines.0.parameters", {"cap_multiple": "-1"}),
            f"{LINE}.parameters.cap_multiple",
            "NUMBER_OUT_OF_RANGE",
        ),
        (
            remove("sections.0.lines.1.parameters"),
            "sections[0].lines[1].parameters.constant",
            "FIELD_MISSING",
        ),
        (change("grades", {"bands": []}), "grades.bands", "LIST_EMPTY"),
        (change("grades", {"bands": BANDS[:1]}), "grades.bands", "BANDS_LAST_IS_OPEN"),
        (change("grades", {"bands": [BANDS[1], BANDS[1]]}), "grades.bands", "BANDS_LAST_IS_OPEN"),
        (change("grades", {"bands": [BANDS[0], BANDS[0], BANDS[1]]}), "grades.bands", "BANDS_NOT_DESCENDING"),
        (
            change("grades", {"bands": [BANDS[0], {**BANDS[1], "grade": "good"}]}),
            "grades.bands",
            "GRADE_DUPLICATE",
        ),
        (
            change("grades", {"bands": [{**BANDS[1], "multiple": "1.005"}]}),
            "grades.bands[0].multiple",
            "NUMBER_TOO_PRECISE",
        ),
    ],
)
def test_one_fault_is_told_with_its_place(
    spoil: Callable[[Body], None], path: str, code: str, body: Body, indicators: Indicators
) -> None:
    spoil(body)
    assert (path, code) in problems_of(body, indicators)


def test_all_problems_are_told_at_once(body: Body, indicators: Indicators) -> None:
    body["sections"][0]["lines"][0]["rule"] = "points_by_luck"
    body["sections"][0]["lines"][1]["indicator"] = "deposits.nothing"
    body["sections"][1]["lines"][0]["base"] = "20"
    body["pay"]["pool"] = "-1"
    body["colour"] = "red"
    assert sorted(problems_of(body, indicators)) == [
        ("base_total", "WEIGHTS_NOT_BASE_TOTAL"),
        ("colour", "FIELD_UNKNOWN"),
        ("pay.pool", "NUMBER_OUT_OF_RANGE"),
        ("sections[0].lines[0].rule", "RULE_UNKNOWN"),
        ("sections[0].lines[1].indicator", "INDICATOR_UNKNOWN"),
    ]


@pytest.mark.parametrize("body", [None, "scheme", [], 7, {}, {"sections": [None, {"lines": [None, {"base": []}]}]}])
def test_a_body_of_any_shape_is_refused_as_a_scheme(body: Any, indicators: Indicators) -> None:
    assert problems_of(body, indicators)


def test_parameters_nested_without_end_are_refused(body: Body, indicators: Indicators) -> None:
    deep: Any = []
    for _ in range(900):
        deep = [deep]
    body["parameters"] = {"deposits": {"deep": deep}}
    assert ("parameters.deposits", "TOO_DEEP") in problems_of(body, indicators)


def test_the_same_meaning_has_the_same_canonical_text(body: Body, indicators: Indicators) -> None:
    other = deepcopy(body)
    other["base_total"] = 100
    other["sections"][0]["lines"][0] |= {"base": "60.000", "parameters": {"cap_multiple": "2.0"}}
    other["not_applicable"] = "rescale"
    other = dict(reversed(other.items()))
    first, second = (canonical_text(read_scheme(each, indicators, BUILT_IN, 2)) for each in (body, other))
    assert first == second
    other["sections"][0]["lines"][0]["parameters"] = {"cap_multiple": "2.01"}
    assert canonical_text(read_scheme(other, indicators, BUILT_IN, 2)) != first


def test_canonical_text_reads_back_as_the_same_scheme(body: Body, indicators: Indicators) -> None:
    scheme = read_scheme(body, indicators, BUILT_IN, 2)
    again: Scheme = read_scheme(orjson.loads(canonical_text(scheme)), indicators, BUILT_IN, 2)
    assert again == scheme
    assert canonical_text(again) == canonical_text(scheme)
