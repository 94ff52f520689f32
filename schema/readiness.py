"""Whether the facts of a period are ready to be assessed."""

import enum
from datetime import date
from typing import Annotated

import strawberry

from core.periods import Period
from core.readiness import readiness as core
from core.readiness.report import readiness as look_at
from core.session import Bank
from schema.context import Info
from schema.money import Money, money
from schema.resolved import resolved
from tenants.callers import require


@strawberry.enum(description="Why a run should not be made yet.")
class NotReady(enum.Enum):
    """Reasons that a bank's settings may let pass, and the starter of a run may overrule."""

    LATE = strawberry.enum_value("late", description="A file came after it was due.")
    MISSING = strawberry.enum_value("missing", description="A file is overdue and has not come.")
    OUT_OF_BALANCE = strawberry.enum_value(
        "out_of_balance", description="Balances differ from the general ledger's totals."
    )


@strawberry.type(description="A file that a feed owes.")
class DueFile:
    """Days are the bank's."""

    feed: str = strawberry.field(description="Code of the feed.")
    fact: str = strawberry.field(description="The fact table it brings.")
    shape: str = strawberry.field(description="How its rows add up.")
    day: date = strawberry.field(description="The business day it is of.")
    due: date = strawberry.field(description="The last day on which it is in time.")
    accepted: date | None = strawberry.field(description="The day it was accepted; null while it has not come.")


@strawberry.type(description="A general-ledger total that is not the sum of the bank's balances of that day.")
class LedgerDifference:
    """Amounts in the bank's currency."""

    day: date = strawberry.field(description="The business day.")
    kind: str = strawberry.field(description='"deposit" or "loan".')
    category: str = strawberry.field(description='"corporate", "savings", "interbank", or "all" of the kind.')
    ledger: Money = strawberry.field(description="The general ledger's closing balance.")
    balances: Money | None = strawberry.field(
        description="The sum of the balances; null where no balances of that day are known."
    )
    difference: Money = strawberry.field(description="Balances − ledger.")


@strawberry.type(description="Balances that no general-ledger total was held against.")
class Unreconciled:
    """Told, and stops nothing."""

    kind: str = strawberry.field(description='"deposit" or "loan".')
    category: str = strawberry.field(description='"corporate", "savings" or "interbank".')
    days: int = strawberry.field(description="On how many of the days that have totals.")
    first: date = strawberry.field(description="The first of these days.")


@strawberry.type(description="What a run of a period would find missing, late or out of balance now.")
class Readiness:
    """The report before a run; a run makes the same one again on the moment it freezes."""

    period: Period = strawberry.field(description="The period asked about.")
    today: date = strawberry.field(description="The bank's day it was looked at.")
    ready: bool = strawberry.field(description="Whether nothing stops a run.")
    stops: list[NotReady] = strawberry.field(description="What stops a run, by the bank's settings; name it to go on.")
    missing: list[DueFile] = strawberry.field(description="Overdue and not there, by business day.")
    late: list[DueFile] = strawberry.field(description="There, but accepted after they were due, by business day.")
    waiting: list[DueFile] = strawberry.field(description="Not there and not due yet, by business day.")
    ledger_days: int = strawberry.field(description="Days of the period that have general-ledger totals.")
    differences: list[LedgerDifference] = strawberry.field(description="Totals out of balance, by day.")
    unreconciled: list[Unreconciled] = strawberry.field(description="Balances without a total, by kind.")


@strawberry.type
class ReadinessRoots:
    """Entry to the report."""

    @resolved(
        description="What a run of this period would find missing, late or out of balance now; needs delivery:read. "
        "It reads fact files where there are general-ledger totals.",
        needs="delivery:read",
    )
    async def readiness(
        self, info: Info, period: Annotated[Period, strawberry.argument(description='Such as "2026-Q3".')]
    ) -> Readiness | None:
        """The same look a run takes."""
        context = info.context
        require(context.caller, "delivery:read")
        async with context.transactions.paused() as open_bank:
            works = context.works
            found = await look_at(open_bank, works.host, works.store, works.workshop, period)
        return _readiness(found, context.bank)


def _readiness(found: core.Readiness, bank: Bank) -> Readiness:
    return Readiness(
        period=found.period,
        today=found.today,
        ready=not found.stops,
        stops=[NotReady(reason.value) for reason in found.stops],
        missing=[_file(one) for one in found.missing],
        late=[_file(one) for one in found.late],
        waiting=[_file(one) for one in found.waiting],
        ledger_days=found.ledger_days,
        differences=[_difference(one, bank) for one in found.differences],
        unreconciled=[
            Unreconciled(kind=u.kind, category=u.category, days=u.days, first=u.first) for u in found.unreconciled
        ],
    )


def _file(one: core.DueFile) -> DueFile:
    return DueFile(feed=one.feed, fact=one.fact, shape=one.shape, day=one.day, due=one.due, accepted=one.accepted)


def _difference(one: core.LedgerDifference, bank: Bank) -> LedgerDifference:
    return LedgerDifference(
        day=one.day,
        kind=one.kind,
        category=one.category,
        ledger=money(one.ledger_minor, bank),
        balances=None if one.balances_minor is None else money(one.balances_minor, bank),
        difference=money(one.difference_minor, bank),
    )
