"""Feeds: which files are expected, when, and how they are read."""

from dataclasses import replace
from datetime import date
from typing import Annotated, Any

import orjson
import strawberry
from pydantic import TypeAdapter
from strawberry import UNSET

from core.answers.store import Answer
from core.codes import is_code
from core.errors import InputError, NotFound
from core.facts.mapping import TEXT_SIZE, invalid
from core.feeds.definition import parse_feed
from core.feeds.feed import Feed as FeedRead
from core.feeds.store import FEEDS, feed_read, remove_feed, save_feed
from core.indicators.indicator import Labels
from core.indicators.workshop import aside
from core.paging import Listing
from core.plain_yaml import parse_text_yaml
from core.registers.catalogue import needed_to_deliver
from core.session import BankSession
from schema.api_names import in_api_names
from schema.change import change
from schema.connection import After, Before, Connection, First, Last
from schema.context import Context, Info
from schema.feed_facets import FEEDS as FACETS
from schema.feed_facets import FeedEvery, FeedFiltered, FeedOrders, feed_order
from schema.language import Locale
from schema.listing import Asked, connection
from schema.needs import found_under
from schema.node import ID, Node
from schema.once import Keyed, once
from schema.planning.kinds import DAY, INT, TEXT, enumerated, global_id_of
from schema.planning.reads import Joined, Labelled, column
from schema.refusals import InvalidInput, VersionConflict
from schema.resolved import resolved
from schema.tallies import connection_type
from tenants.callers import require


@found_under("feed:read")
@strawberry.type(description="A feed (报送渠道): one kind of file that a system of the bank sends again and again.")
class Feed(Node):
    """`read` is what core knows of it."""

    read: strawberry.Private[FeedRead]
    id: strawberry.ID = column("feed", kind=global_id_of("Feed"), description=ID)
    code: str = column("feed", kind=TEXT, description="The bank's own code of it.")
    fact: str = column("fact", kind=TEXT, description="The fact table its files are of.")
    shape: str = column("shape", kind=TEXT, description="How its rows add up: list, events, snapshot, transactions, …")
    files: str = column(
        "file_pattern",
        kind=TEXT,
        description="Pattern of its files' names in the inbox, with the business day as {day}; empty: none are taken.",
    )
    every: FeedEvery = column("every", kind=enumerated(FeedEvery), description="The business days it owes a file for.")
    due_days: int = column(
        "due_days", kind=INT, description="Calendar days after the business day by which a file is in time."
    )
    since: date = column("since", kind=DAY, description="The first business day that is expected.")
    until: date | None = column("until", kind=DAY, description="The last business day that is expected; null: no end.")

    @resolved(description="Opaque, for `expectedVersion`: it changes with anything of the feed.")
    def version(self) -> str:
        """Of all that it says."""
        return self.read.version

    @resolved(description="What it is called.", reads=Labelled("label", "label_zh"))
    def label(self, info: Info, locale: Locale = UNSET) -> str:
        """In the language asked for."""
        return info.context.words(Labels(self.read.label, self.read.label_zh), locale)

    @resolved(description="How its files are read: the delivery mapping, as JSON text (which is YAML too).")
    def mapping(self) -> str:
        """Keys in order."""
        return orjson.dumps(self.read.mapping, option=orjson.OPT_SORT_KEYS).decode()


FeedConnection = connection_type(FACETS, Feed)


def feed_beside(by: str) -> Joined:
    """How a plan reads the feed whose code is the column `by`; none for whoever may read none."""
    return Joined(_readable_feeds, key="w.feed", by=by, present="feed")


def _readable_feeds(context: Context) -> Listing:
    return FEEDS if context.caller.decide("feed:read").allowed else replace(FEEDS, where=("FALSE",))


@strawberry.input(description="A feed. One of the same code is replaced.")
class SaveFeedInput(Keyed):
    """As docs/deliveries.md explains."""

    code: str = strawberry.field(description="The bank's own code: a-z, 0-9, - and _.")
    label_en: str = strawberry.field(description="What it is called in English.")
    label_zh: str = strawberry.field(description="What it is called in Chinese.")
    mapping: str = strawberry.field(description="How its files are read: the delivery mapping as YAML or JSON text.")
    files: str = strawberry.field(
        default="", description="Pattern of its files' names, such as balances_{day:%Y%m%d}.csv."
    )
    every: FeedEvery = strawberry.field(default=FeedEvery.NEVER, description="The business days it owes a file for.")
    due_days: int = strawberry.field(default=1, description="Calendar days, 0 to 366.")
    since: date = strawberry.field(description="The first business day that is expected.")
    until: date | None = strawberry.field(default=None, description="The last one; null: no end.")
    expected_version: str | None = strawberry.field(
        default=None,
        description="The feed's `version` when it was read, empty where there was none: VersionConflict if it has "
        "another by now.",
    )


