"""A plugin's parameters (参数): dated figures beside its code, and what is in force for a run.

`parameters.yaml` is a mapping: name → description (en, zh), unit, values, perhaps choices and at_least. A value has the
day `since` which it holds, the `value`, and its `source`. Nobody edits an old value: a new one is added below it.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from core.errors import InputError, PluginError
from core.indicators.indicator import DatedValue, Indicator, Labels, Parameter, ParameterUnit
from core.numbers import exact_scaled, parse_decimal
from core.periods import Period
from core.plain_yaml import read_plain_yaml

_NEEDED = {"description", "unit", "values"}
_KNOWN = _NEEDED | {"choices", "at_least"}
_MOST_DIGITS = 4
"""Decimals of an amount in a plugin's own file; a bank's own are checked against its currency."""


def read_parameters(module: str) -> Mapping[str, Parameter]:
    """The parameters in `parameters.yaml` beside `module` (a plugin writes `read_parameters(__file__)`), by name.

    PluginError PLUGIN_INVALID says what is wrong with the file.
    """
    file = Path(module).parent / "parameters.yaml"
    try:
        content = read_plain_yaml(file)
        if not isinstance(content, dict) or not all(isinstance(name, str) for name in content):
            raise InputError("it is not a mapping of names")
        return {name: _parameter(name, body) for name, body in content.items()}
    except InputError as wrong:
        raise PluginError(f"{file.parent.name}/{file.name}: {wrong.message}", code="PLUGIN_INVALID") from wrong


def _parameter(name: str, body: Any) -> Parameter:
    if not isinstance(body, dict) or not _NEEDED <= body.keys() <= _KNOWN:
        raise InputError(f"{name} needs {', '.join(sorted(_NEEDED))}, and may have at_least and choices.")
    words, at_least = body["description"], body.get("at_least")
    if not isinstance(words, dict) or words.keys() != {"en", "zh"} or not all(map(_is_text, words.values())):
        raise InputError(f"{name} needs its description in en and zh.")
    if body["unit"] not in list(ParameterUnit):
        raise InputError(f"{name} needs a unit: {', '.join(ParameterUnit)}.")
    if at_least is not None and (not isinstance(at_least, int) or isinstance(at_least, bool)):
        raise InputError(f"{name}: at_least must be a whole number.")
    bare = Parameter(name, Labels(**words), ParameterUnit(body["unit"]), (), _texts(body.get("choices", [])), at_least)
    if bare.unit is ParameterUnit.CHOICE and not bare.choices:
        raise InputError(f"{name} needs choices.")
    return Parameter(name, bare.description, bare.unit, _dated(bare, body["values"]), bare.choices, at_least)


def _dated(parameter: Parameter, values: Any) -> tuple[DatedValue, ...]:
    if not isinstance(values, list) or not values:
        raise InputError(f"{parameter.name} needs a list of values.")
    read = tuple(_value(parameter, value) for value in values)
    days = [value.since for value in read]
    if days != sorted(set(days)):
        raise InputError(f"{parameter.name}: its values stand in the order of their days, one a day.")
    return read


def _value(parameter: Parameter, value: Any) -> DatedValue:
    if not isinstance(value, dict) or value.keys() != {"since", "value", "source"} or not _is_text(value["source"]):
        raise InputError(f"{parameter.name}: a value has since, value and source, and nothing else.")
    since = value["since"]
    if not isinstance(since, date) or isinstance(since, datetime):
        raise InputError(f"{parameter.name}: since must be a date such as 2026-01-01.")
    understand(parameter, value["value"], _MOST_DIGITS)
    return DatedValue(since, value["value"], value["source"])


def understand(parameter: Parameter, given: Any, digits: int) -> Any:
    """`given` as `rows` gets it, see ParameterUnit. `digits`: of the bank's currency.

    InputError PARAMETER_INVALID says what it should be.
    """
    match parameter.unit:
        case ParameterUnit.CHOICE:
            if given not in parameter.choices:
                raise _invalid(parameter, f"one of {', '.join(parameter.choices)}")
            return given
        case ParameterUnit.CODES:
            return _codes(parameter, given)
        case ParameterUnit.COUNT | ParameterUnit.DAYS:
            if not isinstance(given, int) or isinstance(given, bool) or not _reaches(parameter, given):
                raise _invalid(parameter, f"a whole number{_bound(parameter)}")
            return given
        case _:
            return _decimal(parameter, given, digits)


def _codes(parameter: Parameter, given: Any) -> tuple[str, ...]:
    if not isinstance(given, list | tuple) or not given or not all(map(_is_text, given)):
        raise _invalid(parameter, "a list of codes")
    if parameter.choices and not set(given) <= set(parameter.choices):
        raise _invalid(parameter, f"a list of some of {', '.join(parameter.choices)}")
    return tuple(sorted(set(given)))


def _decimal(parameter: Parameter, given: Any, digits: int) -> Decimal | int:
    money = parameter.unit is ParameterUnit.MONEY
    places = f", at most {digits} decimal places" if money else ""
    wanted = f'a decimal in quotes, such as "12.5"{_bound(parameter)}{places}'
    if isinstance(given, bool) or not isinstance(given, str | int):
        raise _invalid(parameter, wanted)
    try:
        value = parse_decimal(str(given))
        if not _reaches(parameter, value):
            raise _invalid(parameter, wanted)
        return exact_scaled(value, digits) if money else value
    except InputError as wrong:
        raise _invalid(parameter, wanted) from wrong


def in_force(
    indicators: Iterable[Indicator], given: Mapping[str, Mapping[str, Any]], period: Period, digits: int
) -> dict[str, dict[str, Any]]:
    """Plugin → name → value, of every parameter that these indicators read: what a run measures with.

    `given`: what the scheme sets, by plugin and name. Else the plugin's own value of the period's last day counts;
    InputError PARAMETER_NOT_IN_FORCE where the first holds from later on.
    """
    found: dict[str, dict[str, Any]] = {}
    for indicator in indicators:
        for parameter in indicator.parameters:
            own = given.get(indicator.plugin, {})
            value = own[parameter.name] if parameter.name in own else _own(indicator.plugin, parameter, period)
            found.setdefault(indicator.plugin, {})[parameter.name] = understand(parameter, value, digits)
    return found


def _own(plugin: str, parameter: Parameter, period: Period) -> Any:
    holding = [value.value for value in parameter.values if value.since <= period.last]
    if not holding:
        raise InputError(
            f"{plugin}.{parameter.name} has no value on {period.last}: set it in the scheme, under parameters.",
            code="PARAMETER_NOT_IN_FORCE",
        )
    return holding[-1]


def _reaches(parameter: Parameter, value: int | Decimal) -> bool:
    return parameter.at_least is None or value >= parameter.at_least


def _bound(parameter: Parameter) -> str:
    return "" if parameter.at_least is None else f", {parameter.at_least} or more"


def _invalid(parameter: Parameter, wanted: str) -> InputError:
    return InputError(f"{parameter.name} must be {wanted}.", code="PARAMETER_INVALID")


def _texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(map(_is_text, value)):
        raise InputError("choices are a list of texts.")
    return tuple(value)


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip()) and value.isprintable()
