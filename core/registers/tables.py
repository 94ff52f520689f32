"""The files of registers: branches, customers, managers, shares, targets, as a bank's systems list them."""

from collections.abc import Iterable, Mapping

from core.facts.fact_table import Column, ColumnType, FactKind, FactTable
from core.indicators.indicator import Labels

CODE, DAY, TEXT = ColumnType.CODE, ColumnType.DAY, ColumnType.CODE

BRANCHES = FactTable(
    name="branches",
    kind=FactKind.REGISTER,
    labels=Labels("Branches", "机构"),
    key=("branch",),
    columns=(
        Column("branch", CODE, Labels("Branch code", "机构号")),
        Column("parent", CODE, Labels("Branch above", "上级机构"), required=False),
        Column("kind", CODE, Labels("Kind", "机构类别"), required=False),
        Column("name", TEXT, Labels("Name", "名称（英文）")),
        Column("name_zh", TEXT, Labels("Chinese name", "名称（中文）"), required=False),
    ),
)

CUSTOMER_NAMES = FactTable(
    name="customer_names",
    kind=FactKind.REGISTER,
    labels=Labels("Customers' codes and names", "客户名册"),
    key=("customer",),
    columns=(
        Column("customer", CODE, Labels("Customer code", "客户号")),
        Column("name", TEXT, Labels("Name", "名称")),
    ),
)

MANAGERS = FactTable(
    name="managers",
    kind=FactKind.REGISTER,
    labels=Labels("Managers and their posts", "客户经理及岗位"),
    key=("manager", "valid_from"),
    columns=(
        Column("manager", CODE, Labels("Manager code", "客户经理号")),
        Column("name", TEXT, Labels("Name", "姓名")),
        Column("branch", CODE, Labels("Branch code", "机构号"), refers="branches"),
        Column("position", CODE, Labels("Position", "岗位"), required=False),
        Column("level", CODE, Labels("Level", "级别"), required=False),
        Column("valid_from", DAY, Labels("First day", "起始日")),
        Column("valid_until", DAY, Labels("Day after the last", "终止日（不含）"), required=False),
    ),
)

SHARES = FactTable(
    name="shares",
    kind=FactKind.REGISTER,
    labels=Labels("Shares", "业绩关联度系数"),
    key=("customer", "manager", "valid_from"),
    columns=(
        Column("customer", CODE, Labels("Customer code", "客户号"), refers="customers"),
        Column("manager", CODE, Labels("Manager code", "客户经理号"), refers="managers"),
        Column("share", ColumnType.DECIMAL6, Labels("Share, above 0 and at most 1", "关联度（大于 0，不超过 1）")),
        Column("valid_from", DAY, Labels("First day", "起始日")),
        Column("valid_until", DAY, Labels("Day after the last", "终止日（不含）"), required=False),
    ),
)


def targets(indicators: Iterable[str]) -> FactTable:
    """The file of targets of a bank that can measure these indicators; no others may be named."""
    return FactTable(
        name="targets",
        kind=FactKind.REGISTER,
        labels=Labels("Targets", "目标"),
        key=("manager", "indicator", "period"),
        columns=(
            Column("manager", CODE, Labels("Manager code", "客户经理号"), refers="managers"),
            Column("indicator", CODE, Labels("Indicator", "指标"), codes=tuple(sorted(indicators))),
            Column("period", CODE, Labels("Period, such as 2026-Q3", "考核期，如 2026-Q3")),
            Column("target", ColumnType.DECIMAL6, Labels("Target, in the indicator's unit", "目标值（指标单位）")),
            Column("prorate", ColumnType.FLAG, Labels("Cut to days held", "按在岗天数折算"), required=False),
        ),
    )


def register_tables(indicators: Iterable[str]) -> Mapping[str, FactTable]:
    """The files of all registers by name, for a bank that can measure these indicators."""
    return {table.name: table for table in (BRANCHES, CUSTOMER_NAMES, MANAGERS, SHARES, targets(indicators))}
