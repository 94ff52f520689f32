"""How the rows behind a run's lines are read: worked out once for a run and indicator, for whoever asks later."""

from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from core.errors import Conflict, InputError
from core.indicators.attribution import held
from core.indicators.bound_facts import BoundFacts
from core.indicators.engine import Engine, Step
from core.indicators.indicator import Derived, Indicator, Sum, Unit
from core.indicators.measure import Setting, rows_of
from core.plugins.host import Catalogue
from core.plugins.parameters import in_force
from core.runs.inputs import Inputs
from core.schemes.scheme import Scheme
from core.session import Bank

MOST_KEPT = 2000

Key = tuple[str, str, str]
"""Bank, run, indicator."""


@dataclass(frozen=True, slots=True)
class EvidencePlan:
    """A statement that gives every row of an indicator, held by whom the session's table `shares` names.

    `steps`: what a session must repeat before; None where only the session that made it understands it. `scale`: how
    many of a row's units are one shown unit. `per`: K of a sum's formula, None of a ratio.
    """

    sql: str
    steps: tuple[Step, ...] | None
    scale: int
    per: int | None


@dataclass(frozen=True)
class EvidencePlans:
    """Plans of one process over one fact store, for all its threads: the last used MOST_KEPT. What a run froze stays,
    so they do.
    """

    _kept: OrderedDict[Key, EvidencePlan] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def find(self, key: Key) -> EvidencePlan | None:
        """The plan, if it is known."""
        with self._lock:
            plan = self._kept.get(key)
            if plan is not None:
                self._kept.move_to_end(key)
            return plan

    def keep(self, key: Key, plan: EvidencePlan) -> None:
        """Keep it for others, if they can use it."""
        if plan.steps is None:
            return
        with self._lock:
            self._kept[key] = plan
            if len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)


def make_plan(
    engine: Engine,
    facts: BoundFacts,
    shares: Any,
    bank: Bank,
    inputs: Inputs,
    scheme: Scheme,
    catalogue: Catalogue,
    code: str,
) -> EvidencePlan:
    """Of an indicator of a run. `shares`: the session's table of that name.

    InputError INDICATOR_NOT_IN_RUN; Conflict NO_EVIDENCE for a derived indicator: look at its parts.
    """
    indicator = _indicator(scheme, catalogue, code)
    parameters = in_force([indicator], scheme.parameters, inputs.period, bank.digits)
    setting = Setting(engine, facts, shares, inputs.period, (), bank.digits, parameters)
    counted = held(rows_of(indicator, setting), shares)
    steps = engine.steps_behind(counted)
    if steps is None:
        # Rows and functions of this process become known to the session by reading, not by the statement's text.
        engine.read(counted.limit(0))
    return EvidencePlan(
        sql=engine.text(counted),
        steps=steps,
        scale=10**bank.digits if indicator.unit is Unit.MONEY else 1,
        per=indicator.fold.per(inputs.period) if isinstance(indicator.fold, Sum) else None,
    )


def _indicator(scheme: Scheme, catalogue: Catalogue, code: str) -> Indicator:
    if code not in scheme.indicators:
        raise InputError(f"This run did not measure {code[:80]!r}.", code="INDICATOR_NOT_IN_RUN")
    indicator = catalogue.indicators[code]
    if isinstance(indicator.fold, Derived):
        raise Conflict(
            f"{code} is derived: look at its parts.", code="NO_EVIDENCE", parts=sorted(indicator.fold.weights)
        )
    return indicator
