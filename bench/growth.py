"""How work grows with a bank: a full run, and a day's delivery, at a tenth, once and three times the reference size.

Each size has an installation of its own. A row is the growth in seconds of a processor over the growth in size: 1 is
linear. Not seconds of the clock: what else a machine does between two sizes would count as growth.
"""

import tempfile
import time
from itertools import pairwise
from pathlib import Path

from bench.delivery import measure_delivery
from bench.installation import installation
from bench.reference import invent
from bench.row import Row, tell
from bench.run import in_a_process
from bench.size import Size

SCALES = (0.1, 1.0, 3.0)
LINEAR = 1.0


async def measure_growth(scale: float) -> list[Row]:
    """Processor seconds at each size, and how they grow from one to the next. `scale` shrinks all of them."""
    work = {size: await _seconds(size * scale) for size in SCALES}
    rows = []
    for smaller, larger in pairwise(SCALES):
        for name in ("full run", "delivery"):
            grown = work[larger][name] / work[smaller][name] / (larger / smaller)
            rows.append(
                Row(f"{name}: growth in work over growth in size, {smaller:g}× to {larger:g}×", grown, "x", LINEAR)
            )
    return rows


async def _seconds(scale: float) -> dict[str, float]:
    async with installation() as installed:
        reference = await invent(installed.house, Size(scale))
        run = await in_a_process(installed, "bench.full_run", reference.bank.code)
        with tempfile.TemporaryDirectory(prefix="meritgraph-bench-csv-") as folder:
            began = time.process_time()
            [delivery] = await measure_delivery(installed.house, Path(folder), scale)
            delivered = time.process_time() - began
    tell(
        f"at {scale:g}×: full run {run['seconds']:.2f} s, {run['processor_seconds']:.2f} s of a processor, "
        f"{run['peak_gib']:.2f} GiB; delivery {delivery.value:.2f} s, all five {delivered:.2f} s of a processor"
    )
    return {"full run": run["processor_seconds"], "delivery": delivered}
