"""Runs, their scorecards, and the deliveries that affect them: they refer to each other, so they share a file."""

from dataclasses import replace
from decimal import Decimal

import strawberry
from strawberry import UNSET

from core.facts.read import DELIVERIES as LISTED_DELIVERIES
from core.facts.read import DeliveryRead
from core.findings.store import findings_of_runs
from core.paging import Listing
from core.runs.cards import CardRead, card_read, cards_in
from core.runs.lines import LINES, line_read
from core.runs.sheets import SEPARATOR, SHEETS, TOKENS
from core.runs.store import RunRead
from schema.branch import Branch, branch_beside, branch_of
from schema.connection import After, Before, Connection, First, Last
from schema.context import Context, Info
from schema.delivery_facets import DELIVERIES
from schema.delivery_state import DeliveryState
from schema.finding import Finding, FindingConnection, findings
from schema.finding_facets import FindingFiltered, FindingOrders
from schema.listing import Asked, connection
from schema.manager import SCORED_MANAGER, Manager, scored_manager
from schema.money import Money, money
from schema.needs import everywhere, found_under
from schema.node import ID, Node
from schema.planning.kinds import FILLED, INT, MULTIPLE, POINTS, TEXT, global_id_of
from schema.planning.reads import Amount, Children, Joined, Sheet, column
from schema.resolved import resolved
from schema.run_facets import RUNS
from schema.run_state import RunState
from schema.run_value import RunValue, values_of
from schema.score_line import ScoreLine, score_line
from schema.scorecard_facets import SCORECARDS, ScorecardFiltered
from schema.scorecard_order import ScorecardOrders, scorecard_order
from schema.tallies import connection_type
from tenants.callers import require

_LINES = Children(
    lambda _context: LINES,
    by=("run", "manager"),
    keys=("l.run", "l.manager"),
    order="l.line",
    make=lambda _context, row: score_line(line_read(row)),
    sheet=Sheet(lambda _context: SHEETS, ("s.run", "s.manager"), TOKENS, SEPARATOR),
)


@found_under("scorecard:read")
@strawberry.type(description="A scorecard (成绩单): one manager's result in a complete run.")
class Scorecard(Node):
    """`read` is what core knows of it."""

    read: strawberry.Private[CardRead]
    id: strawberry.ID = column("run", "manager", kind=global_id_of("Scorecard"), description=ID)
    position: str = column(
        "position", kind=TEXT, description="The manager's position that counted: of the period's last day."
    )
    level: str | None = column(
        "level", kind=FILLED, description="The manager's level that counted; null when he had none."
    )
    rank: int | None = column(
        "rank", kind=INT, description="Rank in the bank, 1 is best, equals share it; null without points."
    )
    rank_in_branch: int | None = column(
        "rank_in_branch", kind=INT, description="Rank in the branch; null without points."
    )
    points: Decimal | None = column(
        "points_e4", kind=POINTS, description="Total points, 4 decimals; null where no line was applicable."
    )
    grade: str | None = column("grade", kind=TEXT, description="Grade by the scheme's bands; null without points.")
    multiple: Decimal | None = column(
        "multiple_e2", kind=MULTIPLE, description="The grade's pay multiple, 2 decimals; null without."
    )

    @resolved(
        description="Performance pay; null without, and where it is masked (see extensions.masked).",
        needs="scorecard.pay:read",
        reads=Amount("pay_minor", readable="pay_readable"),
    )
    def pay(self, info: Info) -> Money | None:
        """Needs scorecard.pay:read on this row."""
        if not self.read.pay_readable:
            info.context.mask(info.path)
            return None
        return None if self.read.pay_minor is None else money(self.read.pay_minor, info.context.bank)

    @resolved(description="The manager who was scored.", reads=SCORED_MANAGER)
    async def manager(self, info: Info) -> Manager:
        """Batched over all scorecards of the answer."""
        return await scored_manager(info.context, self.read.manager)

    @resolved(
        description="The branch that counted: of the period's last day, or a leaver's last day.",
        needs="branch:read",
        reads=branch_beside("branch"),
    )
    async def branch(self, info: Info) -> Branch | None:
        """Batched."""
        return await branch_of(info.context, self.read.branch)

    @resolved(description="Values, targets and points, line by line, in the order of the scheme.", reads=_LINES)
    async def lines(self, info: Info) -> list[ScoreLine]:
        """Batched."""
        found = await info.context.loaders.lines.load((self.read.run, self.read.manager))
        return [score_line(line) for line in found or ()]

    @resolved(description="The run it belongs to.")
    async def run(self, info: Info) -> "Run":
        """Batched."""
        found = await info.context.loaders.runs.load(self.read.run)
        if found is None:
            raise LookupError("a scorecard of a run that is not stored")
        return run(info.context, found)


ScorecardConnection = connection_type(SCORECARDS, Scorecard)


