"""What a scheme must mean beyond its shape. Reads the text as given, so that one pass finds every problem."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from core.errors import InputError
from core.indicators.indicator import Direction, Indicator, Parameter
from core.plugins.parameters import understand
from core.points.rule import PointRule
from core.schemes.kinds import check_kinds
from core.schemes.loose import lines_of, listed, sections_of
from core.schemes.problems import Problem, problem, shape_problems


def check_meaning(
    body: Any, indicators: Mapping[str, Indicator], rules: Mapping[str, PointRule], digits: int
) -> Iterator[Problem]:
    """Every problem of meaning in what can be read of `body`; what cannot be read has a problem of shape."""
    if not isinstance(body, Mapping):
        return
    yield from check_kinds(body, rules)
    for path, line in lines_of(body):
        yield from _check_line(path, line, indicators, rules)
    for path, code in _measures(body):
        if code not in indicators:
            yield _unknown_indicator(path, code)
    yield from _check_twice(body)
    yield from _check_plugin_parameters(body.get("parameters"), indicators, digits)


def _measures(body: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for number, code in enumerate(listed(body.get("measures"))):
        if isinstance(code, str):
            yield f"measures[{number}]", code


def _check_line(
    path: str, line: Mapping[str, Any], indicators: Mapping[str, Indicator], rules: Mapping[str, PointRule]
) -> Iterator[Problem]:
    indicator, rule = _named(line, "indicator", indicators), _named(line, "rule", rules)
    if indicator is None and isinstance(line.get("indicator"), str):
        yield _unknown_indicator(f"{path}.indicator", line["indicator"])
    if rule is None and isinstance(line.get("rule"), str):
        known = ", ".join(sorted(rules))
        yield problem(f"{path}.rule", "RULE_UNKNOWN", f"There is no point rule {line['rule']!r}; there are {known}.")
    if rule is not None and indicator is not None and indicator.direction not in rule.directions:
        yield _wrong_direction(f"{path}.rule", indicator, rule)
    if rule is not None:
        direction = None if indicator is None else indicator.direction
        yield from _check_parameters(f"{path}.parameters", line.get("parameters", {}), rule, direction)


def _named(line: Mapping[str, Any], field: str, known: Mapping[str, Any]) -> Any:
    code = line.get(field)
    return known.get(code) if isinstance(code, str) else None


def _check_parameters(path: str, given: Any, rule: PointRule, direction: Direction | None) -> Iterator[Problem]:
    if isinstance(given, Mapping):
        try:
            parameters = rule.parameters.model_validate(given)
            if direction in rule.directions:
                rule.fit(parameters, direction)
        except ValidationError as refused:
            yield from shape_problems(refused, path)
        except InputError as refused:
            yield problem(path, refused.code, refused.message)


def _unknown_indicator(path: str, code: str) -> Problem:
    return problem(
        path,
        "INDICATOR_UNKNOWN",
        f"There is no indicator {code[:100]!r}: enable its plugin or check the code.",
    )


def _wrong_direction(path: str, indicator: Indicator, rule: PointRule) -> Problem:
    higher = Direction.HIGHER_IS_BETTER in rule.directions
    code = "RULE_NEEDS_HIGHER_IS_BETTER" if higher else "RULE_NEEDS_LOWER_IS_BETTER"
    way = "higher" if higher else "lower"
    return problem(path, code, f"{rule.code} scores indicators where {way} is better; {indicator.code} is not one.")


def _check_twice(body: Mapping[str, Any]) -> Iterator[Problem]:
    lines = [(f"{path}.indicator", line.get("indicator")) for path, line in lines_of(body)]
    yield from _twice([*lines, *_measures(body)], "LINE_DUPLICATE", "has a line already: an indicator counts once.")
    sections = [(f"{path}.code", section.get("code")) for path, section in sections_of(body)]
    yield from _twice(sections, "SECTION_DUPLICATE", "is a section already: give each its own code.")


def _twice(named: Sequence[tuple[str, Any]], code: str, sentence: str) -> Iterator[Problem]:
    seen: set[str] = set()
    for path, name in named:
        if isinstance(name, str):
            if name in seen:
                yield problem(path, code, f"{name[:100]} {sentence}")
            seen.add(name)


def _check_plugin_parameters(given: Any, indicators: Mapping[str, Indicator], digits: int) -> Iterator[Problem]:
    known: dict[str, dict[str, Parameter]] = {indicator.plugin: {} for indicator in indicators.values()}
    for indicator in indicators.values():
        known[indicator.plugin] |= {parameter.name: parameter for parameter in indicator.parameters}
    for plugin, values in given.items() if isinstance(given, Mapping) else ():
        path = f"parameters.{plugin}"
        if plugin not in known:
            yield problem(path, "PLUGIN_UNKNOWN", "Parameters are given by plugin; no such plugin is enabled.")
        elif isinstance(values, Mapping):
            for name, value in values.items():
                yield from _check_plugin_parameter(f"{path}.{name}", known[plugin], name, value, digits)


def _check_plugin_parameter(
    path: str, known: Mapping[str, Parameter], name: Any, value: Any, digits: int
) -> Iterator[Problem]:
    if name not in known:
        names = ", ".join(sorted(known)) or "none"
        yield problem(path, "PARAMETER_UNKNOWN", f"The plugin has no such parameter; it has: {names}.")
        return
    try:
        understand(known[name], value, digits)
    except InputError as refused:
        yield problem(path, refused.code, refused.message)
