"""What a person should look at after an assessment: targets that are wrong, sheets that say nothing."""

from collections.abc import Iterator, Sequence

from core.indicators.indicator import Labels
from core.runs.scorecard import RunFinding, Scorecard
from core.schemes.scheme import Scheme

_TARGETS = {
    "target_missing": (
        "TARGET_MISSING",
        Labels(
            "Manager {manager} has no target for: {indicators}.",
            "客户经理 {manager} 缺少目标：{indicators}。",
        ),
    ),
    "target_not_positive": (
        "TARGET_NOT_POSITIVE",
        Labels(
            "Manager {manager} has a target at or below zero for: {indicators}.",
            "客户经理 {manager} 的目标值不大于零：{indicators}。",
        ),
    ),
}
_NO_LINE = Labels(
    "No line with a base on manager {manager}'s sheet is applicable: no points, no grade, no pay.",
    "客户经理 {manager} 没有适用的基准分指标：不计得分、等次与绩效薪酬。",
)
_NOBODY_PAID = {
    "pool_by_points": Labels(
        "Nobody earned a point: the whole pool of scheme {scheme} is undistributed.",
        "无人得分：考核办法 {scheme} 的奖金池未分配。",
    ),
    "pool_by_grade": Labels(
        "Nobody has a grade with a multiple above zero: the whole pool of scheme {scheme} is undistributed.",
        "无人获得倍数大于零的等次：考核办法 {scheme} 的奖金池未分配。",
    ),
}


def findings_of(cards: Sequence[Scorecard], scheme: Scheme, undistributed_minor: int | None) -> tuple[RunFinding, ...]:
    """One finding per manager and fault, in the order of the scorecards; then those of the whole run."""
    found = [finding for card in cards for finding in _of_card(card)]
    if undistributed_minor and scheme.pay is not None:
        fields = {"scheme": scheme.code, "undistributed_minor": str(undistributed_minor)}
        found.append(_finding("POOL_UNDISTRIBUTED", scheme.code, _NOBODY_PAID[scheme.pay.rule], fields))
    return tuple(found)


def _of_card(card: Scorecard) -> Iterator[RunFinding]:
    manager = card.manager.manager
    for reason, (code, words) in _TARGETS.items():
        indicators = [line.indicator for line in card.lines if line.not_applicable == reason]
        if indicators:
            yield _finding(code, manager, words, {"manager": manager, "indicators": ", ".join(indicators)})
    if card.points_e4 is None:
        yield _finding("NO_APPLICABLE_LINE", manager, _NO_LINE, {"manager": manager})


def _finding(code: str, subject: str, words: Labels, fields: dict[str, str]) -> RunFinding:
    return RunFinding(code, subject, words.en.format(**fields), words.zh.format(**fields), fields)
