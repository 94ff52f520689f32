"""Managers."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Annotated

import strawberry
from strawberry import UNSET

from core.codes import is_code
from core.errors import NotFound
from core.managers.store import ManagerRead, PostRead, manager_read, managers_on, scored_managers_on
from core.periods import FOREVER
from schema.branch import Branch, branch_beside, branch_of
from schema.connection import After, Before, Connection, First, Last
from schema.context import Context, Info
from schema.listing import Asked, connection
from schema.manager_facets import MANAGERS, ManagerFiltered
from schema.manager_order import ManagerOrders, manager_order
from schema.needs import both, found_under
from schema.node import ID, Node
from schema.planning.kinds import DAY, FILLED, LAST_DAY, TEXT, global_id_of
from schema.planning.reads import Column, Joined, column
from schema.resolved import resolved
from schema.share import On, Share, ShareConnection, held_shares
from schema.share_facets import ShareFiltered
from schema.share_order import ShareOrders
from schema.tallies import connection_type
from schema.target import OfPeriod, Target, TargetConnection, agreed_targets
from schema.target_facets import TargetFiltered
from schema.target_order import TargetOrders
from tenants.callers import require

_READABLE = "post_readable"
_MASKED = "and where it is masked (see extensions.masked)"


@found_under("manager:read")
@strawberry.type(description="A relationship manager (客户经理): the person who is scored.")
class Manager(Node):
    """As of today in the bank's time zone."""

    read: strawberry.Private[ManagerRead]
    post_readable: strawberry.Private[bool]
    id: strawberry.ID = column("manager", kind=global_id_of("Manager"), attribute="code", description=ID)
    code: str = column("manager", kind=TEXT, attribute="code", description="The bank's own code of the manager.")
    name: str = column("name", kind=TEXT, description="The manager's name.")

    @resolved(
        description=f"The branch he is posted to today; null when he holds no post, {_MASKED}.",
        needs=both("branch:read", "manager:read"),
        reads=branch_beside("branch", readable=_READABLE),
    )
    async def branch(self, info: Info) -> Branch | None:
        """Batched over all managers of the answer."""
        post = self._post(info)
        return await branch_of(info.context, post.branch) if post else None

    @resolved(
        description=f"Today's position: trainee, manager, chief, …; null when he holds no post, {_MASKED}.",
        needs="manager:read",
        reads=Column(("position",), TEXT, readable=_READABLE),
    )
    def position(self, info: Info) -> str | None:
        """Of the post."""
        post = self._post(info)
        return post.position if post else None

    @resolved(
        description=f"Today's level in the bank's own words; null when he has none, {_MASKED}.",
        needs="manager:read",
        reads=Column(("level",), FILLED, readable=_READABLE),
    )
    def level(self, info: Info) -> str | None:
        """Of the post."""
        post = self._post(info)
        return (post.level or None) if post else None

    @resolved(
        description=f"First day of today's post; null when he holds none, {_MASKED}.",
        needs="manager:read",
        reads=Column(("valid_from",), DAY, readable=_READABLE),
    )
    def posted_since(self, info: Info) -> date | None:
        """Inclusive."""
        post = self._post(info)
        return post.first if post else None

    @resolved(
        description=f"Last day of today's post; null when he holds none or its end is open, {_MASKED}.",
        needs="manager:read",
        reads=Column(("valid_until",), LAST_DAY, readable=_READABLE),
    )
    def posted_until(self, info: Info) -> date | None:
        """Inclusive, as people say it."""
        post = self._post(info)
        return None if post is None or post.until == FOREVER else post.until - timedelta(days=1)

    @resolved(
        description=f"Whom he holds, by customer and first day unless told; null {_MASKED[4:]}.",
        needs="share:read",
        gives=ShareConnection | None,
    )
    async def shares(
        self,
        info: Info,
        on: On = UNSET,
        first: First = UNSET,
        after: After = UNSET,
        last: Last = UNSET,
        before: Before = UNSET,
        order_by: ShareOrders = UNSET,
        filter: ShareFiltered = UNSET,
    ) -> Connection[Share] | None:
        """Needs share:read on this row."""
        if not await self._reachable(info, "share:read"):
            return None
        page = Asked(first, after, last, before)
        return await held_shares(
            info, "Manager.shares", page, order_by, filter, on=on, of=("s.manager", self.read.code)
        )

    @resolved(
        description=f"What was agreed with him, newest period first, by indicator unless told; null {_MASKED[4:]}.",
        needs="target:read",
        gives=TargetConnection | None,
    )
    async def targets(
        self,
        info: Info,
        period: OfPeriod = UNSET,
        first: First = UNSET,
        after: After = UNSET,
        last: Last = UNSET,
        before: Before = UNSET,
        order_by: TargetOrders = UNSET,
        filter: TargetFiltered = UNSET,
    ) -> Connection[Target] | None:
        """Needs target:read on this row."""
        if not await self._reachable(info, "target:read"):
            return None
        page = Asked(first, after, last, before)
        return await agreed_targets(
            info, "Manager.targets", page, order_by, filter, period=period, manager=self.read.code
        )

    async def _reachable(self, info: Info, permission: str) -> bool:
        """Whether the permission holds on this row, else the field is masked. Batched."""
        if await info.context.loaders.reachable(permission).load(self.read.code) is None:
            info.context.mask(info.path)
            return False
        return True

    def _post(self, info: Info) -> PostRead | None:
        """The post; None, and the field masked, for whoever may read the manager's scorecard but not the manager."""
        if not self.post_readable:
            info.context.mask(info.path)
            return None
        return self.read.post


