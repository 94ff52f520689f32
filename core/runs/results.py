"""Results as rows of the database and as the text that is hashed."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import orjson

from core.indicators.value import Value
from core.numbers import divide_half_away
from core.runs.compute import Results
from core.runs.scorecard import RunFinding, Scorecard, ScoreLine
from core.runs.sheets import WRONG_SHEETS
from core.session import BankSession

Row = tuple[object, ...]

_VALUES = ("run", "indicator", "owner", "manager", "numerator", "denominator", "not_applicable")
_CARDS = (
    "run", "manager", "branch", "position", "level", "rank", "rank_in_branch", "points_e4", "grade",
    "multiple_e2", "pay_minor",
)  # fmt: skip
_LINES = (
    "run", "manager", "line", "indicator", "section", "rule", "value_e6", "target", "completion_e6", "base_e4",
    "points_e4", "not_applicable", "inputs",
)  # fmt: skip
MILLION = 10**6
_FINDINGS = ("run", "code", "severity", "subject", "message", "message_zh", "fields")


@dataclass(frozen=True)
class ResultRows:
    """What a run found, as cells of its tables without the run's id: made once, hashed and stored."""

    values: list[Row]
    cards: list[Row]
    lines: list[Row]
    findings: tuple[RunFinding, ...]


def rows_of(results: Results) -> ResultRows:
    """The rows of everything a run found."""
    cards = results.assessment.scorecards
    return ResultRows(
        list(_value_rows(results)),
        [_card_row(card) for card in cards],
        [row for card in cards for row in _line_rows(card)],
        results.findings,
    )


def _value_rows(results: Results) -> Iterator[tuple[object, ...]]:
    for measured in results.values:
        owners: list[tuple[str, str, Value]] = [("manager", m, v) for m, v in sorted(measured.managers.items())]
        owners += [("unattributed", "", measured.unattributed), ("bank", "", measured.bank)]
        for owner, manager, value in owners:
            yield (
                measured.indicator, owner, manager, Decimal(value.numerator), Decimal(value.denominator),
                value.not_applicable,
            )  # fmt: skip


def _card_row(card: Scorecard) -> tuple[object, ...]:
    who = card.manager
    return (
        who.manager, who.branch, who.position, who.level, card.rank, card.rank_in_branch, card.points_e4, card.grade,
        card.multiple_e2, card.pay_minor,
    )  # fmt: skip


def _line_rows(card: Scorecard) -> Iterator[tuple[object, ...]]:
    for number, line in enumerate(card.lines, start=1):
        value = line.value
        shown = (
            None if value.not_applicable else Decimal(divide_half_away(value.numerator * MILLION, value.denominator))
        )
        yield (
            card.manager.manager, number, line.indicator, line.section, line.rule, shown, line.target,
            _completion_e6(line), line.base_e4, line.points_e4, line.not_applicable,
            orjson.dumps(dict(line.inputs), option=orjson.OPT_SORT_KEYS).decode(),
        )  # fmt: skip


def _completion_e6(line: ScoreLine) -> Decimal | None:
    """Value ÷ target in millionths, where both are and the target is positive."""
    if line.value.not_applicable or line.target is None or line.target <= 0:
        return None
    top, bottom = line.target.as_integer_ratio()
    return Decimal(divide_half_away(line.value.numerator * bottom * MILLION, line.value.denominator * top))


def results_hash(rows: ResultRows) -> str:
    """SHA-256 over every value, scorecard, line and finding as text, whatever their order."""
    return _hash(
        {
            "value": rows.values,
            "card": rows.cards,
            "line": rows.lines,
            "finding": ((f.code, f.subject) for f in rows.findings),
        }
    )


async def stored_hash(session: BankSession, run: str) -> str:
    """The same hash over what the database holds of the run now; another where a sheet differs from its lines."""
    return _hash(
        {
            "value": map(tuple, await session.rows(_select("run_values", _VALUES), run)),
            "card": map(tuple, await session.rows(_select("scorecards", _CARDS), run)),
            "line": map(_stored_line, await session.rows(_select("score_lines", _LINES), run)),
            "finding": map(tuple, await session.rows("SELECT code, subject FROM bank.findings WHERE run = $1", run)),
            "wrong sheet": map(tuple, await session.rows(WRONG_SHEETS, run)),
        }
    )


def _select(table: str, columns: tuple[str, ...]) -> str:
    read = ", ".join("inputs::text" if name == "inputs" else name for name in columns[1:])
    return f"SELECT {read} FROM bank.{table} WHERE run = $1"  # noqa: S608


def _stored_line(row: Any) -> tuple[object, ...]:
    *cells, inputs = row
    return (*cells, orjson.dumps(orjson.loads(inputs), option=orjson.OPT_SORT_KEYS).decode())


def _hash(rows: Mapping[str, Iterable[tuple[object, ...]]]) -> str:
    texts = (orjson.dumps([kind, *map(_cell, row)]) for kind, of_kind in rows.items() for row in of_kind)
    return hashlib.sha256(b"\n".join(sorted(texts))).hexdigest()


def _cell(cell: object) -> str | None:
    """A number's text is the same with and without idle zeros: the database keeps targets with six places."""
    if isinstance(cell, Decimal):
        text = format(cell, "f")
        return text.rstrip("0").rstrip(".") if "." in text else text
    return None if cell is None else str(cell)


async def store_results(session: BankSession, run: str, rows: ResultRows) -> None:
    """Write everything a run found. Not visible before the transaction that completes the run commits."""
    await session.copy_in("run_values", _VALUES, ((run, *row) for row in rows.values))
    await session.copy_in("scorecards", _CARDS, ((run, *row) for row in rows.cards))
    await session.copy_in("score_lines", _LINES, ((run, *row) for row in rows.lines))
    await session.copy_in(
        "findings",
        _FINDINGS,
        [
            (run, f.code, "warning", f.subject, f.message, f.message_zh, orjson.dumps(dict(f.fields)).decode())
            for f in rows.findings
        ],
    )
