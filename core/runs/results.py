"""Results as rows of the database and as the text that is hashed."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

import orjson

from core.indicators.value import Value
from core.numbers import round_half_away
from core.runs.compute import Results
from core.runs.scorecard import Scorecard, ScoreLine
from core.session import BankSession

_VALUES = ("run", "indicator", "owner", "manager", "numerator", "denominator", "not_applicable")
_CARDS = (
    "run", "manager", "branch", "position", "level", "rank", "rank_in_branch", "points_e4", "grade",
    "multiple_e2", "pay_minor",
)  # fmt: skip
_LINES = (
    "run", "manager", "line", "indicator", "section", "rule", "value_e6", "target", "completion_e6", "base_e4",
    "points_e4", "not_applicable", "inputs",
)  # fmt: skip
_FINDINGS = ("run", "code", "severity", "subject", "message", "message_zh", "fields")


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
        shown = None if line.value.not_applicable else Decimal(round_half_away(line.value.exact, 6))
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
    return Decimal(round_half_away(line.value.exact * bottom / top, 6))


def results_hash(results: Results) -> str:
    """SHA-256 over every value, scorecard, line and finding as text, whatever their order."""
    cards = results.assessment.scorecards
    return _hash(
        {
            "value": _value_rows(results),
            "card": (_card_row(card) for card in cards),
            "line": (row for card in cards for row in _line_rows(card)),
            "finding": ((f.code, f.subject) for f in results.findings),
        }
    )


async def stored_hash(session: BankSession, run: str) -> str:
    """The same hash over what the database holds of the run now."""
    return _hash(
        {
            "value": map(tuple, await session.rows(_select("run_values", _VALUES), run)),
            "card": map(tuple, await session.rows(_select("scorecards", _CARDS), run)),
            "line": map(_stored_line, await session.rows(_select("score_lines", _LINES), run)),
            "finding": map(tuple, await session.rows("SELECT code, subject FROM bank.findings WHERE run = $1", run)),
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


async def store_results(session: BankSession, run: str, results: Results) -> None:
    """Write everything a run found. Not visible before the transaction that completes the run commits."""
    cards = results.assessment.scorecards
    await session.copy_in("run_values", _VALUES, [(run, *row) for row in _value_rows(results)])
    await session.copy_in("scorecards", _CARDS, [(run, *_card_row(card)) for card in cards])
    await session.copy_in("score_lines", _LINES, [(run, *row) for card in cards for row in _line_rows(card)])
    await session.copy_in(
        "findings",
        _FINDINGS,
        [
            (run, f.code, "warning", f.subject, f.message, f.message_zh, orjson.dumps(dict(f.fields)).decode())
            for f in results.findings
        ],
    )
