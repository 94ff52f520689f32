"""What the pages show works as it stands there."""

import re
import tomllib
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import ibis
import pyarrow as pa
import pytest
import yaml

from core.facts.catalogue import STANDARD
from core.facts.fact_table import FactTable
from core.facts.findings import RULES
from core.facts.mapping import parse_mapping
from core.facts.plan import make_plan
from core.people.roles import ROLES
from core.periods import Period
from core.plugins.host import Host
from core.points.catalogue import BUILT_IN
from core.points.tiered import TieredParameters
from core.registers.catalogue import needed_to_deliver
from core.registers.tables import register_tables
from core.schemes.presets import presets
from core.schemes.scheme import read_scheme
from core.schemes.table2 import LINES
from core.session import Bank
from schema.checking import MOST_TOKENS
from schema.limit_table import Limits, LimitTable
from schema.limits import MOST_ALIKE, MOST_INPUT_DEPTH
from schema.requests import MOST_BYTES
from service.settings import Settings

HOUSE = Path(__file__).resolve().parents[1]
PAGES = [HOUSE / "README.md", *sorted((HOUSE / "docs").glob("*.md"))]


def blocks(page: str, language: str) -> list[str]:
    """The fenced examples of a page in that language, in order."""
    text = (HOUSE / page).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


@pytest.fixture
def visits() -> ModuleType:
    """The plugin that docs/plugins.md shows."""
    module = ModuleType("visits")
    exec(compile(blocks("docs/plugins.md", "python")[0], "docs/plugins.md", "exec"), module.__dict__)
    return module


def test_the_plugin_of_the_page_can_be_enabled(visits: ModuleType) -> None:
    catalogue = Host({"visits": (visits, "1")}).catalogue(["visits"])
    assert list(catalogue.indicators) == ["visits.made"]
    assert catalogue.fact_tables["visits"].names == ("visit", "customer", "day")


def test_the_plugin_of_the_page_counts_visits(visits: ModuleType) -> None:
    class Delivered:
        def table(self, name: str, period: Period) -> Any:
            day = date(2026, 7, 3)
            visits = pa.table({"visit": ["v1", "v2"], "customer": ["c1", "c1"], "day": [day, day]})
            return {"visits": ibis.memtable(visits)}[name]

    rows = visits.made_rows(Delivered(), Period.parse("2026-Q3"), {})
    counted = ibis.duckdb.connect().to_pyarrow(rows.order_by("ref")).to_pylist()
    assert [(row["customer"], row["ref"], int(row["numerator"])) for row in counted] == [
        ("c1", "v1", 1),
        ("c1", "v2", 1),
    ]
    assert {(row["first"], row["until"]) for row in counted} == {(date(2026, 7, 3), date(2026, 7, 4))}


def test_the_schemes_of_the_page_can_be_run() -> None:
    host = Host.installed()
    catalogue = host.catalogue(host.plugins)
    whole, steps, grades = (yaml.safe_load(text) for text in blocks("docs/schemes.md", "yaml"))
    assert [tier.bound for tier in TieredParameters.model_validate(steps).tiers] == [99, 97]
    scheme = read_scheme(whole | grades, catalogue.indicators, catalogue.point_rules, 2)
    assert next(line.indicator for _, line in scheme.lines) == "deposits.daily_average"
    assert [(band.grade, band.multiple_e2) for band in scheme.bands] == [("A", 250), ("B", 150), ("C", 100)]
    assert scheme.pool_minor == 500_000_00


def table_of(page: str, header: str) -> list[list[str]]:
    """The cells of the table whose header row starts with that text."""
    text = (HOUSE / page).read_text(encoding="utf-8")
    lines = text[text.index(f"| {header} |") :].split("\n\n")[0].splitlines()[2:]
    return [[cell.strip().strip("`") for cell in line.strip("|").split(" | ")] for line in lines]


def test_the_page_lists_every_point_rule() -> None:
    listed = [(code, formula, section.strip("`")) for code, formula, section, _ in table_of("docs/schemes.md", "rule")]
    assert listed == [(rule.code, rule.formula, rule.kind.value) for rule in BUILT_IN.values()]


