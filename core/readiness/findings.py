"""Readiness in sentences: one finding for each file and each ledger total that is not in order."""

from collections.abc import Iterator
from typing import Any

from core.indicators.indicator import Labels
from core.numbers import scaled_text
from core.readiness.readiness import DueFile, LedgerDifference, Readiness, Reason, Unreconciled
from core.runs.scorecard import RunFinding
from core.session import Bank

CODES = {
    Reason.LATE: "DELIVERY_LATE",
    Reason.MISSING: "DELIVERY_MISSING",
    Reason.OUT_OF_BALANCE: "LEDGER_DIFFERENCE",
}
WAITING, UNRECONCILED = "DELIVERY_WAITING", "BALANCES_NOT_RECONCILED"
ALL_CODES = tuple(sorted([*CODES.values(), WAITING, UNRECONCILED]))
_MISSING = Labels(
    "Feed {feed} has not brought {fact} of {day}: it was due on {due}.",
    "报送渠道 {feed} 未报送 {day} 的 {fact}：应于 {due} 前到达。",
)
_LATE = Labels(
    "Feed {feed} brought {fact} of {day} on {accepted}: it was due on {due}.",
    "报送渠道 {feed} 于 {accepted} 才报送 {day} 的 {fact}：应于 {due} 前到达。",
)
_WAITING = Labels(
    "Feed {feed} has yet to bring {fact} of {day}: it is due on {due}.",
    "报送渠道 {feed} 尚未报送 {day} 的 {fact}：应于 {due} 前到达。",
)
_DIFFERENCE = Labels(
    "On {day} the balances of {kind}, {category}, come to {balances}, the general ledger says {ledger}: {difference}.",
    "{day} {kind}（{category}）余额合计 {balances}，总账 {ledger}：差额 {difference}。",
)
_UNKNOWN = Labels(
    "On {day} the general ledger says {ledger} for {kind}, {category}, but no balances of that day are known.",
    "{day} 总账 {kind}（{category}）为 {ledger}，但当日没有任何余额数据。",
)
_UNRECONCILED = Labels(
    "Balances of {kind}, {category}, have no general-ledger total on {days} of the days that have totals, first on "
    "{day}.",
    "{kind}（{category}）余额有 {days} 天没有对应的总账余额，最早为 {day}。",
)


def findings_of_readiness(found: Readiness, bank: Bank) -> list[RunFinding]:
    """Everything a run tells: what is missing, late and out of balance, then what is still to come or unchecked."""
    return [
        *(_of_file(CODES[Reason.MISSING], _MISSING, file) for file in found.missing),
        *(_of_file(CODES[Reason.LATE], _LATE, file) for file in found.late),
        *(_of_difference(one, bank.digits) for one in found.differences),
        *(_of_file(WAITING, _WAITING, file) for file in found.waiting),
        *_of_unreconciled(found.unreconciled),
    ]


def _of_file(code: str, words: Labels, file: DueFile) -> RunFinding:
    fields = {"feed": file.feed, "fact": file.fact, "shape": file.shape, "day": file.day, "due": file.due}
    if file.accepted is not None:
        fields["accepted"] = file.accepted
    # With its day, so that no subject looks like a manager's code, to whom a finding about himself is shown.
    return _finding(code, f"{file.feed} {file.day}", words, fields)


def _of_difference(one: LedgerDifference, digits: int) -> RunFinding:
    fields = {
        "day": one.day,
        "kind": one.kind,
        "category": one.category,
        "ledger": scaled_text(one.ledger_minor, digits),
        "balances": "" if one.balances_minor is None else scaled_text(one.balances_minor, digits),
        "difference": scaled_text(one.difference_minor, digits),
    }
    words = _UNKNOWN if one.balances_minor is None else _DIFFERENCE
    return _finding(CODES[Reason.OUT_OF_BALANCE], f"{one.kind} {one.category} {one.day}", words, fields)


def _of_unreconciled(found: tuple[Unreconciled, ...]) -> Iterator[RunFinding]:
    for one in found:
        fields = {"kind": one.kind, "category": one.category, "days": one.days, "day": one.first}
        yield _finding(UNRECONCILED, f"{one.kind} {one.category}", _UNRECONCILED, fields)


def _finding(code: str, subject: str, words: Labels, fields: dict[str, Any]) -> RunFinding:
    told = {name: str(value) for name, value in fields.items()}
    return RunFinding(code, subject, words.en.format(**told), words.zh.format(**told), told)


_COUNTED = {
    Reason.LATE: ("{} file came late", "{} files came late"),
    Reason.MISSING: ("{} file is missing", "{} files are missing"),
    Reason.OUT_OF_BALANCE: ("{} ledger total is out of balance", "{} ledger totals are out of balance"),
}


def sentence(found: Readiness) -> str:
    """Why no run is made: what there is of each reason that stops it."""
    counts = found.counts
    parts = [_COUNTED[reason][counts[reason] != 1].format(counts[reason]) for reason in found.stops]
    overruled = ", ".join(reason.value.upper() for reason in found.stops)
    return (
        f"The facts of {found.period} are not ready: {'; '.join(parts)}. "
        f"Bring or correct them, or start the run despite {overruled}."
    )
