"""Managers."""

import enum
from dataclasses import replace
from datetime import date, timedelta
from typing import Annotated

import strawberry
from strawberry import UNSET

from core.codes import is_code
from core.errors import NotFound
from core.managers.store import BRANCH, CODE, NAME, ManagerRead, PostRead, manager_read, managers_on, scored_managers_on
from core.paging import Order
from core.periods import FOREVER
from schema.branch import Branch, branch_beside, branch_of
from schema.connection import After, Connection, First
from schema.context import Context, Info
from schema.ids import global_id
from schema.listing import Asked, connection
from schema.needs import both, found_under, values_under
from schema.node import ID, Node
from schema.order import OrderDirection, orders
from schema.planning.kinds import DAY, FILLED, LAST_DAY, TEXT, global_id_of
from schema.planning.reads import Column, Joined
from schema.resolved import READS, resolved
from schema.share import On, Share, shares_of
from schema.target import OfPeriod, Target, targets_of
from tenants.callers import require

_READABLE = "post_readable"
_MASKED = "and where it is masked (see extensions.masked)"


@found_under("manager:read")
@strawberry.type(description="A relationship manager (客户经理): the person who is scored.")
class Manager(Node):
    """As of today in the bank's time zone."""

    post: strawberry.Private[PostRead | None]
    post_readable: strawberry.Private[bool]
    id: strawberry.ID = strawberry.field(
        description=ID, metadata={READS: Column(("manager",), global_id_of("Manager"))}
    )
    code: str = strawberry.field(
        description="The bank's own code of the manager.", metadata={READS: Column(("manager",), TEXT)}
    )
    name: str = strawberry.field(description="The manager's name.", metadata={READS: Column(("name",), TEXT)})

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

    @resolved(description=f"Whom he holds, by customer and first day; null {_MASKED[4:]}.", needs="share:read")
    async def shares(
        self, info: Info, on: On = UNSET, first: First = UNSET, after: After = UNSET
    ) -> Connection[Share] | None:
        """Needs share:read on this row."""
        if not await self._reachable(info, "share:read"):
            return None
        return await shares_of(info, self.code, on=on, first=first, after=after)

    @resolved(
        description=f"What was agreed with him, newest period first, by indicator; null {_MASKED[4:]}.",
        needs="target:read",
    )
    async def targets(
        self, info: Info, period: OfPeriod = UNSET, first: First = UNSET, after: After = UNSET
    ) -> Connection[Target] | None:
        """Needs target:read on this row."""
        if not await self._reachable(info, "target:read"):
            return None
        return await targets_of(info, self.code, period=period, first=first, after=after)

    async def _reachable(self, info: Info, permission: str) -> bool:
        """Whether the permission holds on this row, else the field is masked. Batched."""
        if await info.context.loaders.reachable(permission).load(self.code) is None:
            info.context.mask(info.path)
            return False
        return True

    def _post(self, info: Info) -> PostRead | None:
        """The post; None, and the field masked, for whoever may read the manager's scorecard but not the manager."""
        if not self.post_readable:
            info.context.mask(info.path)
            return None
        return self.post


SCORED_MANAGER = Joined(
    lambda context: scored_managers_on(context.caller.today, context.caller.rows("manager:read")),
    key="m.manager",
    by="manager",
    present="manager",
)
"""How a plan reads the manager of a scorecard: as `scored_manager`."""


@values_under(BRANCH="branch:read")
@strawberry.enum(description="What managers can be ordered by.")
class ManagerOrderField(enum.Enum):
    """Keys."""

    BRANCH = strawberry.enum_value("branch", description="The code of today's branch, by code points.")
    CODE = strawberry.enum_value("code", description="Their code, by code points.")
    NAME = strawberry.enum_value("name", description="Their name, by code points.")


@strawberry.input(description="One key of an order of managers.")
class ManagerOrder:
    """Key and direction."""

    field: ManagerOrderField = strawberry.field(description="The key.")
    direction: OrderDirection = strawberry.field(default=OrderDirection.ASC, description="Its direction.")


_KEYS = {ManagerOrderField.BRANCH: BRANCH, ManagerOrderField.CODE: CODE, ManagerOrderField.NAME: NAME}


def manager(context: Context, read: ManagerRead) -> Manager:
    """The GraphQL object of a manager read."""
    return Manager(
        id=global_id(context.bank, "Manager", read.code),
        post=read.post,
        post_readable=True,
        code=read.code,
        name=read.name,
    )


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
    return replace(manager(context, read), post=None, post_readable=False)


@strawberry.type
class ManagerRoots:
    """Entries to managers."""

    @resolved(description="The managers the caller may see, by code unless told.", needs="manager:read")
    async def managers(
        self,
        info: Info,
        first: First = UNSET,
        after: After = UNSET,
        order_by: Annotated[
            list[ManagerOrder] | None, strawberry.argument(description="Order: most important key first.")
        ] = UNSET,
    ) -> Connection[Manager] | None:
        """Rows of the caller's scope; the count is of the same rows."""
        caller = info.context.caller
        require(caller, "manager:read")
        return connection(
            info,
            "managers",
            managers_on(caller.today, caller.rows("manager:read")),
            orders(order_by or None, _KEYS, [Order(CODE)], CODE),
            lambda row: manager(info.context, manager_read(row)),
            Asked(first, after),
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
