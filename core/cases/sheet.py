"""The case rule `scorecard`: a bank's own scheme, from values to points, grade and pay of a few managers.

    given:
      scheme: city.yaml            # a scheme file beside the case, or the scheme itself
      digits: 2                    # of the currency; 2 if left out
      managers:
        m1: {values: {deposits.daily_average: "120"}, targets: {deposits.daily_average: "100"}}
    expect:
      m1: {points: "…", grade: "…", pay: "…"}

Values and targets are in shown units (major money units); a value of null is not applicable. Pay in major units.
"""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from core.cases.given import Given, code, invalid, mapping, number
from core.errors import InputError
from core.indicators.indicator import Indicator
from core.indicators.value import Measured, Value, Values
from core.numbers import parse_decimal, scaled_text
from core.plain_yaml import read_plain_yaml
from core.points.catalogue import BUILT_IN
from core.runs.assess import assess
from core.runs.scorecard import RunManager, Scorecard, Targets
from core.schemes.scheme import Scheme, read_scheme

DAYS = 1
_NOTHING = Value(0, 1)


def run_sheet(content: Any, indicators: Mapping[str, Indicator], folder: Path) -> Mapping[str, Any]:
    """Points, grade and pay by manager. `folder`: where the case file lies."""
    given = Given(content, {"scheme", "digits", "managers"})
    digits = given.get("digits")
    places = 2 if digits is None else digits
    if not isinstance(places, int) or not 0 <= places <= 4:
        raise invalid("given.digits", "must be 0 to 4")
    scheme = _scheme(given["scheme"], indicators, places, folder)
    sheets = {
        code(name, "given.managers"): Given(sheet, {"values", "targets"}, f"given.managers.{name}")
        for name, sheet in mapping(given["managers"], "given.managers").items()
    }
    managers = [RunManager(name, "", "manager", "", DAYS) for name in sorted(sheets)]
    assessment = assess(_values(scheme, sheets), scheme, _targets(sheets), managers, BUILT_IN, DAYS)
    return {card.manager.manager: _shown(card, places) for card in assessment.scorecards}


def _scheme(content: Any, indicators: Mapping[str, Indicator], digits: int, folder: Path) -> Scheme:
    if isinstance(content, str):
        # A name beside the case and nothing else: cases come from outside, and a path could read anything.
        if Path(content).name != content:
            raise invalid("given.scheme", "must be the name of a file beside the case")
        try:
            content = read_plain_yaml(folder / content)
        except InputError as wrong:
            raise invalid("given.scheme", f"cannot be read: {wrong.fields['reason']}") from wrong
    return read_scheme(content, indicators, BUILT_IN, digits)


def _values(scheme: Scheme, sheets: Mapping[str, Given]) -> Values:
    known = set(scheme.indicators)
    for name, sheet in sheets.items():
        if unknown := sorted(set(mapping(sheet["values"], f"given.managers.{name}.values")) - known):
            raise invalid(f"given.managers.{name}.values", f"has what the scheme does not measure: {unknown[0]}")
    return {
        indicator: Measured(
            indicator,
            {name: _value(sheet["values"], indicator, name) for name, sheet in sheets.items()},
            _NOTHING,
            _NOTHING,
        )
        for indicator in known
    }


def _value(values: Mapping[str, Any], indicator: str, manager: str) -> Value:
    place = f"given.managers.{manager}.values.{indicator}"
    if indicator not in values:
        raise invalid(place, "is needed: a decimal in quotes, or null where it is not applicable")
    if values[indicator] is None:
        return Value(0, 1, "no_rows")
    value: Fraction = number(values[indicator], place)
    return Value(value.numerator, value.denominator)


def _targets(sheets: Mapping[str, Given]) -> Targets:
    return {
        (name, indicator): (_decimal(target, f"given.managers.{name}.targets.{indicator}"), False)
        for name, sheet in sheets.items()
        for indicator, target in mapping(sheet.get("targets") or {}, f"given.managers.{name}.targets").items()
    }


def _decimal(value: Any, place: str) -> Decimal:
    try:
        return parse_decimal(str(value) if isinstance(value, int) else value)
    except (InputError, TypeError) as wrong:
        raise invalid(place, f"must be a decimal in quotes, not {value!r}") from wrong


def _shown(card: Scorecard, digits: int) -> Mapping[str, Any]:
    return {
        "points": None if card.points_e4 is None else scaled_text(card.points_e4, 4),
        "grade": card.grade,
        "pay": None if card.pay_minor is None else scaled_text(card.pay_minor, digits),
    }
