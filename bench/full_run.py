"""A warm worker's process that does one run and says how long it took, how much memory, and where the time went.

`python -m bench.full_run BANK`: one JSON object on stdout. The installation is that of the environment.
"""

import asyncio
import json
import resource
import sys
import tempfile
import time
from pathlib import Path

import ibis
import pyarrow as pa

from bench.reference_people import SCHEME
from bench.size import PERIOD
from bench.stopwatch import Stopwatch
from core.indicators.engine import Engine
from core.plugins.store import catalogue
from core.runs import compute, perform
from core.runs.start import start_run
from service.commands.desk import find_bank, load_settings
from service.following import finish_here
from service.house import House, open_house


def warm() -> None:
    """Load what a worker that has done anything has loaded: the engine's libraries come in with their first use."""
    with tempfile.TemporaryDirectory(prefix="meritgraph-bench-warm-") as folder:
        engine = Engine(Path(folder), "64MB", threads=1)
        engine.read(ibis.memtable(pa.table({"one": pa.array([1])})))
        engine.close()


def watched() -> Stopwatch:
    """The steps of a run; binding counts within the indicator that needs a fact table first."""
    watch = Stopwatch()
    watch.watch(perform, "freeze", "freeze")
    watch.watch(compute, "_thaw", "thaw")
    watch.watch(Engine, "keep", lambda engine, name, *more: f"of which bind {name}")
    watch.watch(compute, "measure_alike", lambda group, setting: f"measure {', '.join(i.code for i in group)}")
    watch.watch(compute, "assess", "assess")
    watch.watch(compute, "_data_findings", "findings about data")
    watch.watch(perform, "results_hash", "hash")
    watch.watch(perform, "store_results", "store")
    return watch


async def run_once(house: House, code: str) -> float:
    """Seconds from asking for the run to stored scorecards."""
    bank = await find_bank(house, code)
    began = time.monotonic()
    async with house.door.open(bank, "assessor") as session:
        run = await start_run(session, await catalogue(session, house.host), SCHEME, PERIOD, today=PERIOD.last)
    await finish_here(house, bank, run)
    return time.monotonic() - began


async def main(code: str) -> None:
    """Do it and print it."""
    warm()
    watch = watched()
    async with open_house(load_settings()) as house:
        seconds = await run_once(house, code)
    used = resource.getrusage(resource.RUSAGE_SELF)
    told = {"seconds": seconds, "processor_seconds": used.ru_utime + used.ru_stime, "peak_gib": used.ru_maxrss / 2**20}
    print(json.dumps(told | {"steps": watch.seconds}))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
