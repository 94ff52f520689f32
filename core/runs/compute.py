"""From frozen inputs to results: what a run does and what a replay does again."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

import ibis
import orjson
import pyarrow as pa
import pyarrow.compute as pc

from core.facts.store import FactStore
from core.indicators.bound_facts import BoundFacts
from core.indicators.engine import Engine
from core.indicators.indicator import Derived, Indicator
from core.indicators.measure import Setting, alike, derive, in_order, measure_alike
from core.indicators.value import Measured
from core.periods import Period
from core.plugins.host import Catalogue
from core.plugins.parameters import in_force
from core.runs.assess import Assessment, assess
from core.runs.freeze import thaw
from core.runs.gate import bind_reconciled, told_by
from core.runs.inputs import Inputs
from core.runs.scorecard import RunFinding, RunManager, Targets
from core.schemes.scheme import Scheme, read_scheme
from core.session import Bank

Progress = Callable[[str, int, int], None]
"""progress(stage, done, total); may be called from another thread."""


@dataclass(frozen=True)
class Results:
    """What a run found. `values` in order of code."""

    values: Sequence[Measured]
    assessment: Assessment
    findings: tuple[RunFinding, ...]


@dataclass(frozen=True)
class _Frozen:
    """The rows a run reads, back from their files."""

    scheme: Scheme
    managers: list[RunManager]
    shares: pa.Table
    targets: Targets


def compute(
    engine: Engine,
    store: FactStore,
    bank: Bank,
    inputs: Inputs,
    catalogue: Catalogue,
    progress: Progress,
    facts: BoundFacts | None = None,
) -> Results:
    """Measure, award, rank, grade, pay. Blocking; the same inputs give the same results.

    `facts`: the inputs' facts, where they are bound to the engine already.
    """
    frozen = _thaw(store, bank, inputs, catalogue)
    facts = facts or BoundFacts(engine, store, bank.code, inputs.facts, catalogue.fact_tables, inputs.period)
    bind_reconciled(facts, inputs)
    wanted = in_order(set(frozen.scheme.indicators), catalogue.indicators)
    shares = engine.keep("shares", ibis.memtable(frozen.shares).filter(ibis.literal(True)))
    facts.merge_by(shares)
    setting = Setting(
        engine=engine,
        facts=facts,
        shares=shares,
        period=inputs.period,
        managers=[manager.manager for manager in frozen.managers],
        digits=bank.digits,
        parameters=in_force(wanted, frozen.scheme.parameters, inputs.period, bank.digits),
    )
    values = _measure_all(setting, wanted, progress)
    progress("assess", 0, 1)
    assessment = assess(
        values, frozen.scheme, frozen.targets, frozen.managers, catalogue.point_rules, inputs.period.days
    )
    findings = (*told_by(store, bank, inputs), *_data_findings(facts, frozen, inputs.period), *assessment.findings)
    return Results([values[code] for code in sorted(values)], assessment, findings)


def _thaw(store: FactStore, bank: Bank, inputs: Inputs, catalogue: Catalogue) -> _Frozen:
    tables = {name: thaw(store, bank.code, file) for name, file in inputs.frozen.items()}
    body = orjson.loads(tables["scheme"]["body"][0].as_py())
    return _Frozen(
        scheme=read_scheme(body, catalogue.indicators, catalogue.point_rules, bank.digits),
        managers=[RunManager(**row) for row in tables["managers"].to_pylist()],
        shares=tables["shares"],
        targets={
            (row["manager"], row["indicator"]): (Decimal(row["target"]), row["prorate"])
            for row in tables["targets"].to_pylist()
        },
    )


def _measure_all(setting: Setting, wanted: Sequence[Indicator], progress: Progress) -> dict[str, Measured]:
    values: dict[str, Measured] = {}
    for group in alike(wanted):
        progress(f"measure {group[0].code}", len(values), len(wanted))
        if isinstance(group[0].fold, Derived):
            values[group[0].code] = derive(group[0], values)
        else:
            values |= {measured.indicator: measured for measured in measure_alike(group, setting)}
    return values


def _data_findings(facts: BoundFacts, frozen: _Frozen, period: Period) -> list[RunFinding]:
    """What the data itself lets a person doubt."""
    found = []
    if unknown := facts.balances_without_account():
        found.append(
            RunFinding(
                "ACCOUNT_UNKNOWN",
                "balances",
                f"{unknown} accounts have balances but are missing from the period's list of accounts: not counted.",
                f"{unknown} 个账户有余额但不在考核期末账户清单中，未计入。",
                {"accounts": str(unknown)},
            )
        )
    scored = pa.array([manager.manager for manager in frozen.managers], pa.string())
    holders = pc.unique(frozen.shares.filter(pc.field("until") > period.first)["manager"])
    strangers = sorted(holders.filter(pc.invert(pc.is_in(holders, scored))).to_pylist())
    found += [
        RunFinding(
            "SHARE_HOLDER_NOT_SCORED",
            manager,
            f"Manager {manager} holds shares but no post in the period: what they carry is unattributed.",
            f"客户经理 {manager} 持有业绩关联度但考核期内无岗位，对应业绩未归属。",
            {"manager": manager},
        )
        for manager in strangers
    ]
    return found
