"""What runs can be filtered and grouped by."""

from typing import Annotated, Any

import strawberry

from core.periods import Period
from core.runs.store import IN_FORCE
from schema.facets import Facet, Facets
from schema.operators import BOOL, INT, MOMENT, PERIOD, TEXT, named
from schema.run_state import RunStatus

RUNS = Facets(
    name="Run",
    permission="run:read",
    module=__name__,
    fields=(
        Facet("code", "r.run", TEXT, "The run's natural key."),
        Facet("period", "r.period", PERIOD, "The period it assesses.", grouped=Period.parse, shown=Period),
        Facet("kind", "r.kind", TEXT, "What it is for.", grouped=str, shown=str),
        Facet("status", "r.status", named(RunStatus), "Where it stands.", grouped=RunStatus, shown=RunStatus),
        Facet("scheme_code", "r.scheme", TEXT, "Code of the scheme.", grouped=str, shown=str),
        Facet("scheme_version", "r.version", INT, "The scheme's version.", grouped=int, shown=int),
        Facet("requested_by", "r.requested_by", TEXT, "Code of the person who started it.", grouped=str, shown=str),
        Facet("requested_at", "r.requested_at", MOMENT, "When it was asked for."),
        Facet("started_at", "r.started_at", MOMENT, "When a worker took it."),
        Facet("finished_at", "r.finished_at", MOMENT, "When it ended."),
        Facet("inputs_hash", "r.inputs_hash", TEXT, "SHA-256 of everything it read."),
        Facet("results_hash", "r.results_hash", TEXT, "SHA-256 of everything it found."),
        Facet("published_at", "p.published_at", MOMENT, "When it was published."),
        Facet("published_by", "p.published_by", TEXT, "Code of the person who published it.", grouped=str, shown=str),
        Facet("is_in_force", f"({IN_FORCE})", BOOL, "Whether it is the newest published of its scheme and period."),
    ),
)
RunFilter = RUNS.filter_type

RunFiltered = Annotated[
    Any, strawberry.argument(description="Which of them; all unless told.", graphql_type=RunFilter | None)
]
