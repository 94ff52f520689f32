"""Who is asked: ours and its peers, how each is started, what it is asked and how its answer is read."""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

import orjson
from sqlalchemy import URL, make_url

from bench.graphql.bank import AskedBank
from bench.graphql.node import PEERS
from bench.graphql.question import FIRST, Read, ask, ask_postgraphile, read, read_postgraphile
from bench.graphql.server import Start
from bench.installation import Installation
from service import postgres


class Peer(StrEnum):
    """Who we are measured beside."""

    MERCURIUS = "mercurius"
    POSTGRAPHILE = "postgraphile"
    STRAWBERRY = "strawberry"
    BARE = "bare"


@dataclass(frozen=True)
class Bounds:
    """Our requests a second over theirs."""

    must: float
    aim: float


BOUNDS = {
    Peer.MERCURIUS: Bounds(1.4, 2),
    Peer.POSTGRAPHILE: Bounds(2.5, 4),
    Peer.STRAWBERRY: Bounds(15, 20),
    Peer.BARE: Bounds(1, 1.2),
}
RATES = ("requests_a_minute", "cost_a_minute", "bank_requests_a_minute", "bank_cost_a_minute")
WIDE = dict.fromkeys(RATES, 10**12)
"""Limits hold as ever, but one person who asks all day long is not sent away."""
TITLES = {
    Peer.MERCURIUS: "Mercurius (jit, loaders)",
    Peer.POSTGRAPHILE: "PostGraphile 5",
    Peer.STRAWBERRY: "plain Strawberry (dataloaders)",
    Peer.BARE: "bare Starlette (no GraphQL)",
}


@dataclass(frozen=True)
class Contestant:
    """A server and what it is asked."""

    start: Start
    path: str
    body: bytes
    read: Read
    headers: Mapping[str, str]


def ours(installation: Installation, bank: AskedBank) -> Contestant:
    """`meritgraph serve` as it is: one process, tokens, limits, row-level security; of a run that nothing may keep."""
    command = [sys.executable, "-m", "service.cli", "serve", "--host", "127.0.0.1", "--port", "{port}", "--no-worker"]
    start = Start("ours", command, {**installation.environment, "MERITGRAPH_LIMITS": orjson.dumps(WIDE).decode()})
    return Contestant(start, "/graphql", ask(bank.fresh), read, {"Authorization": f"Bearer {bank.token}"})


def contestant(peer: Peer, installation: Installation, bank: AskedBank, node: str) -> Contestant:
    """A peer. `node`: the program that runs those written in JavaScript."""
    return _MAKERS[peer](installation, bank, node)


def _mercurius(installation: Installation, bank: AskedBank, node: str) -> Contestant:
    start = Start("mercurius", [node, "mercurius.js", "{port}"], _strong(installation, bank), PEERS)
    return Contestant(start, "/graphql", ask(bank.fresh), read, {})


def _postgraphile(installation: Installation, bank: AskedBank, node: str) -> Contestant:
    command = [node, "node_modules/postgraphile/dist/cli-run.js", "-C", "postgraphile.config.js"]
    start = Start("postgraphile", [*command, "-n", "127.0.0.1", "-p", "{port}"], _strong(installation, bank), PEERS)
    return Contestant(start, "/graphql", ask_postgraphile(bank.bank.id, bank.fresh), read_postgraphile, {})


def _strawberry(installation: Installation, bank: AskedBank, node: str) -> Contestant:
    start = Start("strawberry", _uvicorn("bench.graphql.plain:app"), _weak(installation, bank))
    return Contestant(start, "/graphql", ask(bank.fresh), read, {})


def _bare(installation: Installation, bank: AskedBank, node: str) -> Contestant:
    start = Start("bare", _uvicorn("bench.graphql.bare:app"), _weak(installation, bank))
    return Contestant(start, "/", orjson.dumps({"run": bank.fresh, "first": FIRST}), read, {})


_MAKERS: dict[Peer, Callable[[Installation, AskedBank, str], Contestant]] = {
    Peer.MERCURIUS: _mercurius,
    Peer.POSTGRAPHILE: _postgraphile,
    Peer.STRAWBERRY: _strawberry,
    Peer.BARE: _bare,
}


def _uvicorn(app: str) -> list[str]:
    options = ["--host", "127.0.0.1", "--port", "{port}", "--no-access-log", "--log-level", "warning"]
    return [sys.executable, "-m", "uvicorn", app, *options]


def _strong(installation: Installation, bank: AskedBank) -> dict[str, str]:
    """The server's superuser where it is ours, so that no policy slows him down; else the owner's login."""
    house = installation.house
    if house.settings.database_url:
        return _login(house.database.owner_url, bank)
    cluster = postgres.start(house.settings.state / "postgres", bin_dir=house.settings.postgres_bin)
    return _login(make_url(cluster.superuser_url).set(database=house.database.owner_url.database), bank)


def _weak(installation: Installation, bank: AskedBank) -> dict[str, str]:
    """The application's login."""
    return _login(installation.house.database.app_url, bank)


def _login(url: URL, bank: AskedBank) -> dict[str, str]:
    """As libpq reads it. Node's client wants a password even where none is asked for."""
    host = url.host or str(url.query.get("host", "localhost"))
    port = url.port or str(url.query.get("port", "5432"))
    return {
        "PGHOST": host,
        "PGPORT": str(port),
        "PGUSER": str(url.username),
        "PGPASSWORD": url.password or "none",
        "PGDATABASE": str(url.database),
        "BENCH_BANK": str(bank.bank.id),
        "NODE_ENV": "production",
        "GRAPHILE_ENV": "production",
    }
