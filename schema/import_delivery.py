"""Handing in a delivery: a file of the inbox, or an upload."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

import strawberry

from core.answers.store import Answer
from core.arrivals.inbox import Entry
from core.arrivals.names import is_sendable
from core.arrivals.take import Prospect, prospect_of, take_file, take_upload, wait_for_inbox
from core.arrivals.terms import ImportTerms, make_terms, parse_control
from core.errors import InputError
from core.facts.mapping import parse_mapping
from core.facts.plan import make_plan
from core.facts.store import sha256_of
from core.feeds.store import feeds
from core.indicators.workshop import aside
from core.registers.catalogue import REGISTERS, needed_to_deliver
from core.session import BankSession
from schema.api_names import in_api_names
from schema.arrival import Arrival, arrival_of
from schema.change import change
from schema.context import Context, Info
from schema.feed import mapping_of
from schema.import_permission import may_import_at_all
from schema.multipart import Uploaded
from schema.needs import either, under
from schema.once import Keyed, once
from schema.refusals import InvalidInput
from tenants.callers import require


@strawberry.input(description="The sender's total of one column.")
class ControlSumInput:
    """GraphQL has no maps."""

    column: str = strawberry.field(description="Our name of the column, such as balance.")
    total: Decimal = strawberry.field(description="Its sum over the file, in shown units (major units of money).")


@strawberry.input(description="The sender's own totals of the file. A file that does not match them is refused whole.")
class ControlInput:
    """Any of them."""

    rows: int | None = strawberry.field(default=None, description="How many rows the file holds.")
    sums: list[ControlSumInput] = strawberry.field(default_factory=list, description="Sums of columns.")


@strawberry.input(description="A file and how it is to be taken in. Give `file` or `upload`.")
class ImportDeliveryInput(Keyed):
    """What is left out is as the feed, the control file and the name say."""

    file: str | None = strawberry.field(default=None, description="Name of a file in the bank's inbox; never a path.")
    upload: Uploaded | None = strawberry.field(default=None, description="A file sent with this request.")
    feed: str | None = strawberry.field(
        default=None, description="Code of the feed whose mapping reads it; else the one whose pattern fits its name."
    )
    mapping: str | None = strawberry.field(
        default=None, description="A delivery mapping as YAML text, in place of a feed's."
    )
    business_day: date | None = strawberry.field(
        default=None, description="The day it speaks of; else as its name says."
    )
    control: ControlInput | None = strawberry.field(default=None, description="Totals to check it against.")
    correction: str = strawberry.field(
        default="",
        description="Why facts of a closed period change; needs delivery:correct.",
        metadata=under("delivery:correct"),
    )
    completes: int | None = strawberry.field(
        default=None, description="Number of the delivery whose set-aside rows this brings, corrected."
    )
    set_aside: bool | None = strawberry.field(
        default=None,
        description="Whether wrong rows are set aside instead of refusing the file; null: as the bank set.",
    )
    dry_run: bool = strawberry.field(default=False, description="Look at it and keep nothing but what was found.")


@strawberry.type(description="The file has arrived; a worker takes it in.")
class ImportDeliveryPayload:
    """Made."""

    arrival: Arrival = strawberry.field(description="Ask for its `status` and `stage` until it is DONE or REFUSED.")


@strawberry.type
class DeliveryChanges:
    """Changes of facts."""

    @change(
        name="importDelivery",
        needs="delivery:import",
        reach=either("delivery:import", *(register.permission for register in REGISTERS.values())),
        admit=may_import_at_all,
        refusals=(InvalidInput,),
        description="Hand in a file of facts; needs delivery:import, and delivery:correct where `correction` is given. "
        "Refused: BAD_USER_INPUT with reason FEED_UNKNOWN, DAY_UNKNOWN, MAPPING_INVALID, … where it cannot be read; "
        "what is wrong inside the file stands in the arrival's outcome.",
    )
    async def import_delivery(
        self, info: Info, input: Annotated[ImportDeliveryInput, strawberry.argument(description="File and terms.")]
    ) -> ImportDeliveryPayload:
        """Arrival, job and the file's move in one transaction."""
        context = info.context
        if (input.file is None) == (input.upload is None):
            raise InputError("Give either `file` or `upload`.", code="FILE_MISSING")
        said = await _said(input)

        async def work(session: BankSession) -> Answer:
            await wait_for_inbox(session)
            return {"arrival": await _taken(context, session, input, said)}

        done = await once(info, input, work, content=await _content(context, input))
        taken = await arrival_of(context, done["arrival"])
        if taken is None:
            raise LookupError("the arrival just made cannot be read")
        return ImportDeliveryPayload(arrival=taken)


async def _content(context: Context, input: ImportDeliveryInput) -> str:
    """Hash of an upload, where it is looked at: an input only names it."""
    if input.upload is None or input.idempotency_key is None:
        return ""
    path = context.works.inbox.upload_path(context.bank.code, input.upload.token)
    return await aside(sha256_of, path)


async def _taken(context: Context, session: BankSession, input: ImportDeliveryInput, said: dict[str, Any]) -> int:
    bank, inbox = context.bank.code, context.works.inbox
    if input.upload is not None:
        name = input.upload.name
        if not is_sendable(name):
            raise InputError("The upload's file name cannot be used: no paths, no .part or .tmp.", code="NAME_INVALID")
        found = await _prospect(context, session, name, _terms(said))
        return await take_upload(session, inbox, input.upload.token, name, input.upload.bytes, found)
    entry: Entry = await aside(inbox.entry, bank, input.file or "")
    if entry.fault:
        raise InputError(entry.fault, code="FILE_UNREADABLE")
    control = await aside(inbox.control, bank, entry.name)
    beside = (
        {} if control is None else (await aside(parse_control, control)).model_dump(mode="json", exclude_defaults=True)
    )
    found = await _prospect(context, session, entry.name, _terms(beside | said))
    return await take_file(session, inbox, entry, found)


async def _prospect(context: Context, session: BankSession, name: str, terms: ImportTerms) -> Prospect:
    """How it will be read, checked as far as that goes without the file."""
    found = prospect_of(name, terms, await feeds(session))
    mapping = parse_mapping(found.terms["mapping"])
    needed = needed_to_deliver(mapping.fact)
    require(context.caller, needed)
    if terms.correction:
        require(context.caller, "delivery:correct")
    make_plan(context.catalogue.deliverables, mapping, context.bank, found.business_day)
    return found


def _terms(said: dict[str, Any]) -> ImportTerms:
    with in_api_names("TERMS_INVALID", {"day": "businessDay", "rows": "control.rows", "sums": "control.sums"}):
        return make_terms(said)


async def _said(input: ImportDeliveryInput) -> dict[str, Any]:
    """What the input says of the file; it goes before the control file's word."""
    given: dict[str, Any] = {
        "feed": input.feed,
        "mapping": None if input.mapping is None else await mapping_of(input.mapping),
        "day": input.business_day,
        "correction": input.correction or None,
        "completes": input.completes,
        "set_aside": input.set_aside,
        "dry_run": input.dry_run or None,
    }
    if input.control is not None:
        given["rows"] = input.control.rows
        given["sums"] = {one.column: one.total for one in input.control.sums}
        if len(given["sums"]) != len(input.control.sums):
            raise InputError("A column stands twice among the control sums.", code="TERMS_INVALID")
    return {name: value for name, value in given.items() if value is not None}
