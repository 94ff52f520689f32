"""What the commands of all examples print for machines."""

from collections.abc import Sequence
from typing import Any

from examples.assessment import Scored
from service.commands.printing import show_json


def print_json(scored: Sequence[Scored]) -> None:
    """One list, an object a manager; decimals as text, what is not applicable as null."""
    show_json([_object(one) for one in scored])


def _object(one: Scored) -> dict[str, Any]:
    place = one.place
    return {
        "manager": place.manager,
        "branch": place.branch,
        "values": one.values,
        "points": place.points,
        "grade": place.grade,
        "pay": place.pay,
        "rank": place.rank,
    }
