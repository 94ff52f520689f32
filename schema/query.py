"""The schema: its roots, put together from one file per noun."""

import strawberry

from schema.bank import Bank, BankRoots
from schema.branch import Branch, BranchRoots
from schema.delivery import Delivery, DeliveryRoots
from schema.execution import Checked, MeritSchema
from schema.indicator import Indicator, IndicatorRoots
from schema.manager import Manager, ManagerRoots
from schema.me import MeRoots
from schema.node_roots import NodeRoots
from schema.run import Run, Scorecard
from schema.run_roots import RunRoots
from schema.scalars import CONFIG
from schema.start_run import RunChanges


@strawberry.type(description="What can be read. A root that cannot be answered is null, with an error that says why.")
class Query(MeRoots, BankRoots, BranchRoots, ManagerRoots, IndicatorRoots, RunRoots, DeliveryRoots, NodeRoots):
    """All roots."""


@strawberry.type(description="What can be changed. Each takes one `input`; a fault changes nothing.")
class Mutation(RunChanges):
    """All changes."""


def make_schema() -> MeritSchema:
    """The whole schema, for every role and every plugin."""
    return MeritSchema(
        query=Query,
        mutation=Mutation,
        types=[Bank, Branch, Delivery, Indicator, Manager, Run, Scorecard],
        config=CONFIG,
        extensions=[Checked],
    )
