"""How much of the database a plan asks: for many rows as many statements as for one, whichever list it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest
from graphql.execution.values import get_variable_values

from core.customers.store import add_customers
from core.session import BankSession
from schema.checking import operation_of, parsed
from tests.approved import add_approved
from tests.schema.planning.both_ways import Asked, BothWays
from tests.schema.results import CARDS, finish

if TYPE_CHECKING:
    from tests.schema.conftest import BuildTown, Town

NOON = datetime(2026, 10, 5, 12, 0, tzinfo=UTC)
CARD = """rank points pay { amount } branch { name parent { name } } manager { name branch { name parent { name } } }
  run { code } lines { value indicator { code label } notApplicableBecause }"""
PAGE = "totalCount pageInfo { endCursor hasNextPage }"
FINDINGS = f"findings(first: 2) {{ {PAGE} nodes {{ code message }} }}"
LISTS = {
    "arrivals": "number delivery { number } feed { code }",
    "auditTrail": "number action",
    "branches": "code name parent { code parent { code } }",
    "customers": f"code name shares(first: 1) {{ {PAGE} nodes {{ share manager }} }}",
    "deliveries": f"number supersedes {{ number }} affectedRuns {{ code }} {FINDINGS}",
    "documents": "name",
    "entries": "number rows { cells { name } }",
    "feeds": "code label",
    "indicators": "code label",
    "managers": f"name branch {{ parent {{ code }} }} shares(first: 1) {{ {PAGE} nodes {{ share }} }}"
    f" targets(first: 1) {{ {PAGE} edges {{ cursor node {{ target }} }} }}",
    "presets": "code label",
    "runs": f"code scheme {{ label }} values {{ bank }} affectedBy {{ number }} {FINDINGS}"
    f" scorecards(first: 2) {{ {PAGE} edges {{ cursor node {{ {CARD} }} }} nodes {{ {CARD} }} }}",
    "schemes": f"label approved {{ version }} versions(first: 1) {{ {PAGE} nodes {{ madeBy body }} }}",
    "scorecards": CARD,
    "shares": "customer share",
    "targets": "target indicator { code }",
}


@pytest.fixture(scope="session")
async def even(build_town: BuildTown) -> Town:
    """A bank whose first row of every list has all that the others have."""
    town = await build_town("EVEN")
    for _ in range(3):
        await finish(town, "2026-H1", CARDS)
    async with town.open() as session:
        for scheme in "abc":
            await add_approved(session, scheme)
        await add_customers(session, [("c1", "One"), ("c2", "Two")])
        await session.execute(
            """INSERT INTO bank.shares (customer, manager, valid_from, valid_until, share_ppm)
               SELECT 'c1', manager, '2020-01-01', '9999-12-31', 100000 FROM bank.managers"""
        )
        await session.execute(
            """INSERT INTO bank.targets (manager, indicator, period, target, prorate)
               SELECT manager, 'deposits.daily_average', '2026-Q3', 5, true FROM bank.managers"""
        )
        await _paper(session)
    return town


async def _paper(session: BankSession) -> None:
    for number in range(900_002, 900_005):
        await session.execute(
            """INSERT INTO bank.deliveries (delivery, fact, shape, business_day, source, content, status, rows,
                                            findings, supersedes, delivered_by, delivered_at, mapping)
               VALUES ($1, 'fees', 'events', $2, 'f.csv', $5, 'refused', 3, 1, $3, 'system', $4, '{}')""",
            number,
            date(2026, 9, 30),
            number - 1,
            NOON,
            f"sha{number}",
        )
        await session.execute(
            """INSERT INTO bank.findings (delivery, code, severity, subject, message, message_zh, fields)
               VALUES ($1, 'NUMBER_INVALID', 'error', 'row 2', 'm', '不是数字', '{}')""",
            number,
        )
        feed = f"f{number}"
        await session.execute(
            """INSERT INTO bank.feeds (feed, label, label_zh, fact, shape, mapping, file_pattern, every, due_days,
                                       since)
               VALUES ($1, 'F', '', 'fees', 'events', '{}', '', 'never', 0, $2)""",
            feed,
            date(2026, 1, 1),
        )
        await session.execute(
            """INSERT INTO bank.arrivals (name, origin, feed, bytes, status, stage, terms, delivery, arrived_by,
                                          arrived_at)
               VALUES ('a', 'inbox', $1, 1, 'waiting', '', '{}', $2, 'inbox', $3)""",
            feed,
            number,
            NOON,
        )
        async with session.acting_as("data_steward") as steward:
            await steward.execute(
                """INSERT INTO bank.entries (fact, business_day, rows, reason, status, made_by, made_at, decision)
                   VALUES ('fees', $1, '[{"fee": "f9"}]', 'r', 'waiting', 'data_steward', $2, '')""",
                date(2026, 1, 1),
                NOON,
            )


@dataclass
class Counting:
    """Counts what a plan asks of the database; the loaders it uses ask the same session."""

    both_ways: BothWays
    asked: list[str] = field(default_factory=list)

    async def statements(self, town: Town, query: str) -> int:
        """Of an answer that is the plan's."""
        asked = Asked(town, "auditor", query)
        await self.both_ways.answer(asked)
        async with self.both_ways.context(asked) as context:
            visible, operation = self.both_ways.schema.visible(context), operation_of(parsed(query), None)
            variables = get_variable_values(visible.schema, (), {})
            assert not isinstance(variables, list)
            async with context.transactions.read() as session:
                session.driver.add_query_logger(self._note)
            self.asked.clear()
            try:
                assert await self.both_ways.schema._planned(visible, query, operation, variables, context) is not None
            finally:
                async with context.transactions.read() as session:
                    session.driver.remove_query_logger(self._note)
        return len(self.asked)

    def _note(self, record: Any) -> None:
        # On a connection's first use the driver asks what a type is, with the JIT off meanwhile.
        if "typeinfo" not in record.query and "'jit'" not in record.query:
            self.asked.append(record.query)


