"""What the kind of a section asks of its lines: bases that come to the base total, or none; rules that fit."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from pydantic_core import PydanticCustomError

from core.decimal_text import decimal_text, read_decimal
from core.points.rule import LineKind, PointRule
from core.schemes.loose import lines_in, sections_of
from core.schemes.problems import Problem, problem


def check_kinds(body: Mapping[str, Any], rules: Mapping[str, PointRule]) -> Iterator[Problem]:
    """Problems of weights, limits and rules, in the order of the sheet; a kind nobody knows is a problem of shape."""
    yield from _check_weights(body)
    for path, section in sections_of(body):
        kind = _kind(section)
        if kind is None:
            continue
        if kind is LineKind.BASE and section.get("limit") is not None:
            yield problem(
                f"{path}.limit",
                "LIMIT_NOT_ALLOWED",
                "A section of lines with a base has no limit: set cap_multiple on its lines.",
            )
        for place, line in lines_in(path, section):
            yield from _check_base(place, line, kind)
            yield from _check_rule(f"{place}.rule", line, kind, rules)


def _kind(section: Mapping[str, Any]) -> LineKind | None:
    kind = section.get("kind", LineKind.BASE)
    return LineKind(kind) if isinstance(kind, str) and kind in list(LineKind) else None


def _check_weights(body: Mapping[str, Any]) -> Iterator[Problem]:
    based = [
        line
        for path, section in sections_of(body)
        if _kind(section) is LineKind.BASE
        for _, line in lines_in(path, section)
    ]
    try:
        total = read_decimal(body.get("base_total"))
        bases = [read_decimal(line.get("base")) for line in based]
    except PydanticCustomError:
        return
    if sum(bases, Decimal(0)) != total:
        came_to = decimal_text(sum(bases, Decimal(0)))
        yield problem(
            "base_total",
            "WEIGHTS_NOT_BASE_TOTAL",
            f"The bases of the lines come to {came_to}, not to base_total {decimal_text(total)}.",
        )


def _check_base(path: str, line: Mapping[str, Any], kind: LineKind) -> Iterator[Problem]:
    if kind is not LineKind.BASE:
        if line.get("base") is not None:
            yield problem(f"{path}.base", "BASE_NOT_ALLOWED", f"A {kind.value} line has no base: leave it out.")
        if line.get("role") is not None:
            yield problem(f"{path}.role", "ROLE_NOT_ALLOWED", f"A {kind.value} line has no weight, so it has no role.")
    elif "base" not in line:
        yield problem(f"{path}.base", "FIELD_MISSING", "This field is needed.")
    elif line["base"] is None:
        yield problem(f"{path}.base", "NUMBER_INVALID", 'Write a plain decimal number as text, such as "12.5".')


def _check_rule(
    path: str, line: Mapping[str, Any], kind: LineKind, rules: Mapping[str, PointRule]
) -> Iterator[Problem]:
    code = line.get("rule")
    rule = rules.get(code) if isinstance(code, str) else None
    if rule is not None and rule.kind is not kind:
        yield problem(
            path,
            "RULE_NOT_FOR_SECTION",
            f"{rule.code} stands in a section of kind {rule.kind.value}; this one is of kind {kind.value}.",
        )
