"""Running cases and saying what became of them."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson

from core.cases.case import Case, Failure, Outcome, Report
from core.cases.formulas import FORMULAS
from core.cases.measured import MEASURED
from core.cases.reading import read_cases
from core.cases.scoring import SCORING
from core.cases.sheet import run_sheet
from core.cases.stand import CaseEngine
from core.errors import MeritgraphError
from core.facts.fact_table import FactTable
from core.indicators.indicator import Indicator


class _NotRunnable(Exception):
    """Why a case cannot be run at all, in words."""


def run_cases(
    paths: Sequence[Path], indicators: Mapping[str, Indicator], tables: Mapping[str, FactTable] | None = None
) -> Report:
    """Run every case below `paths`. `indicators`: all installed, by code; measured rules run through them.

    `tables`: the fact tables that a case of an indicator may give, by name.
    """
    passed = 0
    failures: list[Failure] = []
    with CaseEngine(tables) as engine:
        for case in read_cases(paths):
            failure = case if isinstance(case, Failure) else _check(case, indicators, engine)
            if failure is None:
                passed += 1
            else:
                failures.append(failure)
    return Report(passed, tuple(failures))


def _check(case: Case, indicators: Mapping[str, Indicator], engine: CaseEngine) -> Failure | None:
    """None where the case gives exactly what it expects."""
    expected = "what the case expects"
    try:
        expected = _text(case.expect)
        got, said = _run(case, indicators, engine)
        return None if same(case.expect, got) else Failure(case.file, case.name, expected, _text(got) + said)
    except _NotRunnable as why:
        return Failure(case.file, case.name, expected, str(why))
    except Exception as bug:  # one broken case must not hide the others
        return Failure(case.file, case.name, expected, f"{type(bug).__name__}: {bug}")


def _run(case: Case, indicators: Mapping[str, Indicator], engine: CaseEngine) -> tuple[Outcome, str]:
    """What the product answers, and what it said about an error."""
    try:
        if case.rule in SCORING:
            return SCORING[case.rule](case.given), ""
        if case.rule in MEASURED:
            return MEASURED[case.rule](case.given, indicators, engine), ""
        if case.rule == "scorecard":
            return run_sheet(case.given, indicators, case.file.parent), ""
    except MeritgraphError as refused:
        if refused.code == "CASE_INVALID":
            raise _NotRunnable(f"an invalid case: {refused.message}") from refused
        return {"error": refused.code}, f" ({refused.message})"
    if case.rule in FORMULAS:
        raise _NotRunnable(f"rule not built: {FORMULAS[case.rule]}")
    raise _NotRunnable(f"no such rule: {case.rule}")


def same(expected: Any, got: Any) -> bool:
    """Equal in keys, types and text: "1" is not 1, 1 is not true, a missing key is not null."""
    if isinstance(expected, Mapping) and isinstance(got, Mapping):
        return expected.keys() == got.keys() and all(same(value, got[name]) for name, value in expected.items())
    if isinstance(expected, list) and isinstance(got, list):
        return len(expected) == len(got) and all(map(same, expected, got))
    return type(expected) is type(got) and bool(expected == got)


def _text(outcome: Any) -> str:
    try:
        return orjson.dumps(outcome, default=str, option=orjson.OPT_NON_STR_KEYS | orjson.OPT_SORT_KEYS).decode()
    except TypeError:  # whole numbers beyond 64 bits, halves of characters, mappings in mappings without end
        return repr(outcome)
