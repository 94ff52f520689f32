"""Facts entered by hand: made by one person, decided on by a second."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated

import strawberry
from strawberry import UNSET

from core.answers.store import Answer
from core.entries.delivering import Desk
from core.entries.entry import NewEntry
from core.entries.read import ENTRIES, EntryRead, entry_read, find_entry
from core.entries.store import approve_entry, make_entry, refuse_entry, reverse_entry, withdraw_entry
from core.errors import InputError
from core.session import BankSession
from schema.change import change
from schema.connection import After, Before, Connection, First, Last
from schema.context import Context, Info
from schema.delivery import Delivery, delivery_beside, delivery_of
from schema.entry_facets import ENTRIES as FACETS
from schema.entry_facets import EntryFiltered, EntryOrders, EntryStatus, entry_order
from schema.finding import NamedText, named
from schema.listing import Asked, connection
from schema.once import Keyed, once
from schema.planning.kinds import DAY, FILLED, INT, MOMENT, TEXT, enumerated
from schema.planning.reads import column
from schema.refusals import EntryRefusal, FourEyesRefusal, PeriodClosed
from schema.resolved import resolved
from schema.tallies import connection_type
from tenants.callers import require


@strawberry.type(description="One row of an entry.")
class EntryRow:
    """As it was written."""

    cells: list[NamedText] = strawberry.field(description="Column and text, by column; empty ones are left out.")


@strawberry.type(description="A manual entry (手工补录): facts no system has, made with a reason, approved by another.")
class Entry:
    """`read` is what core knows of it."""

    read: strawberry.Private[EntryRead]
    number: int = column("entry", kind=INT, attribute="number", description="The bank's running number of it.")
    fact: str = column("fact", kind=TEXT, description="The fact table its rows are for.")
    business_day: date = column("business_day", kind=DAY, description="The business day; no row is dated after it.")
    reason: str = column("reason", kind=TEXT, description="Why it is entered by hand.")
    status: EntryStatus = column("status", kind=enumerated(EntryStatus), description="What became of it.")
    made_by: str = column("made_by", kind=TEXT, description="Code of the person who made it.")
    made_at: datetime = column("made_at", kind=MOMENT, description="When it was made.")
    decided_by: str | None = column(
        "decided_by", kind=TEXT, description="Code of the person who decided; null while it waits."
    )
    decided_at: datetime | None = column("decided_at", kind=MOMENT, description="When that was; null while it waits.")
    decision: str | None = column("decision", kind=FILLED, description="Why it was refused; null otherwise.")
    reverses: int | None = column(
        "reverses", kind=INT, description="Number of the entry it takes back; null of an ordinary one."
    )
    reversed_by: int | None = column(
        "reversed_by", kind=INT, description="Number of the entry that took it back; null if none did."
    )

    @resolved(description="Its rows.")
    def rows(self) -> list[EntryRow]:
        """As they were written."""
        return [EntryRow(cells=named(row)) for row in self.read.rows]

    @resolved(
        description="The delivery its approval made; null without one, or without delivery:read.",
        needs="delivery:read",
        reads=delivery_beside("delivery"),
    )
    async def delivery(self, info: Info) -> Delivery | None:
        """Batched."""
        return None if self.read.delivery is None else await delivery_of(info.context, self.read.delivery)


EntryConnection = connection_type(FACETS, Entry)


@strawberry.type
class EntryRoots:
    """Entry to the entries."""

    @resolved(
        description="Facts entered by hand, newest first unless told; needs entry:read.",
        needs="entry:read",
        gives=EntryConnection | None,
    )
    async def entries(
        self,
        info: Info,
        first: First = UNSET,
        after: After = UNSET,
        last: Last = UNSET,
        before: Before = UNSET,
        order_by: EntryOrders = UNSET,
        filter: EntryFiltered = UNSET,
    ) -> Connection[Entry] | None:
        """Decided ones too."""
        require(info.context.caller, "entry:read")
        return connection(
            info,
            "entries",
            await FACETS.narrow(info.context, ENTRIES, filter),
            entry_order(order_by),
            lambda row: Entry(read=entry_read(row)),
            Asked(first, after, last, before),
            kind=EntryConnection,
        )


@strawberry.input(description="One cell of a row.")
class CellInput:
    """GraphQL has no maps."""

    name: str = strawberry.field(description="The column's name.")
    value: str = strawberry.field(description='Text: a day "2026-09-30", an amount in major units "12.50", a code.')


@strawberry.input(description="One row of an entry.")
class EntryRowInput:
    """Columns left out are empty."""

    cells: list[CellInput] = strawberry.field(description="Each column once.")


@strawberry.input(description="Facts that no system has.")
class MakeEntryInput(Keyed):
    """For event tables only."""

    fact: str = strawberry.field(description="The fact table, such as fees.")
    business_day: date = strawberry.field(description="The business day; no row is dated after it.")
    reason: str = strawberry.field(description="Why it is entered by hand, one line.")
    rows: list[EntryRowInput] = strawberry.field(description="1 to 200 rows.")


@strawberry.input(description="Which entry.")
class EntryInput(Keyed):
    """By number."""

    number: int = strawberry.field(description="The entry's number.")


@strawberry.input(description="Which entry, and why.")
class EntryReasonInput(Keyed):
    """By number."""

    number: int = strawberry.field(description="The entry's number.")
    reason: str = strawberry.field(description="Why, one line.")


@strawberry.type(description="The entry after the change.")
class EntryPayload:
    """Made."""

    entry: Entry = strawberry.field(description="As it stands now.")


_Input = strawberry.argument(description="Which entry.")


@strawberry.type
class EntryChanges:
    """Changes of entries: each is a transaction of its own."""

    @change(
        name="makeEntry",
        needs="entry:make",
        refusals=(EntryRefusal,),
        description="Enter facts by hand; needs entry:make. They count once a second person approves. Refused: "
        "BAD_USER_INPUT with reason ENTRY_INVALID or ENTRY_REFUSED for rows that no delivery could bring.",
    )
    async def make(
        self, info: Info, input: Annotated[MakeEntryInput, strawberry.argument(description="The rows and why.")]
    ) -> EntryPayload:
        """Checked by the intake of deliveries before it is written."""
        context = info.context
        wanted = NewEntry(input.fact, input.business_day, input.reason, [_row(row) for row in input.rows])

        async def work(session: BankSession) -> Answer:
            return {"entry": await make_entry(session, _desk(context), wanted)}

        return await _payload(context, await once(info, input, work))

    @change(
        name="approveEntry",
        needs="entry:approve",
        refusals=(FourEyesRefusal, EntryRefusal, PeriodClosed),
        description="Let somebody else's entry count; needs entry:approve, and delivery:correct where it changes facts "
        "of a closed period. Refused: FOUR_EYES for its maker, CONFLICT for one that was decided on.",
    )
    async def approve(self, info: Info, input: Annotated[EntryInput, _Input]) -> EntryPayload:
        """Delivers its rows, or of a reversal takes them back."""
        context = info.context

        async def work(session: BankSession) -> Answer:
            await approve_entry(
                session,
                _desk(context),
                input.number,
                check_may_correct=lambda: require(context.caller, "delivery:correct"),
            )
            return {"entry": input.number}

        return await _payload(context, await once(info, input, work))

    @change(
        name="refuseEntry",
        needs="entry:approve",
        refusals=(FourEyesRefusal,),
        description="Say no to somebody else's entry; needs entry:approve.",
    )
    async def refuse(self, info: Info, input: Annotated[EntryReasonInput, _Input]) -> EntryPayload:
        """With a reason."""

        async def work(session: BankSession) -> Answer:
            await refuse_entry(session, input.number, input.reason)
            return {"entry": input.number}

        return await _payload(info.context, await once(info, input, work))

    @change(
        name="withdrawEntry",
        needs="entry:make",
        description="Take back one's own entry while it waits; needs entry:make. Refused: NOT_THE_MAKER for others.",
    )
    async def withdraw(self, info: Info, input: Annotated[EntryInput, _Input]) -> EntryPayload:
        """Its maker only."""

        async def work(session: BankSession) -> Answer:
            await withdraw_entry(session, input.number)
            return {"entry": input.number}

        return await _payload(info.context, await once(info, input, work))

    @change(
        name="reverseEntry",
        needs="entry:make",
        description="Ask that an approved entry's rows no longer count; needs entry:make. Gives a new entry, which a "
        "second person approves. Refused: CONFLICT for one whose rows do not count.",
    )
    async def reverse(self, info: Info, input: Annotated[EntryReasonInput, _Input]) -> EntryPayload:
        """Four eyes again."""

        async def work(session: BankSession) -> Answer:
            return {"entry": await reverse_entry(session, input.number, input.reason)}

        return await _payload(info.context, await once(info, input, work))


def _desk(context: Context) -> Desk:
    return Desk(context.works.store, context.catalogue.fact_tables, context.caller.today)


def _row(row: EntryRowInput) -> Mapping[str, str]:
    cells = {cell.name: cell.value for cell in row.cells}
    if len(cells) != len(row.cells):
        raise InputError("A row names one column twice.", code="ENTRY_INVALID")
    return cells


async def _payload(context: Context, changed: Answer) -> EntryPayload:
    async with context.transactions.read() as session:
        found = await find_entry(session, changed["entry"])
    if found is None:
        raise LookupError("the entry just changed cannot be read")
    return EntryPayload(entry=Entry(read=found))
