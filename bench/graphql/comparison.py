"""Ours beside each peer: first that all answer alike, then rounds in turn."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

from bench.graphql.bank import AskedBank
from bench.graphql.contestants import BOUNDS, TITLES, Contestant, Peer, contestant, ours
from bench.graphql.figure import Figure
from bench.graphql.node import NoNode, ready_node
from bench.graphql.question import FIRST, Card, difference
from bench.graphql.rounds import Faulty, Round, Target, middle, one_round, ratio, warm_seconds
from bench.graphql.server import NotServing, served
from bench.installation import Installation
from bench.row import tell

MOST_UNEVEN = 3.0
"""The slowest hundredth waits at most so many times as long as the middle."""


@dataclass
class Ring:
    """The servers that run, and why others do not."""

    ours: Target
    cards: list[Card]
    peers: dict[Peer, Target] = field(default_factory=dict)
    left_out: dict[Peer, str] = field(default_factory=dict)


@asynccontextmanager
async def ring(installation: Installation, bank: AskedBank, peers: list[Peer]) -> AsyncIterator[Ring]:
    """Start everybody, and hold each peer's answer against ours."""
    async with AsyncExitStack() as stack:
        mine = ours(installation, bank)
        target, cards = await _entered(stack, mine)
        found = Ring(target, cards)
        for peer in peers:
            try:
                made = contestant(peer, installation, bank, _node(peer))
                found.peers[peer], theirs = await _entered(stack, made)
                if told := difference(cards, theirs):
                    raise Faulty(f"{peer} answers otherwise than ours: {told}")
            except (NoNode, NotServing, Faulty) as error:
                tell(f"{peer} is left out. {error}")
                found.peers.pop(peer, None)
                found.left_out[peer] = str(error).splitlines()[0]
        yield found


def _node(peer: Peer) -> str:
    return ready_node() if peer in (Peer.MERCURIUS, Peer.POSTGRAPHILE) else ""


async def _entered(stack: AsyncExitStack, made: Contestant) -> tuple[Target, list[Card]]:
    server = await stack.enter_async_context(served(made.start))
    status, _, body = server.ask(made.path, made.body, made.headers)
    if status != 200:
        raise Faulty(f"{server.name} answers {status}: {body[:300].decode(errors='replace')}")
    try:
        cards = made.read(body)
    except AssertionError as error:
        raise Faulty(f"{server.name} answers with errors: {error}") from error
    if len(cards) != FIRST or len({len(card.lines) for card in cards}) != 1:
        raise Faulty(f"{server.name} answers {len(cards)} cards with {len(cards[0].lines) if cards else 0} lines")
    tell(f"{server.name}: {len(body):,} bytes, {len(cards)} cards of {len(cards[0].lines)} lines")
    return Target(server, made.path, made.body, made.headers), cards


async def compare(found: Ring, rounds: int, seconds: float) -> tuple[list[Figure], dict[Peer, list[Round]]]:
    """The rows, and the peers' rounds."""
    for target in (found.ours, *found.peers.values()):
        tell(f"{target.server.name} warms up")
        await one_round(target, warm_seconds(seconds))
    mine: dict[Peer, list[Round]] = {peer: [] for peer in found.peers}
    theirs: dict[Peer, list[Round]] = {peer: [] for peer in found.peers}
    alone: list[Round] = []
    for number in range(rounds):
        tell(f"round {number + 1} of {rounds}")
        if not found.peers:
            alone.append(await one_round(found.ours, seconds))
        for peer, target in found.peers.items():
            mine[peer].append(await one_round(found.ours, seconds))
            theirs[peer].append(await one_round(target, seconds))
    figures = [*_told("ours", [*alone, *(one for of_peer in mine.values() for one in of_peer)], even=True)]
    for peer in found.peers:
        figures += _told(TITLES[peer], theirs[peer])
        figures.append(_over(peer, ratio(mine[peer], theirs[peer])))
    figures += [_over(peer, None, why) for peer, why in found.left_out.items()]
    return figures, theirs


def _over(peer: Peer, value: float | None, why: str = "") -> Figure:
    bounds = BOUNDS[peer]
    return Figure(f"ours over {TITLES[peer]}", value, "×", bounds.must, bounds.aim, more=True, said=why)


def _told(name: str, rounds: list[Round], *, even: bool = False) -> list[Figure]:
    found = middle(rounds)
    figures = [
        Figure(f"{name}: requests", found.rate, "/s"),
        Figure(f"{name}: p50", found.p50, "ms"),
        Figure(f"{name}: p99", found.p99, "ms"),
    ]
    if found.processor is not None:
        figures.append(Figure(f"{name}: processor, a request", found.processor, "ms"))
    if even:
        figures.append(Figure(f"{name}: p99 over p50", found.p99 / found.p50, "×", MOST_UNEVEN))
    return figures