@strawberry.type(description="The feed as it stands now.")
class SaveFeedPayload:
    """Made."""

    feed: Feed = strawberry.field(description="As saved.")


@strawberry.input(description="Which feed to remove.")
class RemoveFeedInput(Keyed):
    """Code."""

    code: str = strawberry.field(description="The feed's code.")
    expected_version: str | None = strawberry.field(
        default=None, description="The feed's `version` when it was read: VersionConflict if it has another by now."
    )


@strawberry.type(description="The feed is gone.")
class RemoveFeedPayload:
    """Made."""

    code: str = strawberry.field(description="Its code.")


async def feed_of(context: Context, code: str) -> Feed | None:
    """The feed of a code, batched; None if there is none or the caller may read none."""
    if not context.caller.decide("feed:read").allowed or not is_code(code):
        return None
    found = await context.loaders.feeds.load(code)
    return None if found is None else Feed(read=found)


async def mapping_of(text: str) -> dict[str, Any]:
    """A mapping's YAML text as a dict; MAPPING_INVALID for anything else. Read in a thread."""
    if len(text) > TEXT_SIZE:
        raise invalid([("", f"the text is longer than {TEXT_SIZE} characters")])
    try:
        said = await aside(parse_text_yaml, text)
    except InputError as error:
        raise invalid([("", error.message)]) from error
    if not isinstance(said, dict):
        raise invalid([("", "a mapping is YAML text with `fact` and `columns`")])
    return said


_FEEDS = TypeAdapter(FeedRead)
"""To plain JSON and back."""
_NAMES = {"feed": "code", "labels.en": "labelEn", "labels.zh": "labelZh"}


@strawberry.type
class FeedRoots:
    """Entry to the feeds."""

    @resolved(
        description="The bank's feeds, by code unless told; needs feed:read.",
        needs="feed:read",
        gives=FeedConnection | None,
    )
    async def feeds(
        self,
        info: Info,
        first: First = UNSET,
        after: After = UNSET,
        last: Last = UNSET,
        before: Before = UNSET,
        order_by: FeedOrders = UNSET,
        filter: FeedFiltered = UNSET,
    ) -> Connection[Feed] | None:
        """A bank has tens of them."""
        require(info.context.caller, "feed:read")
        return connection(
            info,
            "feeds",
            await FACETS.narrow(info.context, FEEDS, filter),
            feed_order(order_by),
            lambda row: Feed(read=feed_read(row)),
            Asked(first, after, last, before),
            kind=FeedConnection,
        )


@strawberry.type
class FeedChanges:
    """Changes of feeds."""

    @change(
        name="saveFeed",
        needs="feed:set",
        refusals=(InvalidInput, VersionConflict),
        description="Say which files are expected and how they are read; needs feed:set. Refused: "
        "BAD_USER_INPUT with reason FEED_INVALID or MAPPING_INVALID.",
    )
    async def save(
        self, info: Info, input: Annotated[SaveFeedInput, strawberry.argument(description="The feed.")]
    ) -> SaveFeedPayload:
        """Row and audit record in one transaction."""
        context = info.context
        mapping = await mapping_of(input.mapping)
        with in_api_names("FEED_INVALID", _NAMES):
            wanted = parse_feed(
                {
                    "feed": input.code,
                    "labels": {"en": input.label_en, "zh": input.label_zh},
                    "files": input.files,
                    "every": input.every.value,
                    "due_days": input.due_days,
                    "since": input.since,
                    "until": input.until,
                    "mapping": mapping,
                }
            )
        needed = needed_to_deliver(str(wanted.mapping.get("fact", "")))
        if needed != "delivery:import":  # whoever feeds a list of the bank's own changes it
            require(context.caller, needed)

        async def work(session: BankSession) -> Answer:
            saved = await save_feed(session, context.catalogue.deliverables, wanted, expected=input.expected_version)
            plain: Answer = _FEEDS.dump_python(saved, mode="json")
            return plain

        saved = _FEEDS.validate_python(await once(info, input, work))
        return SaveFeedPayload(feed=Feed(read=saved))

    @change(
        name="removeFeed",
        needs="feed:set",
        refusals=(VersionConflict,),
        description="Its files are no longer expected nor taken in; needs feed:set. Refused: NOT_FOUND if there "
        "is none.",
    )
    async def remove(
        self, info: Info, input: Annotated[RemoveFeedInput, strawberry.argument(description="Which.")]
    ) -> RemoveFeedPayload:
        """Row and audit record in one transaction."""
        if not is_code(input.code):
            raise NotFound("There is no such feed.")

        async def work(session: BankSession) -> Answer:
            await remove_feed(session, input.code, expected=input.expected_version)
            return {}

        await once(info, input, work)
        return RemoveFeedPayload(code=input.code)
