"""Branches."""

import enum
from typing import Annotated

import strawberry
from strawberry import UNSET

from core.branches.store import BRANCHES, CODE, KIND, NAME, BranchRead, branch_read
from core.codes import is_code
from core.errors import NotFound
from core.paging import Order
from schema.branch_facets import BRANCHES as FACETS
from schema.branch_facets import BranchFiltered
from schema.connection import After, Before, Connection, First, Last
from schema.context import Context, Info
from schema.language import Locale
from schema.listing import Asked, connection
from schema.needs import found_under
from schema.node import ID, Node
from schema.order import OrderDirection, orders
from schema.planning.kinds import TEXT, global_id_of
from schema.planning.reads import Joined, Labelled, column
from schema.resolved import resolved
from schema.tallies import connection_type
from tenants.callers import require


def branch_beside(by: str, readable: str | None = None) -> Joined:
    """How a plan reads the branch whose code is the column `by`."""
    return Joined(lambda _context: BRANCHES, key="b.branch", by=by, present="branch", readable=readable)


@found_under("branch:read")
@strawberry.type(description="A branch (机构): a node of the bank's tree, from head office to team.")
class Branch(Node):
    """`read` is what core knows of it."""

    read: strawberry.Private[BranchRead]
    id: strawberry.ID = column("branch", kind=global_id_of("Branch"), attribute="code", description=ID)
    code: str = column("branch", kind=TEXT, attribute="code", description="The bank's own code of the branch.")
    kind: str = column("kind", kind=TEXT, description="What it is: head_office, branch, sub_branch, outlet, team, …")

    @resolved(description="Its name.", reads=Labelled("name", "name_zh"))
    def name(self, info: Info, locale: Locale = UNSET) -> str:
        """In the language asked for."""
        return info.context.words(self.read.labels, locale)

    @resolved(description="The branch it belongs to; null at the top of the tree.", reads=branch_beside("parent"))
    async def parent(self, info: Info) -> "Branch | None":
        """One level up."""
        return await branch_of(info.context, self.read.parent) if self.read.parent else None


BranchConnection = connection_type(FACETS, Branch)


@strawberry.enum(description="What branches can be ordered by.")
class BranchOrderField(enum.Enum):
    """Keys."""

    CODE = strawberry.enum_value("code", description="Their code, by code points.")
    KIND = strawberry.enum_value("kind", description="Their kind, by code points.")
    NAME = strawberry.enum_value("name", description="Their name in English, by code points.")


@strawberry.input(description="One key of an order of branches.")
class BranchOrder:
    """Key and direction."""

    field: BranchOrderField = strawberry.field(description="The key.")
    direction: OrderDirection = strawberry.field(default=OrderDirection.ASC, description="Its direction.")


_KEYS = {BranchOrderField.CODE: CODE, BranchOrderField.KIND: KIND, BranchOrderField.NAME: NAME}


def branch(context: Context, read: BranchRead) -> Branch:
    """The GraphQL object of a branch read."""
    return Branch(read=read)


async def branch_of(context: Context, code: str) -> Branch | None:
    """The branch of a code, batched; None if there is none or the caller may read no branch."""
    if not context.caller.decide("branch:read").allowed:
        return None
    found = await context.loaders.branches.load(code)
    return None if found is None else branch(context, found)


@strawberry.type
class BranchRoots:
    """Entries to branches."""

    @resolved(
        description="The bank's branches, by code unless told.", needs="branch:read", gives=BranchConnection | None
    )
    async def branches(
        self,
        info: Info,
        first: First = UNSET,
        after: After = UNSET,
        last: Last = UNSET,
        before: Before = UNSET,
        order_by: Annotated[
            list[BranchOrder] | None, strawberry.argument(description="Order: most important key first.")
        ] = UNSET,
        filter: BranchFiltered = UNSET,
    ) -> Connection[Branch] | None:
        """All of them: the tree is no secret inside the bank."""
        require(info.context.caller, "branch:read")
        order = orders(order_by or None, _KEYS, [Order(CODE)], CODE)
        return connection(
            info,
            "branches",
            await FACETS.narrow(info.context, BRANCHES, filter),
            order,
            lambda row: branch(info.context, branch_read(row)),
            Asked(first, after, last, before),
            kind=BranchConnection,
        )

    @resolved(
        name="branch", description="The branch of this code; null with NOT_FOUND if there is none.", needs="branch:read"
    )
    async def one_branch(
        self, info: Info, code: Annotated[str, strawberry.argument(description="The bank's code of it.")]
    ) -> Branch | None:
        """By natural code."""
        require(info.context.caller, "branch:read")
        found = await branch_of(info.context, code) if is_code(code) else None
        if found is None:
            raise NotFound("There is no such branch.")
        return found
