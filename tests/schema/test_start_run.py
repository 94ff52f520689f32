"""The conversation about a run from its start to the rows behind a value, on real deliveries."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import httpx
import pytest

from core.customers.store import add_customers
from core.facts.deliveries import deliver
from core.facts.mapping import DeliveryMapping
from core.indicators.engine import Engine
from core.indicators.workshop import Workshop
from core.managers.staff import NewManager, add_managers
from core.periods import Period
from core.plugins.store import catalogue
from core.runs.perform import perform
from core.schemes.store import approve_scheme, save_scheme, submit_scheme
from core.session import BankSession
from core.shares.store import NewShare, add_shares
from core.targets.store import NewTarget, set_targets
from service.app import create_app
from tests.schema.changing import change, made, refused

if TYPE_CHECKING:
    from tests.schema.conftest import BuildTown, House, Town

QUARTER = Period.parse("2026-Q2")
SCHEME = {
    "code": "sheet",
    "labels": {"en": "Sheet", "zh": "考核表"},
    "base_total": "100",
    "sections": [
        {
            "code": "main",
            "labels": {"en": "Main", "zh": "主要"},
            "lines": [{"indicator": "deposits.daily_average", "base": "100", "rule": "points_proportional"}],
        }
    ],
    "pay": {"pool": "100.00"},
}
FILES = {
    "accounts": "account,customer,kind,category\na1,c1,deposit,savings\na2,c2,deposit,savings\n",
    "balances": "account,day,balance\na1,2026-04-01,1000.00\na2,2026-06-01,910.00\n",
}
START = change("startRun", "run { id code status period scheme { version } }")
CARD = """query($run: ID!, $manager: String!, $first: Int, $after: String) {
  scorecard(runId: $run, managerCode: $manager) { points pay { amount currency } run { status resultsHash }
    lines { value points evidence(first: $first, after: $after) { totalCount pageInfo { hasNextPage endCursor }
      nodes { customer ref firstDay lastDay days share numerator counted } } } } }"""


class Held:
    """A lease nobody takes away."""

    async def hold(self, session: BankSession) -> None:
        assert await session.row("SELECT 1") is not None


@dataclass(frozen=True)
class Ready:
    """A bank in which a run can be started."""

    town: Town
    house: House

    async def start(self, person: str = "assessor", **fields: Any) -> dict[str, Any]:
        return await self.town.asks(person)(START, input={"scheme": "sheet", "period": "2026-Q2"} | fields)

    async def perform(self, run: str) -> None:
        opener = self.house.door.opener(self.town.bank, "system")
        await perform(opener, self.house.host, self.house.store, self.house.workshop, run, lease=Held())

    async def counted(self) -> tuple[int, int, int]:
        """Runs, jobs and audit records of the bank."""
        async with self.town.open() as session:
            row = await session.row(
                """SELECT (SELECT count(*) FROM bank.runs), (SELECT count(*) FROM bank.audit),
                          (SELECT count(*) FROM platform.jobs j WHERE j.bank_id = $1)""",
                session.bank.id,
            )
        return row[0], row[1], row[2]


@pytest.fixture
async def ready(build_town: BuildTown, house: House, tmp_path: Path) -> Ready:
    town = await build_town("RUNS")
    async with town.open("designer") as session:
        await add_customers(session, [("c1", "One"), ("c2", "Two")])
        await add_managers(session, [NewManager("left", "Left", "B1", "manager", "", date(2026, 1, 1))])
        january = date(2026, 1, 1)
        await add_shares(session, [NewShare("c1", "m1", 1_000_000, january), NewShare("c2", "m1", 600_000, january)])
        await set_targets(
            session, QUARTER, [NewTarget(m, "deposits.daily_average", Decimal(500)) for m in ("m1", "m2")]
        )
        offered = await catalogue(session, house.host)
        version = await save_scheme(session, SCHEME, offered.indicators, offered.point_rules)
        await save_scheme(session, SCHEME | {"code": "draft"}, offered.indicators, offered.point_rules)
        await submit_scheme(session, "sheet", version)
    async with town.open("approver") as session:
        await approve_scheme(session, "sheet", version)
    for fact, text in FILES.items():
        source = tmp_path / f"{fact}.csv"
        source.write_text(text)
        columns = {name: name for name in text.partition("\n")[0].split(",")}
        mapping: dict[str, Any] = {"fact": fact, "dates": "%Y-%m-%d", "currency": "CNY", "columns": columns}
        if fact == "balances":
            mapping["shape"] = "transactions"
        report = await deliver(
            house.door.opener(town.bank, "data_steward"),
            house.store,
            offered.fact_tables,
            source,
            DeliveryMapping.model_validate(mapping),
            date(2026, 6, 30),
            today=date(2026, 7, 1),
        )
        assert (report.status, report.findings) == ("accepted", ())
    return Ready(town, house)


async def test_a_run_goes_from_its_start_to_the_rows_behind_a_value(ready: Ready) -> None:
    runs, audit, jobs = await ready.counted()
    answer = await ready.start()
    run = made(answer)["run"]
    assert run | {"id": "", "code": ""} == {
        "id": "",
        "code": "",
        "status": "QUEUED",
        "period": "2026-Q2",
        "scheme": {"version": 1},
    }
    assert await ready.counted() == (runs + 1, audit + 1, jobs + 1)
    await ready.perform(run["code"])

    # 91 days. c1: 1,000 on all; c2: 910 on the 30 days of June, 60 % of it: 1000 + 0.6 × 910 × 30 ÷ 91 = 1180.
    asker = ready.town.asks("manager")
    card = (await asker(CARD, run=run["id"], manager="m1"))["data"]["scorecard"]
    assert (card["run"]["status"], card["lines"][0]["value"]) == ("COMPLETE", "1180.000000")
    assert card["points"] == "200.0000"  # 100 × 1180 ÷ 500, at most twice the base
    assert card["pay"] == {"amount": "100.00", "currency": "CNY"}
    evidence = card["lines"][0]["evidence"]
    assert evidence["totalCount"] == len(evidence["nodes"])
    counted = sum(Decimal(node["counted"]) for node in evidence["nodes"])
    assert counted / QUARTER.days == Decimal(1180)
    assert {(node["customer"], node["ref"], node["share"]) for node in evidence["nodes"]} == {
        ("c1", "a1", "1.000000"),
        ("c2", "a2", "0.600000"),
    }

    collected: list[dict[str, Any]] = []
    after = None
    more = True
    while more:
        page = await asker(CARD, run=run["id"], manager="m1", first=1, after=after)
        part = page["data"]["scorecard"]["lines"][0]["evidence"]
        collected += part["nodes"]
        more, after = part["pageInfo"]["hasNextPage"], part["pageInfo"]["endCursor"]
    assert collected == evidence["nodes"]


async def test_evidence_is_masked_where_it_may_not_be_read(ready: Ready) -> None:
    run = made(await ready.start())["run"]
    await ready.perform(run["code"])
    query = """query($run: ID!) { scorecards(runId: $run) { nodes { manager { code }
      lines { value evidence(first: 1) { nodes { customer ref counted } } } } } }"""
    answer = await ready.town.asks("scored_designer")(query, run=run["id"])
    nodes = answer["data"]["scorecards"]["nodes"]
    shown = [node["manager"]["code"] for node in nodes if node["lines"][0]["evidence"] is not None]
    assert shown == ["m2"]
    assert len(answer["extensions"]["masked"]) == len(nodes) - 1
    assert "c1" not in str(answer)
    assert "errors" not in answer


class Counting(Workshop):
    """A workshop that knows how many engine sessions were opened."""

    opened: ClassVar[list[Path]] = []

    @asynccontextmanager
    async def engine(self, folder: Path) -> AsyncIterator[Engine]:
        self.opened.append(folder)
        async with super().engine(folder) as engine:
            yield engine


async def test_the_evidence_of_many_lines_is_read_in_one_engine_session_a_run(ready: Ready) -> None:
    runs = [made(await ready.start())["run"] for _ in range(2)]
    for run in runs:
        await ready.perform(run["code"])
    transport = httpx.ASGITransport(create_app(replace(ready.house, workshop=Counting("512MB", 1, 1))))
    async with httpx.AsyncClient(transport=transport, base_url="http://meritgraph") as client:
        asker = replace(ready.town, client=client).asks("auditor")

        async def sessions(query: str) -> tuple[int, int]:
            """Lines with evidence in the answer, and engine sessions it took."""
            Counting.opened.clear()
            answer = await asker(query, run=runs[0]["id"])
            assert "errors" not in answer
            return str(answer).count("totalCount"), len(Counting.opened)

        lines = "lines { evidence(first: 1) { totalCount nodes { ref } } }"
        one = f'query($run: ID!) {{ scorecard(runId: $run, managerCode: "m1") {{ {lines} }} }}'
        cards = f"{{ nodes {{ {lines} }} }}"
        assert await sessions(one) == (1, 1)
        assert await sessions(f"query($run: ID!) {{ scorecards(runId: $run) {cards} }}") == (7, 1)
        both = f"query {{ runs(first: 2) {{ nodes {{ scorecards {cards} }} }} }}"
        assert await sessions(both) == (14, 2)


@pytest.mark.parametrize(
    ("fields", "extensions"),
    [
        ({"period": "9998-Q1"}, {"code": "BAD_USER_INPUT", "reason": "PERIOD_IN_FUTURE"}),
        ({"scheme": "nothing"}, {"code": "NOT_FOUND"}),
        ({"scheme": "draft"}, {"code": "NOT_FOUND"}),
        ({"scheme": "s\0"}, {"code": "NOT_FOUND"}),
        ({"version": 2}, {"code": "NOT_FOUND"}),
        ({"version": 0}, {"code": "NOT_FOUND"}),
        ({"version": -1}, {"code": "NOT_FOUND"}),
    ],
)
async def test_a_run_that_cannot_be_is_refused_and_nothing_is_written(
    ready: Ready, fields: dict[str, Any], extensions: dict[str, str]
) -> None:
    before = await ready.counted()
    answer = await ready.start(**fields)
    assert refused(answer) == {"__typename": "Refused"} | extensions
    assert await ready.counted() == before


async def test_a_version_can_be_named(ready: Ready) -> None:
    answer = await ready.start(version=1)
    assert made(answer)["run"]["scheme"] == {"version": 1}


async def test_two_changes_in_one_document_each_see_their_own_run(ready: Ready) -> None:
    one = 'startRun(input: {scheme: "sheet", period: "2026-Q2"}) { ... on StartRunPayload { run { code status } } }'
    answer = await ready.town.asks("assessor")(f"mutation {{ a: {one} b: {one} }}")
    assert "errors" not in answer
    codes = {answer["data"][name]["run"]["code"] for name in "ab"}
    assert len(codes) == 2


async def test_a_failed_run_says_why_and_shows_no_results(ready: Ready) -> None:
    run = made(await ready.start())["run"]
    async with ready.town.open() as session:
        await session.execute(
            """UPDATE bank.runs SET status = 'failed', stage = 'failed', finished_at = now(),
               error = '{"code": "PLUGIN_FAILED", "message": "It broke."}' WHERE run = $1""",
            run["code"],
        )
    answer = await ready.town.asks("auditor")(
        "query($id: ID!) { run(id: $id) { status failure { code message } scorecards { totalCount } } }", id=run["id"]
    )
    assert answer["data"]["run"] == {
        "status": "FAILED",
        "failure": {"code": "PLUGIN_FAILED", "message": "It broke."},
        "scorecards": {"totalCount": 0},
    }