def test_the_page_lists_every_role_of_table_two() -> None:
    listed = [(role, part, weight) for role, part, weight in table_of("docs/schemes.md", "role")]
    assert listed == [(role, part, f"{low}–{high}") for role, (part, low, high) in LINES.items()]


def test_the_page_lists_every_preset() -> None:
    listed = [(code, zh) for code, zh, _ in table_of("docs/schemes.md", "preset")]
    assert listed == [(preset.code, preset.labels.zh) for preset in presets()]


def test_the_mappings_of_the_page_can_be_used() -> None:
    bank = Bank(1, "b", "Bank", "银行", "CNY", 2, "Asia/Shanghai")
    tables = {table.name: table for table in STANDARD} | dict(register_tables([]))
    plans = [
        make_plan(tables, parse_mapping(text), bank, date(2026, 7, 3)) for text in blocks("docs/deliveries.md", "yaml")
    ]
    assert [(plan.table.name, plan.shape) for plan in plans] == [
        ("balances", "transactions"),
        ("fees", "event"),
        ("shares", "register"),
    ]
    assert plans[1].source_columns == ["流水号", "客户号", "入账日期", "业务种类", "金额", "币种", "状态"]


@pytest.mark.parametrize("fact", STANDARD, ids=lambda fact: fact.name)
def test_the_page_lists_the_columns_of_a_fact_table(fact: FactTable) -> None:
    [(key, columns)] = [row[2:] for row in table_of("docs/deliveries.md", "fact") if row[0] == fact.name]
    assert key == ", ".join(fact.key)
    listed = re.sub(r" \([^)]*\)", "", columns).split(", ")
    assert listed == [column.name if column.required else f"*{column.name}*" for column in fact.columns]


def test_the_page_lists_every_rule_a_file_can_break() -> None:
    assert [rule for rule, _ in table_of("docs/deliveries.md", "rule")] == sorted(RULES)


def test_the_page_lists_every_setting() -> None:
    listed = [row[0].removeprefix("MERITGRAPH_").lower() for row in table_of("docs/operations.md", "variable")]
    assert sorted(listed) == sorted(Settings.model_fields)


def test_the_page_tells_the_limits_that_hold() -> None:
    told = {row[0]: row[1] for row in table_of("docs/graphql.md", "limit")}
    held = Limits()
    assert list(told.values()) == [
        f"{MOST_BYTES >> 20} MiB",
        f"{MOST_TOKENS:,}",
        f"{held.depth}",
        f"{held.fields:,}, {held.aliases}, {held.directives}",
        f"{MOST_ALIKE} times",
        f"{MOST_INPUT_DEPTH}",
        f"{held.cost:,} points",
        f"{held.requests_a_minute:,}, {held.bank_requests_a_minute:,}",
        f"{held.cost_a_minute // 10**6} million, {held.bank_cost_a_minute // 10**6} million points",
        f"{held.deadline_seconds} s",
    ]


def test_the_limits_of_the_operations_page_can_be_set() -> None:
    [text] = blocks("docs/operations.md", "toml")
    read = tomllib.loads(text)
    settings = Settings(free_text=read["free_text"], limits=LimitTable.model_validate(read["limits"]))
    auditor, manager = (settings.limit_table.of("north", (role,)) for role in ("auditor", "manager"))
    assert (auditor.cost, auditor.deadline_seconds, auditor.free_text) == (1_000_000, 300, False)
    assert (manager.cost, manager.deadline_seconds, manager.bank_requests_a_minute) == (100_000, 20, 60_000)
    assert settings.limit_table.of("north", ("administrator",)).free_text


def test_the_page_lists_every_role() -> None:
    assert [row[0] for row in table_of("docs/security.md", "role")] == sorted(ROLES)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_links_of_a_page_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8"))
    broken = [target for target in targets if "://" not in target and not (page.parent / target).exists()]
    assert broken == []


def test_the_page_lists_the_columns_and_permission_of_every_list_of_a_bank() -> None:
    tables = register_tables([])
    told = {row[0]: (row[1].replace("*", ""), row[2]) for row in table_of("docs/deliveries.md", "list")}
    assert told == {name: (", ".join(table.names), needed_to_deliver(name)) for name, table in tables.items()}
