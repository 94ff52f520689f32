"""Bonus and deduction sections, directions and steps: what a scheme may say of them, and what old texts still mean."""

from collections.abc import Mapping
from copy import deepcopy
from decimal import Decimal
from typing import Any

import orjson
import pytest

from core.errors import SchemeInvalid
from core.indicators.indicator import Direction, Indicator, Labels, Sum, Unit
from core.points.catalogue import BUILT_IN
from core.points.rule import LineKind
from core.schemes.scheme import Scheme, canonical_text, read_scheme

Body = dict[str, Any]

LABELS = {"en": "S", "zh": "项"}
COUNTED = {"points": "2", "limit": "10"}
KNOWN = {
    code: Indicator(code, Labels(code, code), Unit.COUNT, direction, Sum(), rows=None)
    for code, direction in (
        ("p.deposits", Direction.HIGHER_IS_BETTER),
        ("p.customers", Direction.HIGHER_IS_BETTER),
        ("p.npl", Direction.LOWER_IS_BETTER),
        ("p.complaints", Direction.LOWER_IS_BETTER),
    )
}


@pytest.fixture
def sheet() -> Body:
    """100 points of base lines, a bonus and a deduction."""
    return {
        "code": "sheet",
        "labels": LABELS,
        "base_total": "100",
        "sections": [
            {
                "code": "base",
                "labels": LABELS,
                "lines": [
                    {
                        "indicator": "p.deposits",
                        "base": "60",
                        "rule": "points_tiered",
                        "parameters": {
                            "tiers": [
                                {"at_least": "0.80", "share_of_base": "0.5"},
                                {"at_least": "1.0", "share_of_base": "1"},
                            ]
                        },
                    },
                    {
                        "indicator": "p.npl",
                        "base": "40",
                        "rule": "points_deviation",
                        "parameters": {"constant": "0.3"},
                    },
                ],
            },
            {
                "code": "bonus",
                "labels": LABELS,
                "kind": "bonus",
                "limit": "10.50",
                "lines": [{"indicator": "p.customers", "rule": "points_bonus", "parameters": COUNTED}],
            },
            {
                "code": "conduct",
                "labels": LABELS,
                "kind": "deduction",
                "lines": [{"indicator": "p.complaints", "rule": "points_deduction", "parameters": COUNTED}],
            },
        ],
    }


def read(body: Body, indicators: Mapping[str, Indicator] = KNOWN) -> Scheme:
    return read_scheme(body, indicators, BUILT_IN, 2)


def test_a_sheet_with_bonus_and_deduction_is_read(sheet: Body) -> None:
    scheme = read(sheet)
    assert [(section.kind, section.limit) for section in scheme.sections] == [
        (LineKind.BASE, None),
        (LineKind.BONUS, Decimal("10.5")),
        (LineKind.DEDUCTION, None),
    ]
    assert [line.base for _, line in scheme.lines] == [Decimal(60), Decimal(40), None, None]
    assert scheme.pay is None


def test_steps_are_put_in_order_and_the_direction_is_spelt_out(sheet: Body) -> None:
    tiers, deviation = (line.parameters for _, line in list(read(sheet).lines)[:2])
    assert tiers == {
        "tiers": [{"at_least": "1", "share_of_base": "1"}, {"at_least": "0.8", "share_of_base": "0.5"}],
    }
    assert deviation == {"constant": "0.3", "direction": "lower_is_better", "cap_multiple": "2"}


def test_canonical_text_reads_back_as_the_same_scheme(sheet: Body) -> None:
    scheme = read(sheet)
    stored = orjson.loads(canonical_text(scheme))
    assert read(stored) == scheme
    assert canonical_text(read(stored)) == canonical_text(scheme)
    assert stored["sections"][1]["limit"] == "10.5"
    assert "base" not in stored["sections"][1]["lines"][0]


def test_a_scheme_of_base_lines_has_the_text_it_had_before_kinds(sheet: Body) -> None:
    before: Body = {
        "base_total": "100",
        "code": "sheet",
        "grades": {
            "bands": [
                {"at_least": "900", "grade": "good", "multiple": "1.5"},
                {"at_least": None, "grade": "poor", "multiple": "1"},
            ],
            "rule": "grade_bands",
        },
        "labels": LABELS,
        "measures": [],
        "not_applicable": "rescale",
        "parameters": {},
        "pay": None,
        "sections": [
            {
                "code": "base",
                "labels": LABELS,
                "lines": [
                    {
                        "base": "100",
                        "indicator": "p.deposits",
                        "parameters": {"cap_multiple": "2"},
                        "rule": "points_proportional",
                    }
                ],
            }
        ],
    }
    assert canonical_text(read(before)) == orjson.dumps(before, option=orjson.OPT_SORT_KEYS).decode()
    said = deepcopy(before)
    said["sections"][0] |= {"kind": "base", "limit": None}
    assert canonical_text(read(said)) == canonical_text(read(before))


