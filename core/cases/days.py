"""Days and shares as every measured case writes them: `from` counts, `to` does not; a period includes both ends."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import ibis
import pyarrow as pa

from core.cases.given import Given, day, invalid
from core.numbers import PPM
from core.periods import Period
from core.shares.days import ShareSpan, check_days

_SHARE = {"customer", "manager", "share", "from", "to"}


def first_and_last(given: Given, name: str) -> tuple[date, date]:
    """First and last day, both inclusive."""
    both = given[name]
    if not isinstance(both, list) or len(both) != 2:
        raise invalid(f"given.{name}", "must be a list of its first and last day")
    first, last = (day(each, f"given.{name}") for each in both)
    if last < first:
        raise invalid(f"given.{name}", "must not end before it begins")
    return first, last


def from_and_to(row: Given, name: str) -> tuple[date, date]:
    """First day and the day after the last."""
    first, until = row.day("from"), row.day("to")
    if until < first:
        raise invalid(f"given.{name}", f"has a row that ends on {until}, before it begins on {first}")
    return first, until


def read_shares(given: Given, period: Period) -> list[ShareSpan]:
    """The rows under `shares`. ShareRefused as a bank's own shares are; more than 6 decimals are an invalid case."""
    shares = [_share(row) for row in given.rows("shares", _SHARE)]
    check_days(shares, period)
    if any((share.share * PPM).denominator != 1 for share in shares):
        raise invalid("given.shares", "has a share with more than 6 decimals")
    return shares


def _share(row: Given) -> ShareSpan:
    return ShareSpan(row.code("customer"), row.code("manager"), row.number("share"), *from_and_to(row, "shares"))


def share_table(shares: Sequence[ShareSpan]) -> Any:
    """As a measurement reads them."""
    return ibis.memtable(
        pa.table(
            {
                "customer": pa.array([share.customer for share in shares], pa.string()),
                "manager": pa.array([share.manager for share in shares], pa.string()),
                "first": pa.array([share.first for share in shares], pa.date32()),
                "until": pa.array([share.until for share in shares], pa.date32()),
                "share_ppm": pa.array([int(share.share * PPM) for share in shares], pa.int64()),
            }
        )
    )
