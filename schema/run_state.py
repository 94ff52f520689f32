"""What a run says of itself: its scheme, state, progress, hashes and publication."""

import enum
from datetime import datetime

import strawberry

from core.periods import Period
from core.runs.store import RunRead
from schema.finding import NamedText, named
from schema.node import ID, Node
from schema.planning.kinds import BOOL, MOMENT, PERIOD, TEXT, enumerated, global_id_of
from schema.planning.reads import column
from schema.readiness import NotReady
from schema.resolved import resolved
from schema.scheme import SchemeVersion, named_version


@strawberry.enum(description="Where a run stands. Its results are readable once it is complete, and never change then.")
class RunStatus(enum.Enum):
    """States."""

    QUEUED = strawberry.enum_value("queued", description="Waits for a worker.")
    RUNNING = strawberry.enum_value("running", description="A worker is at it.")
    COMPLETE = strawberry.enum_value("complete", description="Done: results are there.")
    FAILED = strawberry.enum_value("failed", description="Ended without results; `failure` says why.")
    CANCELLED = strawberry.enum_value("cancelled", description="Called off before it ended; it has no results.")


@strawberry.type(description="How far a run is.")
class RunProgress:
    """Steps of a stage."""

    stage: str = strawberry.field(description="What is being done: queued, freeze, measure, …, complete.")
    done: int = strawberry.field(description="Steps done of this stage.")
    total: int = strawberry.field(description="Steps of this stage; 0 while nobody knows.")


@strawberry.type(description="Why a run ended without results.")
class RunFailure:
    """Code and sentence."""

    code: str = strawberry.field(description="Stable code for machines.")
    message: str = strawberry.field(description="The sentence for people.")


@strawberry.type
class RunState(Node):
    """Everything of a run but its results."""

    read: strawberry.Private[RunRead]
    id: strawberry.ID = column("run", kind=global_id_of("Run"), description=ID)
    code: str = column("run", kind=TEXT, description="The run's natural key, as the command line shows it.")
    period: Period = column("period", kind=PERIOD, description="The period it assesses.")
    kind: str = column("kind", kind=TEXT, description='What it is for: "assessment".')
    status: RunStatus = column("status", kind=enumerated(RunStatus), description="Where it stands.")
    requested_by: str = column("requested_by", kind=TEXT, description="Code of the person who started it.")
    requested_at: datetime = column("requested_at", kind=MOMENT, description="When it was asked for.")
    started_at: datetime | None = column("started_at", kind=MOMENT, description="When a worker took it; null before.")
    finished_at: datetime | None = column("finished_at", kind=MOMENT, description="When it ended; null before.")
    inputs_hash: str | None = column(
        "inputs_hash", kind=TEXT, description="SHA-256 of everything it read; null until complete."
    )
    results_hash: str | None = column(
        "results_hash", kind=TEXT, description="SHA-256 of everything it found; null until complete."
    )
    published_at: datetime | None = column(
        "published_at", kind=MOMENT, description="When it was published; null unless it was."
    )
    published_by: str | None = column(
        "published_by", kind=TEXT, description="Code of the second person, who published it."
    )
    is_in_force: bool = column(
        "in_force",
        kind=BOOL,
        description="Whether it is the newest published run of its scheme and period: the bank's word on it.",
    )

    @resolved(description="What of facts that were not ready its starter said shall not stop it; empty: nothing.")
    def despite(self) -> list[NotReady]:
        """Reasons he overruled."""
        return [NotReady(reason) for reason in self.read.despite]

    @resolved(description="The scheme version it applies.")
    def scheme(self) -> SchemeVersion:
        """Named, not opened."""
        return named_version(self.read.scheme, self.read.version, self.read.scheme_labels)

    @resolved(description="How far it is.")
    def progress(self) -> RunProgress:
        """As last reported by the worker."""
        return RunProgress(stage=self.read.stage, done=self.read.done, total=self.read.total)

    @resolved(description="Why it ended without results; null unless it failed.")
    def failure(self) -> RunFailure | None:
        """Code and sentence."""
        error = self.read.error
        if not error:
            return None
        return RunFailure(code=str(error.get("code", "")), message=str(error.get("message", "")))

    @resolved(description="Versions of the plugins that measured it; empty until complete.")
    def plugin_versions(self) -> list[NamedText]:
        """Beside the hashes, not in them."""
        return named(self.read.versions.get("plugins", {}))
