"""Handing customers over."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated

import strawberry

from core.answers.store import Answer
from core.errors import InputError, ShareRefused
from core.numbers import exact_scaled
from core.periods import FOREVER
from core.session import BankSession
from core.shares.assign import set_shares
from core.shares.read import ShareRead
from core.shares.store import NewShare
from schema.change import change
from schema.context import Info
from schema.once import Keyed, once
from schema.refusals import PeriodClosed, ShareRefusal, VersionConflict
from schema.share import PPM_DIGITS, Share, share
from tenants.callers import require


@strawberry.input(description="A manager and the part of the customer that counts for him.")
class HolderInput:
    """One share."""

    manager: str = strawberry.field(description="Code of the manager.")
    share: Decimal = strawberry.field(description="Above 0 and at most 1, at most 6 decimals.")
    first_day: date | None = strawberry.field(
        default=None, description="First day it holds, on or after `from`; `from` unless told."
    )
    last_day: date | None = strawberry.field(default=None, description="Last day it holds; open unless told.")


@strawberry.input(description="A customer and everybody who holds him from the day on.")
class CustomerHoldersInput:
    """Whole, not a part: who is not named holds him no longer."""

    customer: str = strawberry.field(description="Code of the customer.")
    holders: list[HolderInput] = strawberry.field(description="Who holds him; an empty list: nobody.")


@strawberry.input(description="Who holds these customers from a day on.")
class SetSharesInput(Keyed):
    """A hand-over in one call."""

    from_: date = strawberry.field(
        name="from",
        description="The day the new holders count from. What holds then ends the day before, what was planned to "
        "begin later is dropped, earlier days stay.",
    )
    customers: list[CustomerHoldersInput] = strawberry.field(description="At most 1,000 customers.")
    reason: str = strawberry.field(
        default="", description="Why; needed where days of a period with published results change. Kept in the trail."
    )
    dry_run: bool = strawberry.field(default=False, description="Only say what would change; that needs no `reason`.")
    expected_version: str | None = strawberry.field(
        default=None,
        description="The `version` that a dry run of the same day and customers told: VersionConflict if their shares "
        "have changed since.",
    )


@strawberry.type(description="A share that begins (`before` null), changes, or is taken back (`after` null).")
class ChangedShare:
    """One row."""

    before: Share | None = strawberry.field(description="As it was; null for a new one.")
    after: Share | None = strawberry.field(description="As it is now; null for one that is gone.")


@strawberry.type(description="What changed.")
class SetSharesPayload:
    """Made, or looked at."""

    changes: list[ChangedShare] = strawberry.field(
        description="By customer, manager and first day; empty where everything was so already."
    )
    closed_through: date | None = strawberry.field(
        description="Last day with published results, where the change reaches back so far; null otherwise."
    )
    dry_run: bool = strawberry.field(description="Whether it was only looked at.")
    version: str = strawberry.field(
        description="Opaque, of who holds these customers from the day on: as it was, in a dry run, else as it is now."
    )


@strawberry.type
class ShareChanges:
    """The change."""

    @change(
        name="setShares",
        needs="share:set",
        refusals=(ShareRefusal, PeriodClosed, VersionConflict),
        description="Say who holds customers from a day on; needs share:set. Refused: BAD_USER_INPUT with reason "
        "SHARE_OUT_OF_RANGE, SHARES_OVERLAP or SHARES_EXCEED_ONE, customer and day; SHARE_OF_UNKNOWN; PERIOD_CLOSED.",
    )
    async def set_the_shares(
        self, info: Info, input: Annotated[SetSharesInput, strawberry.argument(description="Who and from when.")]
    ) -> SetSharesPayload:
        """Rows and audit record in one transaction."""
        if (input.reason or "").strip():
            require(info.context.caller, "delivery:correct")
        wanted = _wanted(input.from_, input.customers)

        async def work(session: BankSession) -> Answer:
            done = await set_shares(
                session,
                input.from_,
                wanted,
                reason=input.reason,
                dry_run=input.dry_run,
                expected=input.expected_version,
            )
            closed = None if done.closed is None else str(done.closed)
            changes = [[_told(one.before), _told(one.after)] for one in done.changes]
            return {"changes": changes, "closed": closed, "version": done.version}

        done = await once(info, input, work, dry_run=input.dry_run)
        return SetSharesPayload(
            changes=[ChangedShare(before=_share(before), after=_share(after)) for before, after in done["changes"]],
            closed_through=None if done["closed"] is None else date.fromisoformat(done["closed"]),
            dry_run=input.dry_run,
            version=done["version"],
        )


def _wanted(day: date, customers: Sequence[CustomerHoldersInput]) -> dict[str, list[NewShare]]:
    found: dict[str, list[NewShare]] = {}
    for one in customers:
        if one.customer in found:
            raise InputError(
                f"Customer {one.customer[:50]!r} is named twice: name him once.",
                code="CUSTOMER_TWICE",
                customer=one.customer,
            )
        found[one.customer] = [_new(one.customer, holder, day) for holder in one.holders]
    return found


def _new(customer: str, holder: HolderInput, day: date) -> NewShare:
    last = holder.last_day
    return NewShare(
        customer,
        holder.manager,
        _ppm(customer, holder),
        holder.first_day or day,
        FOREVER if last is None or last == date.max else last + timedelta(days=1),
    )


def _ppm(customer: str, holder: HolderInput) -> int:
    try:
        return exact_scaled(holder.share, PPM_DIGITS)
    except InputError as error:
        who = f"Customer {customer[:50]}, manager {holder.manager[:50]}"
        raise ShareRefused(
            f"{who}: {error.message}", code=error.code, customer=customer, manager=holder.manager
        ) from error


Told = tuple[str, str, int, str, str]
"""Customer, manager, millionths, first day and the day after the last."""


def _told(one: NewShare | None) -> Told | None:
    return None if one is None else (one.customer, one.manager, one.share_ppm, str(one.first), str(one.until))


def _share(told: Told | None) -> Share | None:
    if told is None:
        return None
    customer, manager, share_ppm, first, until = told
    return share(ShareRead(customer, manager, share_ppm, date.fromisoformat(first), date.fromisoformat(until)))
