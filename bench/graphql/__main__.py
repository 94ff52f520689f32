"""`python -m bench.graphql`, which is `make bench-graphql`: the GraphQL figures beside those of other servers."""

import asyncio
import sys
from collections.abc import AsyncIterator
from enum import StrEnum
from typing import Annotated

import typer

from bench.graphql.bank import AskedBank, invent_bank
from bench.graphql.combinations import measure_combinations
from bench.graphql.comparison import compare, ring
from bench.graphql.contestants import Peer
from bench.graphql.export import measure_export
from bench.graphql.figure import Figure, print_line, print_table
from bench.graphql.kept import measure_kept
from bench.graphql.rounds import Faulty, Round, tell_if_busy
from bench.graphql.server import NotServing
from bench.graphql.subscribers import measure_subscribers
from bench.installation import Installation, installation
from bench.row import tell
from bench.size import Size
from core.errors import MeritgraphError
from service.commands.complaints import complain
from service.commands.desk import load_settings


class Name(StrEnum):
    """What can be measured alone; ours is measured beside every peer."""

    MERCURIUS = "mercurius"
    POSTGRAPHILE = "postgraphile"
    STRAWBERRY = "strawberry"
    BARE = "bare"
    OURS = "ours"
    KEPT = "kept"
    EXPORT = "export"
    COMBINATIONS = "combinations"
    SUBSCRIBERS = "subscribers"


app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def bench(
    only: Annotated[list[Name] | None, typer.Option(help="Measure this alone; may be given again.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line instead of a table.")] = False,
    scale: Annotated[float, typer.Option(min=0.05, max=10, help="Size of the bank; bounds are for 1.")] = 1.0,
    seconds: Annotated[float, typer.Option(min=0.1, max=60, help="Length of one round.")] = 3.0,
    rounds: Annotated[int, typer.Option(min=1, max=50, help="Rounds; medians are told.")] = 5,
) -> None:
    """The leaderboard of a bank, asked over 8 connections: ours, then a peer, then ours again, in turn.

    `python -m bench.graphql --only mercurius --only kept --seconds 2 --json`
    """
    load_settings()
    figures = asyncio.run(_measured(set(only or Name), scale, rounds, seconds, as_json))
    if not as_json:
        print_table(figures)


async def _measured(names: set[Name], scale: float, rounds: int, seconds: float, as_json: bool) -> list[Figure]:
    figures = []
    async for figure in _figures(names, scale, rounds, seconds):
        figures.append(figure)
        if as_json:
            print_line(figure)
    return figures


async def _figures(names: set[Name], scale: float, rounds: int, seconds: float) -> AsyncIterator[Figure]:
    peers = [peer for peer in Peer if peer.value in names]
    if peers or names & {Name.OURS, Name.KEPT, Name.EXPORT}:
        async with installation() as installed:
            tell_if_busy()
            bank = await invent_bank(installed.house, Size(scale))
            tell(f"a bank of {bank.managers:,} managers, {len(peers)} peers")
            for figure in await _served(installed, bank, names, peers, rounds, seconds):
                yield figure
    if Name.COMBINATIONS in names:
        for figure in measure_combinations():
            yield figure
    if Name.SUBSCRIBERS in names:
        for figure in await measure_subscribers(scale):
            yield figure


async def _served(
    installed: Installation, bank: AskedBank, names: set[Name], peers: list[Peer], rounds: int, seconds: float
) -> list[Figure]:
    figures: list[Figure] = []
    theirs: dict[Peer, list[Round]] = {}
    async with ring(installed, bank, peers) as found:
        if peers or Name.OURS in names:
            figures, theirs = await compare(found, rounds, seconds)
        if Name.KEPT in names:
            figures += await measure_kept(found, bank, rounds, seconds, theirs.get(Peer.POSTGRAPHILE, []))
        if Name.EXPORT in names:
            figures += await asyncio.to_thread(measure_export, found.ours, bank.fresh, bank.managers)
    return figures


def main() -> None:
    """What went wrong in one line."""
    try:
        app()
    except MeritgraphError as error:
        sys.exit(complain(error))
    except (Faulty, NotServing) as error:
        sys.exit(f"bench: {error}")


if __name__ == "__main__":
    main()
