"""The gate before measuring: facts that are not ready stop a run, or stand on it as findings."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

import orjson
import pyarrow as pa

from core.errors import InputError
from core.facts.store import FactStore
from core.indicators.bound_facts import BoundFacts
from core.readiness.findings import CODES, findings_of_readiness
from core.readiness.readiness import Readiness, Reason
from core.readiness.reconcile import has_totals
from core.runs.freeze import keep_frozen, thaw
from core.runs.inputs import Inputs
from core.runs.scorecard import RunFinding
from core.session import Bank, BankSession

NOT_READY = "FACTS_NOT_READY"
_TABLE = "readiness"
_COLUMNS = ("code", "subject", "message", "message_zh", "fields")


def read_despite(names: Iterable[str]) -> tuple[Reason, ...]:
    """Reasons by name, in any case, each once, sorted. InputError DESPITE_INVALID for a name that is none."""
    wanted = {name.lower() for name in names}
    known = {reason.value: reason for reason in Reason}
    if unknown := sorted(wanted - known.keys()):
        told = ", ".join(name.upper() for name in sorted(known))
        raise InputError(f"{unknown[0][:40]!r} is no reason to overrule: write {told}.", code="DESPITE_INVALID")
    return tuple(sorted(known[name] for name in wanted))


def with_readiness(store: FactStore, bank: Bank, inputs: Inputs, found: Readiness) -> Inputs:
    """The inputs with what the gate found frozen among them; the same inputs if it found nothing. Blocking.

    Lateness cannot be computed again another day, so a replay takes it from here, and the hashes cover it.
    """
    told = findings_of_readiness(found, bank)
    if not told:
        return inputs
    rows = [dict(zip(_COLUMNS, (f.code, f.subject, f.message, f.message_zh, _text(f)), strict=True)) for f in told]
    table = pa.Table.from_pylist(rows, pa.schema([(name, pa.string()) for name in _COLUMNS]))
    return replace(inputs, frozen={**inputs.frozen, _TABLE: keep_frozen(store, bank.code, table)})


def told_by(store: FactStore, bank: Bank, inputs: Inputs) -> list[RunFinding]:
    """The findings that `with_readiness` froze; none where there were none."""
    if _TABLE not in inputs.frozen:
        return []
    rows = thaw(store, bank.code, inputs.frozen[_TABLE]).to_pylist()
    return [RunFinding(**row | {"fields": orjson.loads(row["fields"])}) for row in rows]


def bind_reconciled(facts: BoundFacts, inputs: Inputs) -> None:
    """Bind what the gate bound, in a replay too: findings about data are of whatever was bound."""
    if has_totals(inputs.facts, inputs.period):
        facts.table("balances", inputs.period)


async def store_why(session: BankSession, run: str, found: Readiness) -> None:
    """Write what stopped a run, and what else was found, as findings of a run that is about to fail."""
    stopping: Collection[str] = {CODES[reason] for reason in found.stops}
    told: Sequence[RunFinding] = findings_of_readiness(found, session.bank)
    await session.copy_in(
        "findings",
        ("run", "code", "severity", "subject", "message", "message_zh", "fields"),
        [
            (run, f.code, "error" if f.code in stopping else "warning", f.subject, f.message, f.message_zh, _text(f))
            for f in told
        ],
    )


def _text(finding: RunFinding) -> str:
    return orjson.dumps(dict(finding.fields), option=orjson.OPT_SORT_KEYS).decode()
