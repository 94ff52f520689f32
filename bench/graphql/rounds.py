"""Rounds of load, one server after the other, and what they come to."""

import asyncio
import json
import os
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from statistics import median

from bench.graphql.load import Load, Told, request
from bench.graphql.server import HOUSE, Server
from bench.row import tell

CONNECTIONS, WARM_SECONDS = 8, 3.0
IDLE = 0.5


@dataclass(frozen=True)
class Target:
    """What is asked of a server, and the status of a right answer."""

    server: Server
    path: str
    body: bytes
    headers: Mapping[str, str]
    status: int = 200


@dataclass(frozen=True)
class Round:
    """Requests a second, waits in ms, and what one request took of a processor in the server (ms; None: unknown)."""

    rate: float
    p50: float
    p99: float
    processor: float | None


def warm_seconds(seconds: float) -> float:
    """How long a server is asked before rounds of so many seconds: Node compiles for seconds what it runs often."""
    return min(WARM_SECONDS, 10 * seconds)


def tell_if_busy() -> None:
    """Others on the processors make waits long and ratios wrong; what a request takes of a processor stays true."""
    waiting = os.getloadavg()[0]
    if waiting > IDLE:
        tell(f"the machine is busy with other work (load {waiting:.1f}): only the processor's times can be relied on")


class Faulty(Exception):
    """A server that answered wrongly under load."""


async def one_round(target: Target, seconds: float) -> Round:
    """One round of so many seconds."""
    before = target.server.processor_seconds()
    told = await _load(target, seconds)
    after = target.server.processor_seconds()
    if told.fault:
        raise Faulty(f"{target.server.name}: {told.fault}")
    used = None if before is None or after is None else (after - before) * 1000 / len(told.waits)
    found = Round(len(told.waits) / told.seconds, percentile(told.waits, 50), percentile(told.waits, 99), used)
    processor = "" if used is None else f", {used:.2f} ms of a processor each"
    tell(f"{target.server.name}: {found.rate:.0f}/s, p50 {found.p50:.1f} ms, p99 {found.p99:.1f} ms{processor}")
    return found


async def _load(target: Target, seconds: float) -> Told:
    load = Load(
        target.server.port, request(target.path, target.body, **target.headers), CONNECTIONS, seconds, target.status
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bench.graphql.load",
        cwd=HOUSE,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await process.communicate(json.dumps(asdict(load)).encode())
    if process.returncode != 0:
        raise Faulty(f"the load on {target.server.name} ended with {process.returncode}")
    return Told(**json.loads(out))


def percentile(waits: list[float], percent: int) -> float:
    """The nearest rank: of sorted waits the least that so many percent do not exceed."""
    return waits[max(0, -(-len(waits) * percent // 100) - 1)]


def middle(rounds: list[Round]) -> Round:
    """Each figure's median."""
    used = [one.processor for one in rounds if one.processor is not None]
    return Round(
        median(one.rate for one in rounds),
        median(one.p50 for one in rounds),
        median(one.p99 for one in rounds),
        median(used) if used else None,
    )


def ratio(ours: list[Round], theirs: list[Round]) -> float:
    """The median of every round's own ratio: what slows the machine down for a while slows both."""
    return median(one.rate / other.rate for one, other in zip(ours, theirs, strict=True))
