"""Totals and ranks of scorecards."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from core.points.rule import LineKind
from core.runs.scorecard import Scorecard


def total(cards: Sequence[Scorecard]) -> list[Scorecard]:
    """Points of a sheet: the sum of its rounded lines; None where no line with a base is applicable.

    A bonus comes on top of a sheet and a deduction is taken off it: without the sheet neither is a result.
    """
    return [replace(card, points_e4=_points_e4(card)) for card in cards]


def _points_e4(card: Scorecard) -> int | None:
    scored = [line for line in card.lines if line.rule is not None]
    if all(line.not_applicable for line in scored if line.kind is LineKind.BASE):
        return None
    return sum(line.points_e4 for line in scored)


def rank(cards: Sequence[Scorecard]) -> list[Scorecard]:
    """Highest points first; equal points share a rank and the next is skipped (1, 2, 2, 4); ties by code.

    In the bank and in the branch. Who has no points has no rank and comes last, by code.
    """
    ordered = sorted(cards, key=_place)
    branches: dict[str, list[Scorecard]] = defaultdict(list)
    for card in ordered:
        branches[card.manager.branch].append(card)
    in_bank = dict(_ranks(ordered))
    in_branch = {code: place for branch in branches.values() for code, place in _ranks(branch)}
    return [
        replace(card, rank=in_bank[card.manager.manager], rank_in_branch=in_branch[card.manager.manager])
        for card in ordered
    ]


def _place(card: Scorecard) -> tuple[bool, int, str]:
    return card.points_e4 is None, -(card.points_e4 or 0), card.manager.manager


def _ranks(ordered: Sequence[Scorecard]) -> Iterator[tuple[str, int | None]]:
    """Manager code and rank, of scorecards in their order."""
    shared, points = 0, None
    for place, card in enumerate(ordered, start=1):
        if card.points_e4 != points:
            shared, points = place, card.points_e4
        yield card.manager.manager, None if card.points_e4 is None else shared
