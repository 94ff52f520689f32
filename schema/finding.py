"""Findings: of runs and of deliveries."""

from typing import Any

import strawberry
from strawberry import UNSET

from core.findings.store import FindingRead, finding_read
from core.paging import Listing
from schema.connection import Connection
from schema.context import Info
from schema.finding_facets import FINDINGS, FindingFiltered, FindingOrders, finding_order
from schema.language import Locale
from schema.listing import Asked, connection
from schema.planning.kinds import TEXT
from schema.planning.reads import Labelled, column
from schema.resolved import resolved
from schema.tallies import connection_type


@strawberry.type(description="A name and what it holds.")
class NamedText:
    """One entry of a mapping; GraphQL has no maps."""

    name: str = strawberry.field(description="The name.")
    value: str = strawberry.field(description="The value as exact text.")


@strawberry.type(description="Something somebody can act on. Codes and figures, no names of people.")
class Finding:
    """Of a run or a delivery."""

    read: strawberry.Private[FindingRead]
    code: str = column("code", kind=TEXT, description="Stable code for machines, such as TARGET_MISSING.")
    severity: str = column("severity", kind=TEXT, description='"error" or "warning".')
    subject: str = column(
        "subject", kind=TEXT, description="What it is about: a manager's code, a scheme's, a place in a file."
    )

    @resolved(description="The figures behind it, by name.")
    def fields(self) -> list[NamedText]:
        """As they were found."""
        return named(self.read.fields)

    @resolved(description="The sentence for people.", reads=Labelled("message", "message_zh"))
    def message(self, info: Info, locale: Locale = UNSET) -> str:
        """In the language asked for."""
        return info.context.words(self.read.message, locale)


FindingConnection = connection_type(FINDINGS, Finding)


def finding(read: FindingRead) -> Finding:
    """The GraphQL object of a finding read."""
    return Finding(read=read)


def named(mapping: Any) -> list[NamedText]:
    """A mapping's entries, by name."""
    return [NamedText(name=name, value=_text(value)) for name, value in sorted(mapping.items())]


def _text(value: Any) -> str:
    return value if isinstance(value, str) else "" if value is None else str(value)


async def findings(
    info: Info, listing: Listing, parent: Any, page: Asked, order_by: FindingOrders, filter: FindingFiltered
) -> Connection[Finding]:
    """The findings of one parent, as they were found unless told."""
    return connection(
        info,
        "findings",
        await FINDINGS.narrow(info.context, listing, filter),
        finding_order(order_by),
        lambda row: finding(finding_read(row)),
        page,
        parent=parent,
        kind=FindingConnection,
    )
