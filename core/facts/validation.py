"""What a whole file is checked for once its cells are typed: ranges, days, known codes, keys. All set by set.

Every check is asked twice: `is_faultless` of the quick table as a count, `report` of the slow table row by row.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core.facts.cells import SQL_TYPES, Cell
from core.facts.engine import Bound, Engine, quoted
from core.facts.fact_table import Column, FactKind
from core.facts.findings import KEPT, FindingList
from core.facts.plan import FIRST_DAY, LAST_DAY, ReadPlan
from core.facts.reading import CHECKED, TYPED
from core.indicators.indicator import Labels

_REGISTERS = {"accounts": "ACCOUNT_UNKNOWN", "customers": "CUSTOMER_UNKNOWN", "managers": "MANAGER_UNKNOWN"}
_EARLIER = Labels("an earlier delivery", "此前的报送")


@dataclass(frozen=True)
class Check:
    """Rows of a typed table that break `rule`: those for which `condition` holds."""

    rule: str
    columns: tuple[Column, ...]
    condition: str
    more: Labels | str = ""
    parameters: dict[str, Any] = field(default_factory=dict)


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


def load_register(engine: Engine, name: str, files: Sequence[Path], *, is_csv: bool) -> None:
    """Make the table known_<name> of codes: a CSV with a header, or Parquet with the register's column."""
    column = quoted(name.removesuffix("s"))
    engine.rows(f"CREATE TEMP TABLE known_{name} (code VARCHAR)")
    if files:
        reader = f"read_csv($files, header = true, all_varchar = true, columns = {{{column[1:-1]!r}: 'VARCHAR'}}, "
        reader += "auto_detect = false, delim = ',', quote = '\"', escape = '\"')"
        relation = reader if is_csv else "read_parquet($files)"
        engine.rows(
            f"INSERT INTO known_{name} SELECT {column} FROM {relation}",  # noqa: S608
            {"files": [str(file) for file in files]},
        )


def load_delivered_keys(engine: Engine, plan: ReadPlan, files: Sequence[Path]) -> None:
    """Make the table `delivered` of keys that other deliveries in force hold, for events."""
    keys = ", ".join(map(quoted, plan.table.key))
    if files:
        engine.rows(
            f"CREATE TEMP TABLE delivered AS SELECT {keys} FROM read_parquet($files) SEMI JOIN {TYPED} USING ({keys})",  # noqa: S608
            {"files": [str(file) for file in files]},
        )
    else:
        engine.rows(f"CREATE TEMP TABLE delivered AS SELECT {keys} FROM {TYPED} LIMIT 0")  # noqa: S608


def is_faultless(engine: Engine, plan: ReadPlan) -> bool:
    """Whether TYPED breaks no rule at all. One pass for everything a row says of itself, one for each set."""
    if engine.row(f"SELECT count_if(bad), count(*) FROM {TYPED}") [0]:  # noqa: S608
        return False
    for check in _checks(plan):
        if engine.row(f"SELECT count(*) FROM {TYPED} WHERE {check.condition}", check.parameters)[0]:  # noqa: S608
            return False
    return not _is_empty(engine, plan, TYPED) and not _has_twins(engine, plan)
