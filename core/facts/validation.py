"""What a whole file is checked for once its cells are typed: ranges, days, known codes, keys. All set by set.

Every check is asked twice: `is_faultless` of the quick table as a count, `report` of the slow table row by row.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core.facts.cells import SQL_TYPES, Cell
from core.facts.engine import Engine, quoted
from core.facts.fact_table import Column, FactKind
from core.facts.findings import KEPT, FindingList
from core.facts.plan import FIRST_DAY, LAST_DAY, ReadPlan
from core.facts.reading import CHECKED, TYPED
from core.facts.spans import SumsTooLarge
from core.facts.stretches import ITS_ROW, REVERSED, do_overlap, overlapping
from core.indicators.indicator import Labels

_REGISTERS = {
    "accounts": "ACCOUNT_UNKNOWN",
    "branches": "BRANCH_UNKNOWN",
    "customers": "CUSTOMER_UNKNOWN",
    "managers": "MANAGER_UNKNOWN",
}
_EARLIER = Labels("an earlier delivery", "此前的报送")


@dataclass(frozen=True)
class Check:
    """Rows of a typed table that break `rule`: those for which `condition` holds."""

    rule: str
    column: Column
    condition: str
    more: Labels | str = ""
    parameters: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Fault:
    """Rows of CHECKED that are wrong: `select` gives record, line, value, rule, and the first row of a repeated key."""

    select: str
    parameters: dict[str, Any]
    label: Labels
    more: Labels | str
    column: str | None
    source_column: str | None

    def also(self, first: int | None) -> Labels | str:
        """What the rule compares with."""
        return self.more if first is None else Labels(f"row {first}", f"第 {first} 行")


def check_delivery(plan: ReadPlan, today: Any, findings: FindingList) -> None:
    """What is wrong whatever the rows say: a business day out of time, another bank's currency."""
    day, currency = plan.business_day, plan.mapping.currency
    if not FIRST_DAY <= day <= LAST_DAY:
        findings.add("DATE_INVALID", value=day, label=Labels("Business day", "业务日"))
    elif day > today:
        findings.add("DAY_IN_FUTURE", value=day, more=str(today))
    if isinstance(currency, str) and currency != plan.bank.currency:
        findings.add("CURRENCY_NOT_OF_BANK", value=currency, more=plan.bank.currency)


def registers_of(plan: ReadPlan) -> list[str]:
    """Which lists of known codes the table's columns refer to, besides the table itself."""
    named = {column.refers for column in plan.table.columns if plan.constants.get(column.name, "") is not None}
    return sorted(name for name in named if name in _REGISTERS)


def load_register(engine: Engine, name: str, files: Sequence[Path]) -> None:
    """Make the table known_<name> of codes, from Parquet files or one CSV (*.csv) with a header; no files: none."""
    column = "branch" if name == "branches" else name.removesuffix("s")
    engine.rows(f"CREATE TEMP TABLE known_{name} (code VARCHAR)")
    if not files:
        return
    relation = "read_parquet($files)"
    if files[0].suffix == ".csv":
        relation = f"read_csv($files, header = true, columns = {{'{column}': 'VARCHAR'}}, auto_detect = false, "
        relation += "delim = ',', quote = '\"', escape = '\"')"
    found = {"files": [str(file) for file in files]}
    engine.rows(f"INSERT INTO known_{name} SELECT {quoted(column)} FROM {relation}", found)  # noqa: S608


def is_held_against_others(plan: ReadPlan) -> bool:
    """Whether keys may not be those of other deliveries: events', and of what completes another those of that one."""
    return bool(unique_key(plan)) and (plan.table.kind is FactKind.EVENT or plan.completes is not None)


def load_delivered_keys(engine: Engine, plan: ReadPlan, files: Sequence[Path], condition: str = "true") -> None:
    """Make the table `delivered` of the keys that other deliveries in force hold."""
    keys = [plan.table.column(name) for name in plan.table.key]
    columns = ", ".join(f"{quoted(key.name)} {SQL_TYPES[key.type]}" for key in keys)
    engine.rows(f"CREATE TEMP TABLE delivered ({columns})")
    if files:
        names = ", ".join(quoted(key.name) for key in keys)
        found = {"files": [str(file) for file in files]}
        engine.rows(f"INSERT INTO delivered SELECT {names} FROM read_parquet($files) WHERE {condition}", found)  # noqa: S608


def is_faultless(engine: Engine, plan: ReadPlan) -> bool:
    """Whether TYPED breaks no rule: one pass for what a row says of itself, one for each list it is held against."""
    bad, rows = engine.row(f"SELECT count_if(bad), count(*) FROM {TYPED}")  # noqa: S608
    if bad or _is_empty(plan, rows):
        return False
    for check in _checks(plan):
        if engine.row(f"SELECT count(*) FROM {TYPED} AS f WHERE {check.condition}", check.parameters)[0]:  # noqa: S608
            return False
    if plan.shape == "spans" and engine.row(do_overlap(TYPED))[0]:
        return False
    keys = ", ".join(map(quoted, unique_key(plan)))
    return not keys or rows == engine.row(f"SELECT count(*) FROM (SELECT DISTINCT {keys} FROM {TYPED})")[0]  # noqa: S608


def report(engine: Engine, plan: ReadPlan, cells: list[Cell], findings: FindingList) -> None:
    """Everything that is wrong with CHECKED, row by row."""
    if _is_empty(plan, engine.row(f"SELECT count(*) FROM {CHECKED}")[0]) and not findings:  # noqa: S608
        findings.add("FILE_EMPTY")
    for fault in faults(plan, cells):
        for rule, count in engine.rows(f"SELECT rule, count(*) FROM ({fault.select}) GROUP BY ALL", fault.parameters):  # noqa: S608
            findings.counts[rule] += count
        places = f"SELECT record, line, value, rule, first FROM ({fault.select}) ORDER BY record LIMIT {KEPT}"  # noqa: S608
        for record, line, value, rule, first in engine.rows(places, fault.parameters):
            at = {"row": record, "line": line, "value": value, "column": fault.column}
            at["source_column"] = fault.source_column
            findings.add(rule, count=0, label=fault.label, more=fault.also(first), **at)


