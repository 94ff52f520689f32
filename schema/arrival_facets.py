"""What arrivals can be filtered, summed and grouped by."""

from typing import Annotated, Any

import strawberry

from core.arrivals.store import DRY_RUN
from core.statement import Arguments
from schema.arrival_state import ArrivalOrigin, ArrivalResult, ArrivalStatus
from schema.delivery_facets import DELIVERIES
from schema.facets import Facet, Facets, Related, Summed
from schema.feed_facets import FEEDS
from schema.operators import BOOL, DAY, INT, MOMENT, TEXT, named, scaled
from tenants.callers import Caller


def _delivery(_caller: Caller, _arguments: Arguments) -> str:
    return "EXISTS (SELECT 1 FROM bank.deliveries d WHERE d.delivery = a.delivery AND {})"


def _feed(_caller: Caller, _arguments: Arguments) -> str:
    return "EXISTS (SELECT 1 FROM bank.feeds w WHERE w.feed = a.feed AND {})"


ARRIVALS = Facets(
    name="Arrival",
    permission="arrival:read",
    module=__name__,
    fields=(
        Facet("number", "a.arrival", INT, "The bank's running number."),
        Facet("name", "a.name", TEXT, "The name it came with."),
        Facet(
            "origin", "a.origin", named(ArrivalOrigin), "Which way it came.", grouped=ArrivalOrigin, shown=ArrivalOrigin
        ),
        Facet("business_day", "a.business_day", DAY, "The day it speaks of; none where nothing said it."),
        Facet("bytes", "a.bytes", scaled(0), "Its size in bytes.", summed=Summed()),
        Facet("status", "a.status", named(ArrivalStatus), "How far it is.", grouped=ArrivalStatus, shown=ArrivalStatus),
        Facet("stage", "nullif(a.stage, '')", TEXT, "What is done with it now; none while it waits and at the end."),
        Facet("dry_run", DRY_RUN, BOOL, "Whether it is only looked at.", grouped=bool, shown=bool),
        Facet(
            "result",
            "a.outcome ->> 'status'",
            named(ArrivalResult),
            "What became of it; none until that is known.",
            grouped=ArrivalResult,
            shown=ArrivalResult,
        ),
        Facet("arrived_by", "a.arrived_by", TEXT, "Code of who handed it in.", grouped=str, shown=str),
        Facet("arrived_at", "a.arrived_at", MOMENT, "When it was taken."),
        Facet("finished_at", "a.finished_at", MOMENT, "When all was done; none until then."),
        Facet(
            "feed_code",
            "a.feed",
            TEXT,
            "Code of the feed it belongs to; none without one.",
            grouped=str,
            shown=str,
            everywhere="feed:read",
            needs="feed:read",
        ),
    ),
    related=(
        Related(
            "delivery",
            DELIVERIES,
            _delivery,
            "The delivery that came of it.",
            everywhere="delivery:read",
            needs="delivery:read",
        ),
        Related("feed", FEEDS, _feed, "The feed it belongs to.", everywhere="feed:read", needs="feed:read"),
    ),
)
ArrivalFilter = ARRIVALS.filter_type

ArrivalFiltered = Annotated[
    Any, strawberry.argument(description="Which of them; all unless told.", graphql_type=ArrivalFilter | None)
]
