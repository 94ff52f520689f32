"""The rows behind a line, from what the run froze."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import Any

import strawberry

from core.errors import InputError
from core.numbers import round_half_away, scaled_decimal
from core.paging import Order, Page, SortKey
from core.runs.evidence import evidence
from core.runs.evidence_page import EvidenceAsked, EvidencePage, EvidenceRow
from core.runs.lines import LineRead
from schema.connection import Connection, Edge
from schema.context import Context, Info
from schema.cursors import write_cursor
from schema.listing import Asked, connected, page_of

VALUE_DIGITS = 6
MOST_LINES = 20
_LISTED = "evidence"
_ORDER = tuple(
    Order(SortKey(name, "", kind)) for name, kind in (("customer", "text"), ("ref", "text"), ("first", "day"))
)


@strawberry.type(description="One row that counted in a line, with the days and the share it counted for.")
class Evidence:
    """A row unfolded. Summing `counted` over the whole list and dividing by the sum's constant gives the value."""

    customer: str | None = strawberry.field(description="Code of the customer; null for a row of the manager's own.")
    ref: str = strawberry.field(description="What the row is about: an account, a loan, a booking.")
    first_day: date = strawberry.field(description="First day it counted for.")
    last_day: date = strawberry.field(description="Last day it counted for.")
    days: int = strawberry.field(description="How many days that are.")
    share: Decimal = strawberry.field(description="The manager's share of the customer on these days, 6 decimals.")
    numerator: Decimal = strawberry.field(description="What it adds a day, in the indicator's unit, 6 decimals.")
    denominator: Decimal = strawberry.field(description="What it adds a day below the line of a ratio, 6 decimals.")
    counted: Decimal = strawberry.field(description="numerator × days × share, 6 decimals.")


async def evidence_of(info: Info, line: LineRead, asked: Asked) -> Connection[Evidence] | None:
    """The rows of one line; None, and masked, for whoever may not read evidence of this scorecard.

    EVIDENCE_TOO_MUCH beyond MOST_LINES lines in one request: each is a reading of fact files. Lines asked for together
    are read together.
    """
    context = info.context
    page = page_of(context.bank, _LISTED, asked, _ORDER)
    if await context.loaders.evidence_cards.load((line.run, line.manager)) is None:
        context.mask(info.path)
        return None
    context.evidence_lines += 1
    if context.evidence_lines > MOST_LINES:
        raise InputError(f"Ask for the evidence of at most {MOST_LINES} lines at once.", code="EVIDENCE_TOO_MUCH")
    loader = context.loaders.other(_LISTED, partial(_read, context))
    found: EvidencePage = await loader.load(_Line(line.run, line.manager, line.indicator, page))
    edges = [
        Edge(cursor=write_cursor(context.bank, _LISTED, _ORDER, row.place), node=_evidence(row)) for row in found.rows
    ]

    async def count() -> int:
        return found.total

    return connected(edges, found.more, page, count)


@dataclass(frozen=True, slots=True)
class _Line:
    """A page of a line's rows."""

    run: str
    manager: str
    indicator: str
    page: Page

    @property
    def asked(self) -> EvidenceAsked:
        """As core knows it."""
        page = self.page
        return EvidenceAsked(self.manager, self.indicator, page.first, page.after, page.before, page.backward)


async def _read(context: Context, lines: list[_Line]) -> list[EvidencePage | Exception]:
    """One engine session a run, one after the other. This request holds no connection meanwhile."""
    works = context.works
    by_run: dict[str, list[_Line]] = defaultdict(list)
    for line in lines:
        by_run[line.run].append(line)
    found: dict[_Line, Any] = {}
    async with context.transactions.paused() as open_bank:
        for run, theirs in by_run.items():
            asked = [line.asked for line in theirs]
            pages = await evidence(open_bank, works.host, works.store, works.workshop, works.evidence_plans, run, asked)
            found |= dict(zip(theirs, pages, strict=True))
    return [found[line] for line in lines]


def _evidence(row: EvidenceRow) -> Evidence:
    return Evidence(
        customer=row.customer,
        ref=row.ref,
        first_day=row.first,
        last_day=row.until - timedelta(days=1),
        days=(row.until - row.first).days,
        share=scaled_decimal(row.share_ppm, 6),
        numerator=_shown(row.numerator),
        denominator=_shown(row.denominator),
        counted=_shown(row.counted),
    )


def _shown(value: Fraction) -> Decimal:
    return scaled_decimal(round_half_away(value, VALUE_DIGITS), VALUE_DIGITS)
