"""Answers about a published run, which cannot change: from the cache, and 304 to who has it already."""

from dataclasses import replace
from statistics import median
from urllib.parse import urlencode

import orjson

from bench.graphql.bank import AskedBank
from bench.graphql.comparison import Ring
from bench.graphql.contestants import TITLES, Peer
from bench.graphql.figure import Figure
from bench.graphql.question import ask
from bench.graphql.rounds import Round, Target, middle, one_round, warm_seconds

MUST, AIM = 15.0, 20.0
NOT_SERVED = "not served yet: the answer has no ETag"


async def measure_kept(found: Ring, bank: AskedBank, rounds: int, seconds: float, peer: list[Round]) -> list[Figure]:
    """Requests a second, and how many times those of PostGraphile they are. `peer`: its rounds of this run, if any."""
    asked = f"{found.ours.path}?{urlencode(orjson.loads(ask(bank.published)) | {'variables': _variables(bank)})}"
    target = replace(found.ours, path=asked, body=b"")
    etag = target.server.get(target.path, target.headers).get("etag")
    if etag is None:
        return _rows("200 from the cache", None, peer) + _rows("304", None, peer)
    again = replace(target, headers={**target.headers, "if-none-match": etag}, status=304)
    figures = []
    for name, one in (("200 from the cache", target), ("304", again)):
        figures += _rows(name, await _measured(one, rounds, seconds), peer)
    return figures


def _variables(bank: AskedBank) -> str:
    return orjson.dumps({"run": bank.published}).decode()


async def _measured(target: Target, rounds: int, seconds: float) -> Round:
    await one_round(target, warm_seconds(seconds))
    return middle([await one_round(target, seconds) for _ in range(rounds)])


def _rows(name: str, measured: Round | None, peer: list[Round]) -> list[Figure]:
    over = f"published run, {name}, over {TITLES[Peer.POSTGRAPHILE]}"
    if measured is None:
        return [Figure(over, None, "×", MUST, AIM, more=True, said=NOT_SERVED)]
    theirs = median(one.rate for one in peer) if peer else None
    return [
        Figure(f"published run, {name}: requests", measured.rate, "/s"),
        Figure(f"published run, {name}: p50", measured.p50, "ms"),
        Figure(f"published run, {name}: p99", measured.p99, "ms"),
        Figure(
            over,
            measured.rate / theirs if theirs else None,
            "×",
            MUST,
            AIM,
            more=True,
            said="" if theirs else f"{TITLES[Peer.POSTGRAPHILE]} was not measured",
        ),
    ]
