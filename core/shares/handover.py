"""Handing customers over: what ends, what goes on and what begins when the holders from a day on are named."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from core.errors import ShareRefused
from core.numbers import PPM, scaled_text
from core.shares.store import NewShare


@dataclass(frozen=True, slots=True)
class ShareChange:
    """One row of a customer and a manager: `before` None where it begins, `after` None where it is taken back."""

    before: NewShare | None
    after: NewShare | None


def hand_over(held: Sequence[NewShare], wanted: Sequence[NewShare], day: date) -> list[ShareChange]:
    """The changes that make `wanted` one customer's holders from `day` on; what was before `day` stays.

    A holder who keeps his share on `day` goes on in one row. What was planned to begin on `day` or later is
    replaced. Refuses as `check_wanted`. Sorted by manager and first day.
    """
    check_wanted(wanted, day)
    begins = {(share.manager, share.share_ppm): share for share in wanted if share.first == day}
    left = list(wanted)
    result = []
    for share in held:
        if share.until <= day:
            result.append(share)
        elif share.first < day:
            goes_on = begins.get((share.manager, share.share_ppm))
            if goes_on is not None:
                left.remove(goes_on)
            result.append(replace(share, until=goes_on.until if goes_on else day))
    return _changes(held, [*result, *left])


def _changes(held: Iterable[NewShare], result: Iterable[NewShare]) -> list[ShareChange]:
    before = {(share.manager, share.first): share for share in held}
    after = {(share.manager, share.first): share for share in result}
    return [
        ShareChange(before.get(key), after.get(key))
        for key in sorted(before.keys() | after.keys())
        if before.get(key) != after.get(key)
    ]


def check_wanted(wanted: Sequence[NewShare], day: date) -> None:
    """ShareRefused for holders who cannot be: SHARE_OUT_OF_RANGE first, then SHARES_OVERLAP, SHARES_EXCEED_ONE.

    Its fields name the customer and the day. A day before `day`, or a last day before the first, is out of range.
    """
    for share in wanted:
        _check_range(share, day)
    for share in wanted:
        _check_overlap(share, wanted)
    # A sum rises only on a day on which a share begins, so these days are all that need a look.
    for first in sorted({share.first for share in wanted}):
        total = sum(share.share_ppm for share in wanted if share.first <= first < share.until)
        if total > PPM:
            raise _refused(
                "SHARES_EXCEED_ONE",
                f"The shares of customer {wanted[0].customer} come to {scaled_text(total, 6)} on {first}: "
                "at most 1 can be given away.",
                wanted[0].customer,
                first,
            )


def _check_range(share: NewShare, day: date) -> None:
    who = f"Customer {share.customer}, manager {share.manager}"
    if not 0 < share.share_ppm <= PPM:
        sentence = f"{who}: a share is above 0 and at most 1, not {scaled_text(share.share_ppm, 6)}."
    elif share.first < day:
        sentence = f"{who}: a share cannot begin on {share.first}, before {day}, the day the change counts from."
    elif share.first >= share.until:
        sentence = f"{who}: the share from {share.first} ends before it begins."
    else:
        return
    raise _refused("SHARE_OUT_OF_RANGE", sentence, share.customer, share.first)


def _check_overlap(share: NewShare, wanted: Sequence[NewShare]) -> None:
    holding = [w for w in wanted if w.manager == share.manager and w.first <= share.first < w.until]
    if len(holding) > 1:
        raise _refused(
            "SHARES_OVERLAP",
            f"Manager {share.manager} is given customer {share.customer} twice on {share.first}: name him once.",
            share.customer,
            share.first,
        )


def _refused(code: str, sentence: str, customer: str, day: date) -> ShareRefused:
    return ShareRefused(sentence, code=code, customer=customer, day=str(day))


def by_customer(shares: Iterable[NewShare]) -> dict[str, list[NewShare]]:
    """Shares by their customer."""
    found: dict[str, list[NewShare]] = defaultdict(list)
    for share in shares:
        found[share.customer].append(share)
    return found
