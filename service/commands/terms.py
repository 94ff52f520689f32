"""What a command line says of a file beside its mapping."""

from decimal import Decimal
from typing import TYPE_CHECKING, Annotated

import typer

from core.errors import InputError

if TYPE_CHECKING:
    from core.facts.terms import ControlTotals

Control = Annotated[
    list[str] | None,
    typer.Option("--control", metavar="NAME=TOTAL", help="The sender's total: rows=123, or column=sum. Repeatable."),
]
Completes = Annotated[
    int | None,
    typer.Option(
        "--completes", metavar="NUMBER", help="The delivery whose set-aside rows this file brings, corrected."
    ),
]
SetAside = Annotated[
    bool | None,
    typer.Option(
        "--set-aside/--refuse", help="What wrong rows do, instead of what the bank has set.", show_default=False
    ),
]


def read_control(given: list[str] | None) -> "ControlTotals | None":
    """`rows=123` and `column=45.67`; None without any. InputError CONTROL_INVALID."""
    from core.facts.terms import ControlTotals

    if not given:
        return None
    rows: int | None = None
    sums: dict[str, Decimal] = {}
    for one in given:
        name, _, text = one.partition("=")
        number = _number(one, text)
        if name in sums or (name == "rows" and rows is not None):
            raise InputError(f"--control {name} is given twice.", code="CONTROL_INVALID")
        if name != "rows":
            sums[name] = number
        elif number < 0 or number != int(number):
            raise InputError(f"--control {one!r}: rows are a whole number.", code="CONTROL_INVALID")
        else:
            rows = int(number)
    return ControlTotals(rows, sums)


def _number(one: str, text: str) -> Decimal:
    from core.numbers import parse_decimal

    try:
        return parse_decimal(text)
    except InputError as error:
        told = f"--control {one!r}: write NAME=TOTAL, such as rows=123 or balance=4567.89."
        raise InputError(told, code="CONTROL_INVALID") from error