BASE, BONUS, CONDUCT = "sections[0]", "sections[1]", "sections[2]"


@pytest.mark.parametrize(
    ("place", "change", "path", "code"),
    [
        ((1,), {"kind": "extra"}, f"{BONUS}.kind", "CHOICE_UNKNOWN"),
        ((1,), {"kind": None}, f"{BONUS}.kind", "CHOICE_UNKNOWN"),
        ((1,), {"kind": "deduction"}, f"{BONUS}.lines[0].rule", "RULE_NOT_FOR_SECTION"),
        ((1,), {"kind": "base"}, f"{BONUS}.lines[0].base", "FIELD_MISSING"),
        ((1,), {"kind": "base"}, f"{BONUS}.limit", "LIMIT_NOT_ALLOWED"),
        ((1,), {"limit": "-1"}, f"{BONUS}.limit", "NUMBER_OUT_OF_RANGE"),
        ((1,), {"limit": "0.00001"}, f"{BONUS}.limit", "NUMBER_TOO_PRECISE"),
        ((0,), {"limit": "0"}, f"{BASE}.limit", "LIMIT_NOT_ALLOWED"),
        ((0, 0), {"rule": "points_bonus", "parameters": COUNTED}, f"{BASE}.lines[0].rule", "RULE_NOT_FOR_SECTION"),
        ((0, 0), {"base": None}, f"{BASE}.lines[0].base", "NUMBER_INVALID"),
        ((1, 0), {"base": "0"}, f"{BONUS}.lines[0].base", "BASE_NOT_ALLOWED"),
        ((1, 0), {"base": "5"}, f"{BONUS}.lines[0].base", "BASE_NOT_ALLOWED"),
        ((1, 0), {"role": "teamwork"}, f"{BONUS}.lines[0].role", "ROLE_NOT_ALLOWED"),
        ((0, 0), {"role": "golf"}, f"{BASE}.lines[0].role", "CHOICE_UNKNOWN"),
        ((1, 0), {"indicator": "p.complaints"}, f"{BONUS}.lines[0].rule", "RULE_NEEDS_HIGHER_IS_BETTER"),
        ((2, 0), {"indicator": "p.customers"}, f"{CONDUCT}.lines[0].rule", "RULE_NEEDS_LOWER_IS_BETTER"),
        ((2, 0), {"parameters": {"points": "1"}}, f"{CONDUCT}.lines[0].parameters.limit", "FIELD_MISSING"),
        (
            (0, 1),
            {"parameters": {"constant": "1", "direction": "higher_is_better"}},
            f"{BASE}.lines[1].parameters",
            "DIRECTION_DIFFERS",
        ),
        ((0, 0), {"parameters": {"tiers": []}}, f"{BASE}.lines[0].parameters", "TIERS_EMPTY"),
        (
            (0, 0),
            {"parameters": {"tiers": [{"at_most": "1", "share_of_base": "1"}]}},
            f"{BASE}.lines[0].parameters",
            "TIERS_NEED_AT_LEAST",
        ),
        (
            (0, 0),
            {"parameters": {"tiers": [{"at_least": "1", "share_of_base": 0.5}]}},
            f"{BASE}.lines[0].parameters.tiers[0].share_of_base",
            "FLOAT_REFUSED",
        ),
    ],
)
def test_a_line_that_does_not_fit_its_section_is_told_with_its_place(
    place: tuple[int, ...], change: Body, path: str, code: str, sheet: Body
) -> None:
    section = sheet["sections"][place[0]]
    (section if len(place) == 1 else section["lines"][place[1]]).update(change)
    with pytest.raises(SchemeInvalid) as refused:
        read(sheet)
    found = [(problem["path"], problem["code"]) for problem in refused.value.fields["problems"]]
    assert (path, code) in found


def test_bonus_and_deduction_do_not_count_towards_the_base_total(sheet: Body) -> None:
    sheet["base_total"] = "110"
    with pytest.raises(SchemeInvalid, match="come to 100, not to base_total 110"):
        read(sheet)


def test_an_indicator_that_turned_around_no_longer_fits_a_stored_scheme(sheet: Body) -> None:
    stored = orjson.loads(canonical_text(read(sheet)))
    npl = KNOWN["p.npl"]
    turned = Indicator(npl.code, npl.labels, npl.unit, Direction.HIGHER_IS_BETTER, npl.fold, rows=None)
    with pytest.raises(SchemeInvalid) as refused:
        read(stored, {**KNOWN, "p.npl": turned})
    assert [problem["code"] for problem in refused.value.fields["problems"]] == ["DIRECTION_DIFFERS"]


def test_pay_may_go_by_grade(sheet: Body) -> None:
    assert read(sheet | {"pay": {"rule": "pool_by_grade", "pool": "10"}}).pool_minor == 1000
