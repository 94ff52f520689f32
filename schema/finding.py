"""Findings: of runs and of deliveries."""

from typing import Any

import strawberry
from strawberry import UNSET

from core.findings.store import NUMBER, FindingRead, finding_read
from core.indicators.indicator import Labels
from core.paging import Listing, Order
from schema.connection import Connection
from schema.context import Info
from schema.language import Locale
from schema.listing import Asked, connection
from schema.resolved import resolved


@strawberry.type(description="A name and what it holds.")
class NamedText:
    """One entry of a mapping; GraphQL has no maps."""

    name: str = strawberry.field(description="The name.")
    value: str = strawberry.field(description="The value as exact text.")


@strawberry.type(description="Something somebody can act on. Codes and figures, no names of people.")
class Finding:
    """Of a run or a delivery."""

    text: strawberry.Private[Labels]
    code: str = strawberry.field(description="Stable code for machines, such as TARGET_MISSING.")
    severity: str = strawberry.field(description='"error" or "warning".')
    subject: str = strawberry.field(description="What it is about: a manager's code, a scheme's, a place in a file.")
    fields: list[NamedText] = strawberry.field(description="The figures behind it, by name.")

    @resolved(description="The sentence for people.")
    def message(self, info: Info, locale: Locale = UNSET) -> str:
        """In the language asked for."""
        return info.context.words(self.text, locale)


def finding(read: FindingRead) -> Finding:
    """The GraphQL object of a finding read."""
    return Finding(
        text=read.message,
        code=read.code,
        severity=read.severity,
        subject=read.subject,
        fields=named(read.fields),
    )


def named(mapping: Any) -> list[NamedText]:
    """A mapping's entries, by name."""
    return [NamedText(name=name, value=_text(value)) for name, value in sorted(mapping.items())]


def _text(value: Any) -> str:
    return value if isinstance(value, str) else "" if value is None else str(value)


async def findings(
    info: Info, listing: Listing, parent: Any, *, first: int | None, after: str | None
) -> Connection[Finding]:
    """The findings of one parent, in the order they were found."""
    order = (Order(NUMBER),)
    return connection(
        info,
        "findings",
        listing,
        order,
        lambda row: finding(finding_read(row)),
        Asked(first, after),
        parent=parent,
    )
