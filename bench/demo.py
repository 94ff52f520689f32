"""The demonstration from nothing, and once more: as a newcomer starts it, in processes of their own."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.row import Row, tell

FIRST_REACH, AGAIN_REACH = 60.0, 5.0


def measure_demo() -> list[Row]:
    """Seconds of `demo --once` in an empty state folder, then again in the same."""
    with tempfile.TemporaryDirectory(prefix="meritgraph-bench-demo-") as folder:
        environment = {name: text for name, text in os.environ.items() if not name.startswith("MERITGRAPH_")}
        environment["MERITGRAPH_STATE"] = str(Path(folder) / "state")
        try:
            first, again = _demo(environment), _demo(environment)
        finally:
            _command(environment, "stop", "--remove")
    return [Row("demo, the first time", first, "s", FIRST_REACH), Row("demo again", again, "s", AGAIN_REACH)]


def _demo(environment: dict[str, str]) -> float:
    began = time.monotonic()
    _command(environment, "demo", "--once")
    seconds = time.monotonic() - began
    tell(f"demo --once: {seconds:.2f} s")
    return seconds


def _command(environment: dict[str, str], *words: str) -> None:
    command = [str(Path(sys.executable).with_name("meritgraph")), *words]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"`meritgraph {' '.join(words)}` ended with {done.returncode}: {done.stderr[-2000:]}")