@found_under("run:read")
@strawberry.type(
    description="A run (考核批次): one assessment of one period by one scheme version on one snapshot of facts."
)
class Run(RunState):
    """With its results."""

    @resolved(
        description="Its scorecards that the caller may see; none until it is complete.",
        needs="scorecard:read",
        gives=ScorecardConnection | None,
    )
    async def scorecards(
        self,
        info: Info,
        first: First = UNSET,
        after: After = UNSET,
        last: Last = UNSET,
        before: Before = UNSET,
        order_by: ScorecardOrders = UNSET,
        filter: ScorecardFiltered = UNSET,
    ) -> Connection[Scorecard] | None:
        """The same list as the root of that name."""
        return await scorecards_of(info, self.read.run, Asked(first, after, last, before), order_by, filter)

    @resolved(
        description="What a person should look at; within the caller's reach.",
        needs="run.findings:read",
        gives=FindingConnection | None,
    )
    async def findings(
        self,
        info: Info,
        first: First = UNSET,
        after: After = UNSET,
        last: Last = UNSET,
        before: Before = UNSET,
        order_by: FindingOrders = UNSET,
        filter: FindingFiltered = UNSET,
    ) -> Connection[Finding] | None:
        """In the order they were found."""
        caller = info.context.caller
        require(caller, "run.findings:read")
        listing = findings_of_runs(caller.rows("run.findings:read"))
        return await findings(info, listing, self.read.run, Asked(first, after, last, before), order_by, filter)

    @resolved(
        description="What it measured of the bank as a whole, by indicator code; empty until it is complete. Needs "
        "scorecard:read on the whole bank.",
        needs=everywhere("scorecard:read"),
    )
    async def values(self, info: Info) -> list[RunValue] | None:
        """Batched."""
        return await values_of(info.context, self.read.run)

    @resolved(
        description="Deliveries that have changed facts it was made on, oldest first: while there are any, a new run "
        "may come out otherwise. Empty until it is complete.",
        needs="delivery:read",
    )
    async def affected_by(self, info: Info) -> list["Delivery"] | None:
        """Needs delivery:read. Batched."""
        context = info.context
        require(context.caller, "delivery:read")
        numbers = await context.loaders.affected_by.load(self.read.run)
        found = await context.loaders.deliveries.load_many(numbers or ())
        return [delivery(context, read) for read in found if read is not None]


def delivery_beside(by: str) -> Joined:
    """How a plan reads the delivery whose number is the column `by`; none for whoever may read none."""
    return Joined(_readable_deliveries, key="d.delivery", by=by, present="delivery")


def _readable_deliveries(context: Context) -> Listing:
    allowed = context.caller.decide("delivery:read").allowed
    return LISTED_DELIVERIES if allowed else replace(LISTED_DELIVERIES, where=("FALSE",))


@found_under("delivery:read")
@strawberry.type(description="A delivery (数据报送): one file of one kind of fact, accepted or refused whole.")
class Delivery(DeliveryState):
    """With what it changed."""

    @resolved(
        description="The delivery it took the place of; null when there was none.", reads=delivery_beside("supersedes")
    )
    async def supersedes(self, info: Info) -> "Delivery | None":
        """Batched."""
        return await delivery_of(info.context, self.read.supersedes) if self.read.supersedes is not None else None

    @resolved(
        description="Complete runs that were made before it on facts which it changed, newest first.", needs="run:read"
    )
    async def affected_runs(self, info: Info) -> list[Run] | None:
        """Needs run:read. Batched."""
        context = info.context
        require(context.caller, "run:read")
        codes = await context.loaders.affected_runs.load(self.read.number)
        found = await context.loaders.runs.load_many(codes or ())
        return [run(context, read) for read in found if read is not None]


RunConnection = connection_type(RUNS, Run)
DeliveryConnection = connection_type(DELIVERIES, Delivery)


def run(context: Context, read: RunRead) -> Run:
    """The GraphQL object of a run read."""
    return Run(read=read)


def scorecard(context: Context, read: CardRead) -> Scorecard:
    """The GraphQL object of a scorecard read."""
    return Scorecard(read=read)


async def scorecards_of(
    info: Info, run_code: str, page: Asked, order_by: ScorecardOrders = UNSET, filter: ScorecardFiltered = UNSET
) -> Connection[Scorecard]:
    """The page of one run's scorecards in the caller's reach; of many runs at once it is one statement."""
    context = info.context
    caller = context.caller
    require(caller, "scorecard:read")
    listing = cards_in(caller.rows("scorecard:read"), caller.rows("scorecard.pay:read"))
    return connection(
        info,
        "scorecards",
        await SCORECARDS.narrow(context, listing, filter),
        scorecard_order(caller, order_by),
        lambda row: scorecard(context, card_read(row)),
        page,
        parent=run_code,
        kind=ScorecardConnection,
    )


async def run_of(context: Context, code: str) -> Run | None:
    """The run of a code, batched; None if there is none or the caller may read none."""
    if not context.caller.decide("run:read").allowed:
        return None
    found = await context.loaders.runs.load(code)
    return None if found is None else run(context, found)


async def scorecard_of(context: Context, run_code: str, manager_code: str) -> Scorecard | None:
    """The scorecard of a manager in a complete run, batched; None if the caller can see none."""
    found = await context.loaders.cards.load((run_code, manager_code))
    return None if found is None else scorecard(context, found)


def delivery(context: Context, read: DeliveryRead) -> Delivery:
    """The GraphQL object of a delivery read."""
    return Delivery(read=read)


async def delivery_of(context: Context, number: int) -> Delivery | None:
    """The delivery of a number, batched; None if there is none or the caller may read none."""
    if not context.caller.decide("delivery:read").allowed or not 0 < number < 2**63:
        return None
    found = await context.loaders.deliveries.load(number)
    return None if found is None else delivery(context, found)