@pytest.fixture
def counting(both_ways: BothWays) -> Counting:
    """Counts statements."""
    return Counting(both_ways)


def test_every_list_of_the_schema_is_counted_here(both_ways: BothWays) -> None:
    fields = both_ways.schema._schema.query_type.fields  # type: ignore[union-attr]
    lists = {name for name, one in fields.items() if "Connection" in str(one.type) or str(one.type).startswith("[")}
    assert lists == LISTS.keys() | {"nodes"}


@pytest.mark.parametrize("listed", LISTS)
async def test_many_rows_take_as_many_statements_as_one(counting: Counting, even: Town, listed: str) -> None:
    counted = []
    for first in (1, 500):
        run = 'runId: "run-complete", ' if listed == "scorecards" else ""
        page = f"{PAGE} edges {{ cursor node {{ {LISTS[listed]} }} }} nodes {{ {LISTS[listed]} }}"
        counted.append(await counting.statements(even, f"{{ {listed}({run}first: {first}) {{ {page} }} }}"))
    assert counted[0] == counted[1]
    assert (counted[0] > 0) is (listed not in ("indicators", "presets"))


async def test_nodes_take_a_statement_a_type(counting: Counting, even: Town) -> None:
    ids = [even.id("Manager", f"m{n}") for n in range(1, 7)]
    query = "{ nodes(ids: [IDS]) { id ... on Manager { name branch { name } } } }"
    counted = [
        await counting.statements(even, query.replace("IDS", " ".join(f'"{one}"' for one in some)))
        for some in (ids[:1], ids)
    ]
    assert counted[0] == counted[1] > 0


@pytest.mark.parametrize(
    ("fields", "statements"),
    [
        ("nodes { rank }", 1),
        ("edges { cursor node { rank } } nodes { points } pageInfo { endCursor }", 1),
        ("nodes { rank manager { name branch { name parent { name } } } branch { name } }", 1),
        ("totalCount", 1),
        ("nodes { rank } totalCount", 2),
        ("__typename", 0),
    ],
)
async def test_a_leaderboard_is_one_statement_and_one_for_its_count(
    counting: Counting, even: Town, fields: str, statements: int
) -> None:
    query = f'{{ scorecards(runId: "run-complete") {{ {fields} }} }}'
    assert await counting.statements(even, query) == statements
