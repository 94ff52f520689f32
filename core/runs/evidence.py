"""The evidence of a line: the same rows that were folded, unfolded, for one manager and indicator of a run."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

import ibis
import orjson

from core.errors import Conflict, InputError, NotFound
from core.facts.store import FactStore
from core.indicators.attribution import held
from core.indicators.bound_facts import BoundFacts
from core.indicators.engine import Engine
from core.indicators.indicator import Derived, Indicator, Parameters, Sum, Unit
from core.indicators.measure import Setting, rows_of
from core.indicators.workshop import Workshop, aside
from core.numbers import PPM
from core.plugins.host import Catalogue, Host
from core.plugins.parameters import in_force
from core.runs.freeze import thaw
from core.runs.inputs import Inputs
from core.runs.perform import Open
from core.schemes.scheme import Scheme, read_scheme
from core.session import Bank

Place = tuple[str, str, date]
"""Where a page ends: customer ("" for the manager's own rows), ref, first day. Rows come in this order."""


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """One row that counted. `numerator` and `denominator` per day, in shown units (major money units).

    `first` to `until` (exclusive): the days on which row and share both hold. `counted`: what it adds to N,
    after days and share, in shown units; for a sum, Σ counted ÷ per is the value.
    """

    customer: str | None
    ref: str
    first: date
    until: date
    share_ppm: int
    numerator: Fraction
    denominator: Fraction
    counted: Fraction

    @property
    def place(self) -> Place:
        """What a cursor after this row holds."""
        return self.customer or "", self.ref, self.first


@dataclass(frozen=True)
class EvidencePage:
    """Rows in order of customer, ref, first day. `per`: K of a sum's formula, None of a ratio."""

    rows: tuple[EvidenceRow, ...]
    total: int
    more: bool
    per: int | None


@dataclass(frozen=True, slots=True)
class _Asked:
    limit: int
    after: Place | None
    before: Place | None
    backward: bool


async def evidence(
    open_bank: Open,
    host: Host,
    store: FactStore,
    workshop: Workshop,
    run: str,
    manager: str,
    indicator: str,
    *,
    limit: int,
    after: Place | None = None,
    before: Place | None = None,
    backward: bool = False,
) -> EvidencePage:
    """A page of the rows behind one line, from the run's frozen inputs. Whether the caller may see it is asked before.

    The first `limit` rows behind `after` and before `before`; the last of them, `backward`.

    NotFound for a run that is missing, incomplete or another bank's; InputError INDICATOR_NOT_IN_RUN;
    Conflict NO_EVIDENCE for a derived indicator: look at its parts.
    """
    async with open_bank(read_only=True) as session:
        row = await session.row(
            """SELECT inputs::text AS inputs, versions::text AS versions FROM bank.runs
               WHERE run = $1 AND status = 'complete'""",
            run,
        )
    if row is None:
        raise NotFound(f"There is no run {run[:50]!r}.", run=run[:50])
    catalogue = host.catalogue(c for c in orjson.loads(row["versions"])["plugins"] if c in host.plugins)
    inputs = Inputs.of(orjson.loads(row["inputs"]))
    bank = open_bank.bank
    async with workshop.engine(store.folder(bank.code)) as engine:
        asked = _Asked(limit, after, before, backward)
        return await aside(_page, engine, store, bank, inputs, catalogue, manager, indicator, asked)


def _page(
    engine: Engine,
    store: FactStore,
    bank: Bank,
    inputs: Inputs,
    catalogue: Catalogue,
    manager: str,
    code: str,
    asked: _Asked,
) -> EvidencePage:
    scheme = _scheme(store, bank, inputs, catalogue)
    indicator = _indicator(scheme, catalogue, code)
    parameters = in_force([indicator], scheme.parameters, inputs.period, bank.digits)
    setting = _setting(engine, store, bank, inputs, catalogue, manager, parameters)
    counted = held(rows_of(indicator, setting), setting.shares)
    mine = counted.filter(counted.manager == manager)
    mine = mine.mutate(key=mine.customer.fill_null(""))
    total = engine.scalar(mine.count())
    found = engine.read(_ordered(mine, asked)).to_pylist()
    scale = 10**bank.digits if indicator.unit is Unit.MONEY else 1
    shown = [_row(each, scale) for each in found[: asked.limit]]
    rows = tuple(reversed(shown) if asked.backward else shown)
    per = indicator.fold.per(inputs.period) if isinstance(indicator.fold, Sum) else None
    return EvidencePage(rows, int(total), len(found) > asked.limit, per)


def _ordered(rows: Any, asked: _Asked) -> Any:
    """The page and a row more, from its end where it is the last."""
    if asked.after is not None:
        rows = rows.filter(_beyond(rows, asked.after))
    if asked.before is not None:
        rows = rows.filter(~_beyond(rows, asked.before) & ~_at(rows, asked.before))
    keys = [rows.key, rows.ref, rows["first"]]
    if asked.backward:
        keys = [key.desc() for key in keys]
    return rows.order_by(*keys).limit(asked.limit + 1)


def _setting(
    engine: Engine,
    store: FactStore,
    bank: Bank,
    inputs: Inputs,
    catalogue: Catalogue,
    manager: str,
    parameters: Mapping[str, Parameters],
) -> Setting:
    shares = ibis.memtable(thaw(store, bank.code, inputs.frozen["shares"]))
    facts = BoundFacts(engine, store, bank.code, inputs.facts, catalogue.fact_tables, inputs.period, keep=False)
    mine = shares.filter(shares.manager == manager)
    return Setting(engine, facts, mine, inputs.period, [manager], bank.digits, parameters)


def _scheme(store: FactStore, bank: Bank, inputs: Inputs, catalogue: Catalogue) -> Scheme:
    body = orjson.loads(thaw(store, bank.code, inputs.frozen["scheme"])["body"][0].as_py())
    return read_scheme(body, catalogue.indicators, catalogue.point_rules, bank.digits)


def _indicator(scheme: Scheme, catalogue: Catalogue, code: str) -> Indicator:
    if code not in scheme.indicators:
        raise InputError(f"This run did not measure {code[:80]!r}.", code="INDICATOR_NOT_IN_RUN")
    indicator = catalogue.indicators[code]
    if isinstance(indicator.fold, Derived):
        raise Conflict(
            f"{code} is derived: look at its parts.", code="NO_EVIDENCE", parts=sorted(indicator.fold.weights)
        )
    return indicator


def _beyond(rows: Any, after: Place) -> Any:
    customer, ref, first = (ibis.literal(part) for part in after)
    return (rows.key > customer) | (
        (rows.key == customer) & ((rows.ref > ref) | ((rows.ref == ref) & (rows["first"] > first)))
    )


def _at(rows: Any, place: Place) -> Any:
    customer, ref, first = (ibis.literal(part) for part in place)
    return (rows.key == customer) & (rows.ref == ref) & (rows["first"] == first)


def _row(row: dict[str, Any], scale: int) -> EvidenceRow:
    numerator = Fraction(int(row["numerator"]), scale)
    days = (row["until"] - row["first"]).days
    return EvidenceRow(
        customer=row["customer"],
        ref=row["ref"],
        first=row["first"],
        until=row["until"],
        share_ppm=row["share_ppm"],
        numerator=numerator,
        denominator=Fraction(int(row["denominator"]), scale),
        counted=numerator * days * row["share_ppm"] / PPM,
    )
