"""Sums in words: how a point rule says what it did, in both languages, as a person would write it down."""

from collections.abc import Mapping
from fractions import Fraction

from core.exact_text import exact_text, fraction_exact_text, read_exact
from core.indicators.indicator import Labels
from core.indicators.value import Value
from core.numbers import scaled_text
from core.points.bounds import bounded_points_e4

ROUNDING = Labels("rounded to 4 decimals, half away from zero", "四舍五入，保留 4 位小数")


def value_inputs(value: Value) -> dict[str, str]:
    """The two exact parts of a value, as a line's inputs hold them."""
    return {"numerator": str(value.numerator), "denominator": str(value.denominator)}


def value_in(inputs: Mapping[str, str]) -> Fraction:
    """The value that `value_inputs` wrote down."""
    return Fraction(int(inputs["numerator"]), int(inputs["denominator"]))


def operand(value: Fraction) -> str:
    """A number inside a sum: "16.25", "(−20)" or "(50 ÷ 3)"; always exact."""
    text = fraction_exact_text(abs(value)).replace("/", " ÷ ")
    if value < 0:
        return f"(−{text})"
    return f"({text})" if "÷" in text else text


def outcome(value: Fraction) -> str:
    """The end of a sum: "= 16.25", or "≈ 16.252525" cut after six decimals where it does not end."""
    text = exact_text(value.numerator, value.denominator)
    if "/" in text:
        cut = abs(value.numerator) * 10**6 // value.denominator
        return f"≈ {'−' if value < 0 else ''}{scaled_text(cut, 6)}…"
    return f"= {text}".replace("-", "−")


def bounded_sum(sum_text: str, result: Fraction, inputs: Mapping[str, str]) -> Labels:
    """`sum_text`, what it comes to, its bounds, and the points after the one rounding."""
    base, cap = read_exact(inputs["base"]), read_exact(inputs["cap_multiple"])
    limit = fraction_exact_text(base * cap).replace("/", " ÷ ")
    points = bounded_points_e4(result.numerator, result.denominator, base, cap)
    return shown_points(
        Labels(
            f"{sum_text} {outcome(result)}, within 0 and {limit}",
            f"{sum_text} {outcome(result)}，限于 0 至 {limit} 之间",
        ),
        points,
    )


def shown_points(reckoned: Labels, points_e4: int) -> Labels:
    """`reckoned`, then the points it came to after the one rounding."""
    earned = points_text(points_e4)
    return Labels(f"{reckoned.en}: {earned} points ({ROUNDING.en})", f"{reckoned.zh}：{earned} 分（{ROUNDING.zh}）")


def points_text(points_e4: int) -> str:
    """Points inside a sentence: "8.5000", "−8.5000"."""
    return scaled_text(points_e4, 4).replace("-", "−")
