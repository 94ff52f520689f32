"""Why a line of a scorecard earned what it earned: the rule, its inputs and the sum in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from core.exact_text import read_exact
from core.indicators.indicator import Labels
from core.numbers import fraction_text
from core.points.rule import PointRule
from core.points.words import ROUNDING, operand, points_text
from core.runs.reasons import NOT_SCORED, TREATMENTS, reason_words
from core.runs.scorecard import ScoreLine


@dataclass(frozen=True)
class Explanation:
    """`rule` and `formula` are None for a line that is measured only. `inputs`: exact text by name.

    `sum` is the whole reckoning in words; `rounding` says how the points were rounded, or that they were not.
    """

    rule: str | None
    formula: str | None
    inputs: Mapping[str, str]
    sum: Labels
    rounding: Labels


def explain_line(line: ScoreLine, rules: Mapping[str, PointRule]) -> Explanation:
    """The explanation of one line of a scorecard."""
    return explain(line.rule, line.inputs, line.not_applicable, line.points_e4, rules)


def explain(
    rule: str | None,
    inputs: Mapping[str, str],
    not_applicable: str | None,
    points_e4: int,
    rules: Mapping[str, PointRule],
) -> Explanation:
    """The explanation of a line as it is stored; nothing is looked up, so it is the same for ever.

    A rule that is no longer installed leaves its inputs and points.
    """
    known = rules.get(rule) if rule is not None else None
    formula = known.formula if known is not None else None
    if not_applicable is not None:
        return Explanation(rule, formula, inputs, _absent(not_applicable, inputs, points_e4), NOT_SCORED)
    if rule is None:
        return Explanation(None, None, inputs, _measured(inputs), NOT_SCORED)
    if known is None:
        return Explanation(rule, None, inputs, _unknown_rule(rule, points_e4), ROUNDING)
    words = known.explain(inputs)
    sentences = [words, *_prorated(inputs), *_rescaled(inputs), *_cut(inputs, points_e4)]
    return Explanation(rule, formula, inputs, _joined(sentences), ROUNDING)


def _joined(sentences: list[Labels]) -> Labels:
    return Labels("; ".join(words.en for words in sentences), "；".join(words.zh for words in sentences))


def _absent(reason: str, inputs: Mapping[str, str], points_e4: int) -> Labels:
    """Why there are no points, and what became of the line's base."""
    because = reason_words(reason)
    words = [Labels(f"Not applicable: {because.en}", f"不适用：{because.zh}")]
    if (treatment := inputs.get("treatment")) in TREATMENTS:
        points = points_text(points_e4)
        became = TREATMENTS[treatment]
        words.append(Labels(became.en.format(points=points), became.zh.format(points=points)))
    return _joined(words)


def _measured(inputs: Mapping[str, str]) -> Labels:
    numerator, denominator = int(inputs["numerator"]), int(inputs["denominator"])
    shown = fraction_text(Fraction(numerator, denominator), 6)
    divided = f"{operand(Fraction(numerator))} ÷ {operand(Fraction(denominator))} = {shown}"
    return Labels(
        f"{divided} (shown with 6 decimals); measured only, it earns no points",
        f"{divided}（显示 6 位小数）；仅作监测，不计分",
    )


def _unknown_rule(rule: str, points_e4: int) -> Labels:
    points = points_text(points_e4)
    return Labels(
        f"{points} points by the rule {rule}, whose plugin is not installed now",
        f"按规则 {rule} 得 {points} 分，该规则的插件当前未安装",
    )


def _prorated(inputs: Mapping[str, str]) -> list[Labels]:
    """How a part-period target came about."""
    if "agreed_target" not in inputs:
        return []
    agreed, held, days = (operand(read_exact(inputs[name])) for name in ("agreed_target", "days_held", "period_days"))
    return [
        Labels(
            f"target {agreed} × {held} ÷ {days} days held",
            f"目标值按在岗天数折算：{agreed} × {held} ÷ {days}",
        )
    ]


def _rescaled(inputs: Mapping[str, str]) -> list[Labels]:
    """Why the base is not the scheme's."""
    if "scheme_base" not in inputs:
        return []
    scheme, counted = operand(read_exact(inputs["scheme_base"])), operand(read_exact(inputs["base"]))
    return [
        Labels(
            f"base {counted} instead of {scheme}, because other lines are not applicable",
            f"因其他指标不适用，基准分由 {scheme} 调整为 {counted}",
        )
    ]


def _cut(inputs: Mapping[str, str], points_e4: int) -> list[Labels]:
    """Why the points are fewer than the rule gave: other lines of the section came first."""
    if "section_limit" not in inputs:
        return []
    limit, left, points = inputs["section_limit"], inputs["section_left"], points_text(points_e4)
    return [
        Labels(
            f"of the section's limit of {limit} points {left} were left: {points} points",
            f"本部分限额 {limit} 分，尚余 {left} 分：{points} 分",
        )
    ]
