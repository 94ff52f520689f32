"""A small scheme that holds, and what it may name."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from core.indicators.indicator import (
    DatedValue,
    Direction,
    Indicator,
    Labels,
    Parameter,
    ParameterUnit,
    Sum,
    Unit,
)

FLOOR = Parameter(
    "floor", Labels("Floor", "下限"), ParameterUnit.MONEY, (DatedValue(date(2020, 1, 1), "50", "custom"),), at_least=0
)


def _indicator(code: str, direction: Direction = Direction.HIGHER_IS_BETTER, *parameters: Parameter) -> Indicator:
    return Indicator(code, Labels(code, code), Unit.MONEY, direction, Sum(), rows=None, parameters=parameters)


@pytest.fixture
def indicators() -> Mapping[str, Indicator]:
    """Three where higher is better, one where lower is."""
    listed = [
        _indicator("deposits.average", Direction.HIGHER_IS_BETTER, FLOOR),
        _indicator("deposits.increment"),
        _indicator("loans.granted"),
        _indicator("risk.npl_ratio", Direction.LOWER_IS_BETTER),
    ]
    return {indicator.code: indicator for indicator in listed}


@pytest.fixture
def body() -> dict[str, Any]:
    """60 + 25.5 + 14.5 = 100."""
    return {
        "code": "sheet",
        "labels": {"en": "Sheet", "zh": "考核表"},
        "base_total": "100",
        "sections": [
            {
                "code": "liabilities",
                "labels": {"en": "Liabilities", "zh": "负债业务"},
                "lines": [
                    {"indicator": "deposits.average", "base": 60, "rule": "points_proportional"},
                    {
                        "indicator": "deposits.increment",
                        "base": "25.5",
                        "rule": "points_per_unit",
                        "parameters": {"constant": "1", "points_per_unit": "0.020"},
                    },
                ],
            },
            {
                "code": "assets",
                "labels": {"en": "Assets", "zh": "资产业务"},
                "lines": [{"indicator": "loans.granted", "base": "14.50", "rule": "points_proportional"}],
            },
        ],
        "measures": ["risk.npl_ratio"],
        "pay": {"pool": "1000000.50"},
        "parameters": {"deposits": {"floor": "100"}},
    }
