"""What complete runs measured of the bank as a whole: its managers together, what nobody holds, and the bank.

Managers + unattributed = bank on the numerator of a sum, and on both parts of a ratio.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.numbers import divide_half_away
from core.session import BankSession

MILLION = 10**6


@dataclass(frozen=True, slots=True)
class RunValueRead:
    """One indicator of one run, in millionths of its unit, rounded half away from zero.

    None: not applicable, for the reason in `not_applicable`. `managers_e6` is None too where values are not parts of
    a whole: of an indicator that is combined of others.
    """

    indicator: str
    managers_e6: int | None
    unattributed_e6: int | None
    bank_e6: int | None
    not_applicable: str | None


@dataclass(frozen=True, slots=True)
class _Part:
    """N and D of all rows of one owner added up, and between what single Ds lie."""

    numerator: int
    denominator: int
    least: int
    most: int
    not_applicable: str | None


async def values_by_run(session: BankSession, runs: Sequence[str]) -> dict[str, tuple[RunValueRead, ...]]:
    """Run → its values by indicator code; nothing of runs that are not complete. One statement."""
    found = await session.rows(
        """SELECT v.run, v.indicator, v.owner, sum(v.numerator) AS numerator, sum(v.denominator) AS denominator,
                  min(v.denominator) AS least, max(v.denominator) AS most, max(v.not_applicable) AS not_applicable
           FROM bank.run_values v JOIN bank.runs r ON r.run = v.run AND r.status = 'complete'
           WHERE v.run = ANY($1::text[])
           GROUP BY v.run, v.indicator, v.owner ORDER BY v.run, v.indicator COLLATE "C", v.owner""",
        list(runs),
    )
    parts: dict[str, dict[str, dict[str, _Part]]] = defaultdict(lambda: defaultdict(dict))
    for row in found:
        parts[row["run"]][row["indicator"]][row["owner"]] = _part(row)
    return {
        run: tuple(_read(indicator, of) for indicator, of in by_indicator.items())
        for run, by_indicator in parts.items()
    }


def _part(row: Any) -> _Part:
    return _Part(
        numerator=int(row["numerator"]),
        denominator=int(row["denominator"]),
        least=int(row["least"]),
        most=int(row["most"]),
        not_applicable=row["not_applicable"],
    )


def _read(indicator: str, parts: Mapping[str, _Part]) -> RunValueRead:
    bank, rest = parts["bank"], parts["unattributed"]
    # A bank without managers has no row of theirs: none of what there is, over the same constant.
    managers = parts.get("manager", _Part(0, 0, bank.denominator, bank.denominator, None))
    shown = _managers_e6(managers, rest, bank)
    reasons = (bank.not_applicable, rest.not_applicable, managers.not_applicable if shown is None else None)
    return RunValueRead(indicator, shown, _e6(rest), _e6(bank), next(filter(None, reasons), None))


def _e6(part: _Part) -> int | None:
    return None if part.not_applicable else divide_half_away(part.numerator * MILLION, part.denominator)


def _managers_e6(managers: _Part, rest: _Part, bank: _Part) -> int | None:
    """What is stored tells a sum from a ratio: one constant below every line, or parts that add up below it too."""
    if bank.not_applicable:
        return None
    if {managers.least, managers.most, rest.denominator} == {bank.denominator}:
        return divide_half_away(managers.numerator * MILLION, bank.denominator)
    ratio = (managers.numerator + rest.numerator, managers.denominator + rest.denominator)
    if managers.denominator == 0 or ratio != (bank.numerator, bank.denominator):
        return None
    return divide_half_away(managers.numerator * MILLION, managers.denominator)
