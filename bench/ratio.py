"""A process of its own that measures six indicators twice: through the product, and by SQL written for them.

`python -m bench.ratio BANK`: one JSON object on stdout. Both read the same files, in turns, with the same memory and
threads; the integers must be equal.
"""

import asyncio
import json
import statistics
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ibis
import pyarrow.parquet as pq

from bench.by_hand import INDICATORS, Files, Folded, fold_by_hand
from bench.reference_people import SCHEME
from bench.size import PERIOD
from core.indicators.bound_facts import BoundFacts
from core.indicators.engine import Engine
from core.indicators.indicator import Ratio
from core.indicators.measure import Setting, measure
from core.indicators.value import Value
from core.plugins.host import Catalogue
from core.plugins.parameters import in_force
from core.plugins.store import catalogue
from core.runs.freeze import freeze
from core.runs.inputs import Inputs
from service.commands.desk import find_bank
from service.house import House, open_house
from service.settings import Settings

TURNS = 3


@dataclass(frozen=True)
class Task:
    """The same frozen inputs for both."""

    house: House
    bank: str
    digits: int
    inputs: Inputs
    offered: Catalogue

    @property
    def shares(self) -> Path:
        """The frozen shares."""
        return self.house.store.path(self.bank, self.inputs.frozen["shares"].sha256)

    def through_the_product(self) -> dict[str, Folded]:
        """N and D of every manager as the product's own measuring gives them."""
        house, settings = self.house, self.house.settings
        engine = Engine(house.store.folder(self.bank), settings.engine_memory, settings.engine_threads)
        try:
            managers = house.store.path(self.bank, self.inputs.frozen["managers"].sha256)
            facts = BoundFacts(engine, house.store, self.bank, self.inputs.facts, self.offered.fact_tables, PERIOD)
            shares = engine.keep("shares", ibis.memtable(pq.read_table(self.shares)).filter(ibis.literal(True)))
            facts.merge_by(shares)
            setting = Setting(
                engine=engine,
                facts=facts,
                shares=shares,
                period=PERIOD,
                managers=pq.read_table(managers)["manager"].to_pylist(),
                digits=self.digits,
                parameters=in_force(map(self.offered.indicators.__getitem__, INDICATORS), {}, PERIOD, self.digits),
            )
            return {code: self._folded(code, setting) for code in INDICATORS}
        finally:
            engine.close()

    def _folded(self, code: str, setting: Setting) -> Folded:
        indicator = self.offered.indicators[code]
        values = measure(indicator, setting).managers
        fold = indicator.fold
        if isinstance(fold, Ratio):
            return {manager: _parts(value, fold.scale) for manager, value in values.items()}
        return {manager: (value.numerator, 0) for manager, value in values.items()}

    def by_hand(self) -> dict[str, Folded]:
        """The same by SQL."""
        settings = self.house.settings
        files = Files(self.house.store, self.bank, self.inputs.facts, self.shares)
        return fold_by_hand(files, PERIOD, settings.engine_memory, settings.engine_threads)


def _parts(value: Value, scale: int) -> tuple[int, int]:
    return (value.numerator // scale, value.denominator) if value.not_applicable is None else (0, 0)


def check_equal(product: Mapping[str, Folded], hand: Mapping[str, Folded]) -> None:
    """AssertionError unless every integer of every manager is the same; who is missing comes to nothing."""
    for code, folded in product.items():
        for manager in folded.keys() | hand[code].keys():
            ours, theirs = folded.get(manager, (0, 0)), hand[code].get(manager, (0, 0))
            assert ours == theirs, f"{code}, {manager}: {ours} through the product, {theirs} by hand"


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    began = time.monotonic()
    done = work()
    return time.monotonic() - began, done


async def prepare(house: House, code: str) -> Task:
    """Freeze the bank's inputs."""
    bank = await find_bank(house, code)
    async with house.door.open(bank, "assessor", frozen=True, read_only=True) as session:
        offered = await catalogue(session, house.host)
        return Task(
            house=house,
            bank=code,
            digits=bank.digits,
            inputs=await freeze(session, house.store, SCHEME, 1, PERIOD, offered),
            offered=offered,
        )


def compare(task: Task) -> dict[str, float]:
    """Median seconds of both over TURNS turns, and the median of their ratios."""
    product, hand = [], []
    for _ in range(TURNS):
        ours, measured = _timed(task.through_the_product)
        theirs, written = _timed(task.by_hand)
        check_equal(measured, written)
        product.append(ours)
        hand.append(theirs)
    ratios = [ours / theirs for ours, theirs in zip(product, hand, strict=True)]
    return {
        "product_seconds": statistics.median(product),
        "hand_seconds": statistics.median(hand),
        "ratio": statistics.median(ratios),
    }


async def main(code: str) -> None:
    """Do it and print it."""
    async with open_house(Settings()) as house:
        task = await prepare(house, code)
        print(json.dumps(await asyncio.to_thread(compare, task)))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