def report_sums(plan: ReadPlan, sums: SumsTooLarge, findings: FindingList) -> None:
    """The accounts whose balance is too large to keep once everything is added up."""
    column = plan.table.column("balance")
    source = plan.sources.get(column.name)
    findings.counts["NUMBER_TOO_LARGE"] += sums.count
    for account, day in sums.first:
        en, zh = f"{column.labels.en}, the account's sum up to {day}", f"{column.labels.zh}（账户累计至 {day}）"
        at: dict[str, Any] = {
            "column": column.name,
            "source_column": source.column if source else None,
            "value": account,
        }
        findings.add("NUMBER_TOO_LARGE", count=0, label=Labels(en, zh), **at)


def unique_key(plan: ReadPlan) -> tuple[str, ...]:
    """The columns no two rows may share. Transactions have none: an account may see two alike on a day."""
    return () if plan.is_transactions else plan.table.key


def _is_empty(plan: ReadPlan, rows: int) -> bool:
    """No rows at all, unless that is meant. A day's events may all be passed over by `only`, a complete list never."""
    adds_up = plan.is_transactions or plan.table.kind is FactKind.EVENT
    return not rows and not plan.may_be_empty and not (adds_up and plan.mapping.only)


def _checks(plan: ReadPlan) -> Iterator[Check]:
    day = str(plan.business_day)
    for column in plan.table.columns:
        name = f"f.{quoted(column.name)}"
        reach = f"≥ {column.at_least}" if column.at_most is None else f"{column.at_least}–{column.at_most}"
        unit = 10 ** plan.digits(column)
        if column.at_least is not None:
            yield Check("OUT_OF_RANGE", column, f"{name} < $least", reach, {"least": column.at_least * unit})
        if column.at_most is not None:
            yield Check("OUT_OF_RANGE", column, f"{name} > $most", reach, {"most": column.at_most * unit})
        if column.name == plan.table.day:
            yield Check("DAY_AFTER_DELIVERY", column, f"{name} > $day", day, {"day": plan.business_day})
            if plan.shape == "snapshot":
                yield Check("DAY_NOT_OF_SNAPSHOT", column, f"{name} < $day", day, {"day": plan.business_day})
        if column.name == "valid_until" and plan.shape == "spans":
            yield Check("DAYS_REVERSED", column, REVERSED, ITS_ROW)
        if column.refers in registers_of(plan):
            known = f"SELECT 1 FROM known_{column.refers} AS k WHERE k.code = {name}"  # noqa: S608
            yield Check(_REGISTERS[column.refers or ""], column, f"{name} IS NOT NULL AND NOT EXISTS ({known})")
    if is_held_against_others(plan):
        same = " AND ".join(f"d.{quoted(key)} = f.{quoted(key)}" for key in plan.table.key)
        key = plan.table.column(plan.table.key[0])
        yield Check("DUPLICATE_KEY", key, f"EXISTS (SELECT 1 FROM delivered AS d WHERE {same})", _EARLIER)  # noqa: S608


def faults(plan: ReadPlan, cells: list[Cell]) -> Iterator[Fault]:
    """Every way in which a row of CHECKED can be wrong."""
    texts = {cell.name: cell for cell in cells}
    for cell in cells:
        yield _cell_fault(cell)
    for check in _checks(plan):
        yield _check_fault(check, texts.get(check.column.name))
    if names := unique_key(plan):
        yield _twin_fault(plan, names)
    if plan.shape == "spans":
        yield Fault(overlapping(CHECKED), {}, plan.table.labels, "", "valid_from", None)


def _cell_fault(cell: Cell) -> Fault:
    text, rule = quoted(f"t_{cell.name}"), quoted(f"r_{cell.name}")
    select = f"SELECT record, line, CAST({text} AS VARCHAR) AS value, {rule} AS rule, NULL::BIGINT AS first "
    select += f"FROM {CHECKED} WHERE {rule} IS NOT NULL"
    column = cell.column
    name, label = (column.name, column.labels) if column else (None, Labels(cell.source, cell.source))
    return Fault(select, {}, label, cell.more, name, cell.source)


def _check_fault(check: Check, cell: Cell | None) -> Fault:
    column = check.column
    text = quoted(f"t_{column.name}") if cell else quoted(column.name)
    select = f"SELECT record, line, CAST({text} AS VARCHAR) AS value, '{check.rule}' AS rule, NULL::BIGINT AS first "
    select += f"FROM {CHECKED} AS f WHERE {check.condition}"
    source = cell.source if cell else None
    return Fault(select, check.parameters, column.labels, check.more, column.name, source)


def _twin_fault(plan: ReadPlan, names: tuple[str, ...]) -> Fault:
    keys = ", ".join(map(quoted, names))
    present = " AND ".join(f"{quoted(name)} IS NOT NULL" for name in names)
    select = (
        f"SELECT record, line, concat_ws(', ', {keys}) AS value, 'DUPLICATE_KEY' AS rule, "  # noqa: S608
        f"first_value(record) OVER same AS first FROM {CHECKED} WHERE {present} "
        f"WINDOW same AS (PARTITION BY {keys} ORDER BY record) QUALIFY row_number() OVER same > 1"
    )
    return Fault(select, {}, plan.table.column(names[0]).labels, "", ", ".join(names), None)
