"""Who asks."""

import asyncio

import strawberry

from schema.bank import Bank, bank
from schema.branch import Branch, branch_of
from schema.context import Info
from schema.manager import Manager, manager_of
from schema.resolved import resolved
from tenants.permissions import Line


@strawberry.type(description="A permission and the rows it holds on.")
class Permission:
    """One line of a permission set."""

    name: str = strawberry.field(description='Resource and action, such as "scorecard.pay:read"; * is any.')
    scopes: list[str] = strawberry.field(
        description='"own", "team", "branch" (the subtrees one heads) or "bank"; rows of all are united.'
    )


@strawberry.type(description="The person whose token this is.")
class Me:
    """Names of people stand with managers."""

    head_codes: strawberry.Private[tuple[str, ...]]
    manager_code: strawberry.Private[str | None]
    code: str = strawberry.field(description="The person's code.")
    roles: list[str] = strawberry.field(description="Codes of the roles held, sorted.")
    permissions: list[Permission] = strawberry.field(description="What these roles permit, by resource and action.")

    @resolved(description="The bank.")
    def bank(self, info: Info) -> Bank:
        """Of the token."""
        return bank(info.context)

    @resolved(description="The manager this person is; null for who is not scored.", needs="manager:read")
    async def manager(self, info: Info) -> Manager | None:
        """Of the login."""
        return await manager_of(info.context, self.manager_code) if self.manager_code else None

    @resolved(description="The branches this person heads, each with everything below it.", needs="branch:read")
    async def head_of(self, info: Info) -> list[Branch]:
        """By code."""
        found = await asyncio.gather(*(branch_of(info.context, code) for code in self.head_codes))
        return [branch for branch in found if branch is not None]


def _permission(line: Line) -> Permission:
    return Permission(name=f"{line.resource}:{line.action}", scopes=sorted(line.scopes))


@strawberry.type
class MeRoots:
    """Entry to oneself."""

    @resolved(description="Who asks.")
    async def me(self, info: Info) -> Me:
        """Everybody may know who he is."""
        caller = info.context.caller
        return Me(
            head_codes=caller.head_of,
            manager_code=caller.manager,
            code=caller.person,
            roles=list(caller.roles),
            permissions=[_permission(line) for line in caller.permissions.lines],
        )
