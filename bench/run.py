"""A full run of the reference bank, and how its measuring compares with SQL written for it."""

import asyncio
import json
import os
import sys
from typing import Any

from bench.installation import Installation
from bench.reference import Reference
from bench.row import Row, tell

SECONDS, GIB, TIMES = 18.0, 4.0, 2.0


async def measure_run(installation: Installation, reference: Reference) -> list[Row]:
    """Seconds and peak memory of the process that does one run, to stored scorecards."""
    told = await in_a_process(installation, "bench.full_run", reference.bank.code)
    tell(f"a full run: {told['seconds']:.2f} s ({told['processor_seconds']:.2f} s of a processor in the whole process)")
    for step, seconds in told["steps"].items():
        tell(f"  {step}: {seconds:.2f} s")
    return [
        Row("full run to stored scorecards", told["seconds"], "s", SECONDS),
        Row("full run, peak memory", told["peak_gib"], "GiB", GIB),
    ]


async def measure_ratio(installation: Installation, reference: Reference) -> list[Row]:
    """Time of measuring six indicators over that of hand-written SQL; the integers are equal, or this fails."""
    told = await in_a_process(installation, "bench.ratio", reference.bank.code)
    tell(f"six indicators: {told['product_seconds']:.2f} s; by hand-written SQL: {told['hand_seconds']:.2f} s")
    return [Row("measuring over hand-written SQL", told["ratio"], "x", TIMES)]


async def in_a_process(installation: Installation, module: str, bank: str) -> dict[str, Any]:
    """What `python -m module bank` prints as JSON, run on that installation."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        module,
        bank,
        env=os.environ | installation.environment,
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await process.communicate()
    if process.returncode != 0:
        raise RuntimeError(f"{module} ended with {process.returncode}; its words stand above.")
    told: dict[str, Any] = json.loads(out)
    return told
