"""The schema: its roots, put together from one file per noun."""

import strawberry

from schema.approve_scheme import SchemeApproving
from schema.arrival import Arrival, ArrivalRoots
from schema.audit import AuditRoots
from schema.bank import Bank, BankRoots
from schema.branch import Branch, BranchRoots
from schema.cancel_run import RunCancelling
from schema.changed_scorecards import ChangedScorecards
from schema.customer import Customer, CustomerRoots
from schema.delivery import Delivery, DeliveryRoots
from schema.document import DocumentChanges, DocumentRoots
from schema.enable_plugin import PluginChanges
from schema.entry import EntryChanges, EntryRoots
from schema.execution import MeritSchema
from schema.feed import Feed, FeedChanges, FeedRoots
from schema.import_delivery import DeliveryChanges
from schema.indicator import Indicator, IndicatorRoots
from schema.leaderboard import Leaderboards
from schema.manager import Manager, ManagerRoots
from schema.me import MeRoots
from schema.node_roots import NodeRoots
from schema.preset import PresetRoots
from schema.publish_run import RunPublishing
from schema.readiness import ReadinessRoots
from schema.run import Run, Scorecard
from schema.run_progress import RunProgressing
from schema.run_roots import RunRoots
from schema.save_scheme import SchemeSaving
from schema.scalars import CONFIG
from schema.scheme import Scheme, SchemeVersion
from schema.scheme_roots import SchemeRoots
from schema.set_shares import ShareChanges
from schema.set_targets import TargetChanges
from schema.setting import SettingChanges, SettingRoots
from schema.share import ShareRoots
from schema.start_run import RunChanges
from schema.target import TargetRoots


@strawberry.type(description="What can be read. A root that cannot be answered is null, with an error that says why.")
class Query(
    MeRoots,
    BankRoots,
    BranchRoots,
    ManagerRoots,
    CustomerRoots,
    IndicatorRoots,
    SchemeRoots,
    PresetRoots,
    TargetRoots,
    ShareRoots,
    RunRoots,
    DeliveryRoots,
    ArrivalRoots,
    FeedRoots,
    ReadinessRoots,
    EntryRoots,
    SettingRoots,
    DocumentRoots,
    AuditRoots,
    NodeRoots,
):
    """All roots."""


@strawberry.type(description="What can be changed. Each takes one `input`; a fault changes nothing.")
class Mutation(
    RunChanges,
    RunCancelling,
    RunPublishing,
    SchemeSaving,
    SchemeApproving,
    ShareChanges,
    TargetChanges,
    PluginChanges,
    DeliveryChanges,
    FeedChanges,
    EntryChanges,
    SettingChanges,
    DocumentChanges,
):
    """All changes."""


@strawberry.type(description="What can be followed, over WebSocket at the same address (graphql-transport-ws).")
class Subscription(RunProgressing, Leaderboards, ChangedScorecards):
    """All streams."""


def make_schema(*, open_introspection: bool = False) -> MeritSchema:
    """The whole schema, for every role and every plugin. `open_introspection`: everybody may ask for what he sees."""
    return MeritSchema(
        open_introspection=open_introspection,
        query=Query,
        mutation=Mutation,
        subscription=Subscription,
        types=[
            Arrival,
            Bank,
            Branch,
            Customer,
            Delivery,
            Feed,
            Indicator,
            Manager,
            Run,
            Scheme,
            SchemeVersion,
            Scorecard,
        ],
        config=CONFIG,
    )
