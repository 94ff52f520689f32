"""Everything a plugin may import from Meritgraph. Nothing else of core is promised to stay.

A plugin is a module with hook implementations (`@hook`), found through the entry point group
`meritgraph.plugins`; its entry point's name is its code. See `core/plugins/hooks.py` for the hooks, and
docs/plugins.md for a walk through one.
"""

from core.facts.fact_table import Column, ColumnType, FactKind, FactTable
from core.indicators.expressions import event_rows, exact, manager_rows, span_rows, stock_rows
from core.indicators.indicator import (
    Derived,
    Direction,
    Facts,
    Indicator,
    Labels,
    Parameter,
    Parameters,
    Ratio,
    Sum,
    Unit,
    calendar_days,
    one,
)
from core.indicators.value import Value
from core.periods import Period
from core.plugins.hooks import DemoBank, PolicyLine, Reading, hook
from core.plugins.parameters import read_parameters
from core.points.rule import Awarded, LineKind, PointRule, RuleParameters

__all__ = [
    "Awarded",
    "Column",
    "ColumnType",
    "DemoBank",
    "Derived",
    "Direction",
    "FactKind",
    "FactTable",
    "Facts",
    "Indicator",
    "Labels",
    "LineKind",
    "Parameter",
    "Parameters",
    "Period",
    "PointRule",
    "PolicyLine",
    "Ratio",
    "Reading",
    "RuleParameters",
    "Sum",
    "Unit",
    "Value",
    "calendar_days",
    "event_rows",
    "exact",
    "hook",
    "manager_rows",
    "one",
    "read_parameters",
    "span_rows",
    "stock_rows",
]
