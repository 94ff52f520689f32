"""What a scheme must mean beyond its shape. Reads the text as given, so that one pass finds every problem."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, TypedDict

from pydantic import ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from core.decimal_text import decimal_text, read_decimal
from core.indicators.indicator import Direction, Indicator
from core.points.rule import PointRule


class Problem(TypedDict):
    """`path` as "sections[0].lines[2].base"; a code for machines; a sentence that says what to do."""

    path: str
    code: str
    message: str


_SHAPE = {
    "missing": ("FIELD_MISSING", "This field is needed."),
    "extra_forbidden": ("FIELD_UNKNOWN", "There is no such field: check its spelling."),
    "greater_than": ("NUMBER_OUT_OF_RANGE", None),
    "greater_than_equal": ("NUMBER_OUT_OF_RANGE", None),
    "less_than_equal": ("NUMBER_OUT_OF_RANGE", None),
    "literal_error": ("CHOICE_UNKNOWN", None),
    "string_unicode": ("TEXT_INVALID", None),
    "too_short": ("LIST_EMPTY", "This list needs an entry."),
    "string_too_short": ("TEXT_INVALID", "This text must not be empty."),
}


def shape_problems(refused: ValidationError, prefix: str = "") -> list[Problem]:
    """Pydantic's errors in our words; `prefix` is the path of what was validated."""
    return [_shape_problem(error, prefix) for error in refused.errors(include_url=False, include_input=False)]


def _shape_problem(error: ErrorDetails, prefix: str) -> Problem:
    code, message = _SHAPE.get(error["type"], ("TYPE_WRONG", None))
    if error["type"].isupper():
        code = error["type"]
    path = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in error["loc"])
    return _problem((prefix + path).removeprefix("."), code, message or f"{error['msg'].rstrip('.')}.")


def _problem(path: str, code: str, message: str) -> Problem:
    return Problem(path=path, code=code, message=message)


def check_meaning(body: Any, indicators: Mapping[str, Indicator], rules: Mapping[str, PointRule]) -> Iterator[Problem]:
    """Every problem of meaning in what can be read of `body`; what cannot be read has a problem of shape."""
    if not isinstance(body, Mapping):
        return
    yield from _check_weights(body)
    for path, line in _lines(body):
        yield from _check_line(path, line, indicators, rules)
    for path, code in _measures(body):
        if code not in indicators:
            yield _unknown_indicator(path, code)
    yield from _check_twice(body)
    yield from _check_plugins(body, indicators)


def _lines(body: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for section, content in enumerate(_list(body.get("sections"))):
        if isinstance(content, Mapping):
            for number, line in enumerate(_list(content.get("lines"))):
                if isinstance(line, Mapping):
                    yield f"sections[{section}].lines[{number}]", line


def _measures(body: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for number, code in enumerate(_list(body.get("measures"))):
        if isinstance(code, str):
            yield f"measures[{number}]", code


def _list(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list | tuple) else ()


def _check_weights(body: Mapping[str, Any]) -> Iterator[Problem]:
    try:
        total = read_decimal(body.get("base_total"))
        bases = [read_decimal(line.get("base")) for _, line in _lines(body)]
    except PydanticCustomError:
        return
    if sum(bases, Decimal(0)) != total:
        came_to = decimal_text(sum(bases, Decimal(0)))
        yield _problem(
            "base_total",
            "WEIGHTS_NOT_BASE_TOTAL",
            f"The bases of the lines come to {came_to}, not to base_total {decimal_text(total)}.",
        )


def _check_line(
    path: str, line: Mapping[str, Any], indicators: Mapping[str, Indicator], rules: Mapping[str, PointRule]
) -> Iterator[Problem]:
    indicator, rule = _named(line, "indicator", indicators), _named(line, "rule", rules)
    if indicator is None and isinstance(line.get("indicator"), str):
        yield _unknown_indicator(f"{path}.indicator", line["indicator"])
    if rule is None and isinstance(line.get("rule"), str):
        known = ", ".join(sorted(rules))
        yield _problem(f"{path}.rule", "RULE_UNKNOWN", f"There is no point rule {line['rule']!r}; there are {known}.")
    if rule is not None and indicator is not None and indicator.direction not in rule.directions:
        yield _wrong_direction(f"{path}.rule", indicator, rule)
    if rule is not None:
        yield from _check_parameters(f"{path}.parameters", line.get("parameters", {}), rule)


def _named(line: Mapping[str, Any], field: str, known: Mapping[str, Any]) -> Any:
    code = line.get(field)
    return known.get(code) if isinstance(code, str) else None


def _check_parameters(path: str, given: Any, rule: PointRule) -> Iterator[Problem]:
    if isinstance(given, Mapping):
        try:
            rule.parameters.model_validate(given)
        except ValidationError as refused:
            yield from shape_problems(refused, path)


def _unknown_indicator(path: str, code: str) -> Problem:
    return _problem(
        path,
        "INDICATOR_UNKNOWN",
        f"There is no indicator {code[:100]!r}: enable its plugin or check the code.",
    )


def _wrong_direction(path: str, indicator: Indicator, rule: PointRule) -> Problem:
    higher = Direction.HIGHER_IS_BETTER in rule.directions
    code = "RULE_NEEDS_HIGHER_IS_BETTER" if higher else "RULE_NEEDS_LOWER_IS_BETTER"
    way = "higher" if higher else "lower"
    return _problem(path, code, f"{rule.code} scores indicators where {way} is better; {indicator.code} is not one.")


def _check_twice(body: Mapping[str, Any]) -> Iterator[Problem]:
    lines = [(f"{path}.indicator", line.get("indicator")) for path, line in _lines(body)]
    yield from _twice([*lines, *_measures(body)], "LINE_DUPLICATE", "has a line already: an indicator counts once.")
    sections = [
        (f"sections[{number}].code", section.get("code"))
        for number, section in enumerate(_list(body.get("sections")))
        if isinstance(section, Mapping)
    ]
    yield from _twice(sections, "SECTION_DUPLICATE", "is a section already: give each its own code.")


def _twice(named: Sequence[tuple[str, Any]], code: str, sentence: str) -> Iterator[Problem]:
    seen: set[str] = set()
    for path, name in named:
        if isinstance(name, str):
            if name in seen:
                yield _problem(path, code, f"{name[:100]} {sentence}")
            seen.add(name)


def _check_plugins(body: Mapping[str, Any], indicators: Mapping[str, Indicator]) -> Iterator[Problem]:
    given = body.get("parameters")
    plugins = {indicator.plugin for indicator in indicators.values()}
    for plugin in given if isinstance(given, Mapping) else ():
        if plugin not in plugins:
            yield _problem(
                f"parameters.{plugin}",
                "PLUGIN_UNKNOWN",
                "Parameters are given by plugin; no such plugin is enabled.",
            )