SCORED_MANAGER = Joined(
    lambda context: scored_managers_on(context.caller.today, context.caller.rows("manager:read")),
    key="m.manager",
    by="manager",
    present="manager",
)
"""How a plan reads the manager of a scorecard: as `scored_manager`."""


ManagerConnection = connection_type(MANAGERS, Manager)


def manager(context: Context, read: ManagerRead) -> Manager:
    """The GraphQL object of a manager read."""
    return Manager(read=read, post_readable=True)


async def manager_of(context: Context, code: str) -> Manager | None:
    """The manager of a code, batched; None if there is none in the caller's scope."""
    found = await context.loaders.managers.load(code) if is_code(code) else None
    return None if found is None else manager(context, found)


async def scored_manager(context: Context, code: str) -> Manager:
    """The manager of a scorecard already read, batched: of one out of the caller's manager:read, code and name alone.

    A scorecard stays with the branch that counted; where its manager went afterwards is not its readers' business.
    """
    own = await context.loaders.managers.load(code)
    if own is not None:
        return manager(context, own)
    read = await context.loaders.scored.load(code)
    if read is None:
        raise LookupError("a scorecard of a manager who is not stored")
    return Manager(read=replace(read, post=None), post_readable=False)


@strawberry.type
class ManagerRoots:
    """Entries to managers."""

    @resolved(
        description="The managers the caller may see, by code unless told.",
        needs="manager:read",
        gives=ManagerConnection | None,
    )
    async def managers(
        self,
        info: Info,
        first: First = UNSET,
        after: After = UNSET,
        last: Last = UNSET,
        before: Before = UNSET,
        order_by: ManagerOrders = UNSET,
        filter: ManagerFiltered = UNSET,
    ) -> Connection[Manager] | None:
        """Rows of the caller's scope; the count is of the same rows."""
        caller = info.context.caller
        require(caller, "manager:read")
        return connection(
            info,
            "managers",
            await MANAGERS.narrow(info.context, managers_on(caller.today, caller.rows("manager:read")), filter),
            manager_order(order_by),
            lambda row: manager(info.context, manager_read(row)),
            Asked(first, after, last, before),
            kind=ManagerConnection,
        )

    @resolved(
        name="manager",
        description="The manager of this code; null with NOT_FOUND if the caller can see none.",
        needs="manager:read",
    )
    async def one_manager(
        self, info: Info, code: Annotated[str, strawberry.argument(description="The bank's code of him.")]
    ) -> Manager | None:
        """By natural code."""
        require(info.context.caller, "manager:read")
        found = await manager_of(info.context, code)
        if found is None:
            raise NotFound("There is no such manager.")
        return found
