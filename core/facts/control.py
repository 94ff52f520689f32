"""The sender's own totals, held against the file as it was sent: every row counts, also one that is wrong."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from core.errors import InputError
from core.facts.cells import cells_of, typed_query
from core.facts.engine import Bound, Engine, quoted
from core.facts.fact_table import ColumnType
from core.facts.findings import FindingList
from core.facts.plan import ReadPlan
from core.facts.reading import TYPED, SlowRead, placed_relation, sent_relation
from core.facts.staging import Staged
from core.facts.terms import ControlTotals
from core.numbers import scaled_decimal

_NUMBERS = (ColumnType.MONEY, ColumnType.INTEGER, ColumnType.DECIMAL6)


def check_control(plan: ReadPlan, control: ControlTotals | None) -> None:
    """InputError CONTROL_INVALID where a total names no number the file brings."""
    numbers = [name for name in plan.sources if plan.table.column(name).type in _NUMBERS]
    unknown = sorted(set(control.sums) - set(numbers)) if control else []
    if unknown:
        known = ", ".join(["rows", *numbers])
        raise InputError(f"There is no control total of {unknown[0]!r}: use {known}.", code="CONTROL_INVALID")


def check_totals(
    engine: Engine,
    plan: ReadPlan,
    staged: Staged,
    places: Mapping[str, int],
    slow: SlowRead | None,
    control: ControlTotals,
    findings: FindingList,
) -> None:
    """CONTROL_ROWS and CONTROL_SUM: given and found. `slow`: if the file was read slowly.

    Rows: all of the file, those passed over too. Sums: of every cell of them that can be read, with its sign.
    """
    rows, sums = _totals(engine, plan, staged, dict(places), slow, list(control.sums))
    if control.rows is not None and control.rows != rows:
        findings.add("CONTROL_ROWS", value=rows, more=str(control.rows))
    for name, given in control.sums.items():
        column, found = plan.table.column(name), sums[name]
        if found != given:
            at: dict[str, Any] = {"value": f"{found:f}", "column": name, "source_column": plan.sources[name].column}
            findings.add("CONTROL_SUM", label=column.labels, more=f"{given:f}", **at)


def _totals(
    engine: Engine, plan: ReadPlan, staged: Staged, places: dict[str, int], slow: SlowRead | None, names: list[str]
) -> tuple[int, dict[str, Decimal]]:
    summed = "".join(f", sum({quoted(name)})" for name in names)
    bind = Bound()
    if slow is None and not plan.mapping.only:
        relation = TYPED
    else:
        relation = f"({_every_row(plan, staged, places, slow, names, bind)})"
    count, *sums = engine.row(f"SELECT count(*){summed} FROM {relation}", bind.values)  # noqa: S608
    scaled = {
        name: scaled_decimal(int(total or 0), plan.digits(plan.table.column(name)))
        for name, total in zip(names, sums, strict=True)
    }
    return slow.rows if slow else count, scaled


def _every_row(
    plan: ReadPlan, staged: Staged, places: dict[str, int], slow: SlowRead | None, names: list[str], bind: Bound
) -> str:
    """The summed columns of all rows, those passed over too."""
    columns = tuple(plan.table.column(name) for name in names or [next(iter(plan.sources))])
    mapping = plan.mapping.model_copy(update={"only": {}, "currency": None})
    every = replace(plan, table=replace(plan.table, columns=columns), mapping=mapping)
    relation, raw = (placed_relation if slow else sent_relation)(plan, staged, places, bind)
    return typed_query(every, cells_of(every, raw, bind), raw, relation, bind, detailed=False)
