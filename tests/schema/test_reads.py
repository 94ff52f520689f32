"""What GraphQL answers, and in whose words."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

import schema
from core.session import Bank, BankSession
from schema.query import make_schema
from service.app import create_app
from tenants.binding import Door
from tests.approved import add_approved

if TYPE_CHECKING:
    from tests.schema.conftest import BuildTown, House, Town

LEADERBOARD = """query Leaderboard($run: ID!) {
  scorecards(runId: $run, first: 100, orderBy: [{field: POINTS, direction: DESC}]) { totalCount nodes {
    rank points grade pay { amount currency } manager { code name branch { name } }
    lines { indicator { code label } value target completion points basePoints } } } }"""


def test_the_committed_sdl_is_the_schema() -> None:
    committed = Path(schema.__file__).with_name("schema.graphql").read_text(encoding="utf-8")
    assert make_schema().as_str() + "\n" == committed


def test_everything_in_the_schema_has_a_description() -> None:
    bare = []
    for kind in make_schema()._schema.type_map.values():
        if kind.name.startswith("__"):
            continue
        bare += [] if kind.description else [kind.name]
        members = {**getattr(kind, "fields", {}), **getattr(kind, "values", {})}
        for name, member in members.items():
            bare += [] if member.description else [f"{kind.name}.{name}"]
            arguments = getattr(member, "args", {})
            bare += [f"{kind.name}.{name}({a})" for a, argument in arguments.items() if not argument.description]
    assert bare == []


async def test_the_leaderboard_shows_points_grade_and_pay(here: Town) -> None:
    answer = await here.asks("auditor")(LEADERBOARD, run=here.id("Run", "run-complete"))
    assert "errors" not in answer
    found = answer["data"]["scorecards"]
    assert found["totalCount"] == 6
    # Equal points: by code. Without points: last.
    assert [card["manager"]["code"] for card in found["nodes"]] == ["m1", "m2", "m4", "m5", "m3", "m6"]
    assert found["nodes"][0] == {
        "rank": 1,
        "points": "110.0000",
        "grade": "A3",
        "pay": {"amount": "1111.11", "currency": "CNY"},
        "manager": {"code": "m1", "name": "HERE m1", "branch": {"name": "HERE B11"}},
        "lines": [
            {
                "indicator": {"code": "deposits.daily_average", "label": "Daily average deposits"},
                "value": "855.130435",
                "target": "500.000000",
                "completion": "1.710261",
                "points": "102.6157",
                "basePoints": "60.0000",
            }
        ],
    }
    assert found["nodes"][5]["points"] is None
    assert found["nodes"][5]["lines"][0]["points"] == "0.0000"
    assert "extensions" not in answer


@dataclass(frozen=True)
class WatchedDoor(Door):
    """A door that writes down every statement of the sessions it opens."""

    statements: list[str] = field(default_factory=list)

    @asynccontextmanager
    async def open(
        self, bank: Bank, person: str, *, read_only: bool = False, frozen: bool = False
    ) -> AsyncIterator[BankSession]:
        def note(record: Any) -> None:
            # On a connection's first use the driver asks what a type is, with the JIT off meanwhile.
            if "typeinfo" not in record.query and "'jit'" not in record.query:
                self.statements.append(record.query)

        async with super().open(bank, person, read_only=read_only, frozen=frozen) as session:
            session.driver.add_query_logger(note)
            yield session
            session.driver.remove_query_logger(note)


@pytest.fixture(scope="session")
async def crowded(build_town: BuildTown) -> Town:
    """Seven approved schemes; every manager has a customer and a target."""
    town = await build_town("CROWDED")
    async with town.open() as session:
        for scheme in "abcdef":
            await add_approved(session, scheme)
        await session.execute("INSERT INTO bank.customers (customer, name) VALUES ('c1', 'One')")
        await session.execute(
            """INSERT INTO bank.shares (customer, manager, valid_from, valid_until, share_ppm)
               SELECT 'c1', manager, '2020-01-01', '9999-12-31', 100000 FROM bank.managers"""
        )
        await session.execute(
            """INSERT INTO bank.targets (manager, indicator, period, target, prorate)
               SELECT manager, 'deposits.daily_average', '2026-Q3', 5, true FROM bank.managers"""
        )
    return town


@pytest.mark.parametrize(
    "query",
    [
        LEADERBOARD.replace("100", "FIRST"),
        "{ runs(first: FIRST) { nodes { scorecards(first: 3) { totalCount nodes { run { code } lines { value } } }"
        " findings { nodes { code } } } } }",
        "{ managers(first: FIRST) { totalCount nodes { branch { parent { code } } } } }",
        "{ branches(first: FIRST) { nodes { parent { code } } } }",
        "{ managers(first: FIRST) { nodes { shares { totalCount nodes { share } } targets { nodes { target } } } } }",
        "{ schemes(first: FIRST) { nodes { approved { version } versions { totalCount nodes { madeBy body } } } } }",
    ],
)
async def test_the_statements_of_a_query_do_not_grow_with_its_rows(crowded: Town, house: House, query: str) -> None:
    """Of a bank that no other test writes to, whose first rows have all that the others have."""
    counted = []
    for first in (2, 6):
        door = WatchedDoor(house.engine)
        transport = httpx.ASGITransport(create_app(replace(house, door=door)))
        async with httpx.AsyncClient(transport=transport, base_url="http://meritgraph") as client:
            asker = replace(crowded.asks("auditor"), client=client)
            variables = {"run": "run-complete"} if "$run" in query else {}
            assert "errors" not in await asker(query.replace("FIRST", str(first)), **variables)
        counted.append(len(door.statements))
    assert counted[0] == counted[1] > 2


async def test_a_scorecard_explains_itself_in_both_languages(here: Town) -> None:
    query = """{ scorecard(runId: "run-complete", managerCode: "m1") { run { code scheme { label } } lines {
      section rule explanation { rule formula sum rounding inputs { name value } }
      zh: explanation(locale: "zh-CN") { sum } indicator { label(locale: "zh-CN") unit direction } } } }"""
    answer = await here.asks("manager")(query)
    assert "errors" not in answer
    line = answer["data"]["scorecard"]["lines"][0]
    assert line["explanation"]["formula"] == "F6"
    assert line["explanation"]["sum"].startswith("60 × ")
    assert {"name": "target", "value": "500"} in line["explanation"]["inputs"]
    assert "分" in line["zh"]["sum"]
    assert line["indicator"] == {"label": "存款日均", "unit": "MONEY", "direction": "HIGHER_IS_BETTER"}


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "HERE 银行"),
        ("en-GB", "HERE Bank"),
        ("fr", "HERE Bank"),
        ("en;q=0.5, zh-TW;q=0.7", "HERE 银行"),
        ("zh;q=x, *", "HERE Bank"),
    ],
)
async def test_names_come_in_the_language_the_browser_accepts(here: Town, header: str, name: str) -> None:
    response = await here.asks("manager").post({"query": "{ bank { name } }"}, **{"accept-language": header})
    assert response.json()["data"]["bank"]["name"] == name


async def test_an_argument_beats_the_header_and_an_unknown_language_is_refused(here: Town) -> None:
    answer = await here.asks("manager")('{ bank { zh: name(locale: "zh-CN") fr: name(locale: "fr") } }')
    assert answer["data"] == {"bank": None}
    assert answer["errors"][0]["extensions"] == {"code": "BAD_USER_INPUT", "reason": "LOCALE_UNKNOWN"}


async def test_me_knows_roles_branches_and_the_manager(here: Town) -> None:
    answer = await here.asks("branch_head")(
        "{ me { code roles headOf { code parent { code } } manager { code position level } bank { code plugins } "
        "permissions { name scopes } } }"
    )
    me = answer["data"]["me"]
    assert me["roles"] == ["branch_head", "manager"]
    assert me["headOf"] == [{"code": "B1", "parent": {"code": "B0"}}]
    assert me["manager"] == {"code": "m3", "position": "manager", "level": None}
    assert me["bank"] == {"code": here.bank.code, "plugins": ["deposits", "intermediate_income"]}
    assert {"name": "scorecard.pay:read", "scopes": ["branch", "own"]} in me["permissions"]


async def test_indicators_are_those_of_enabled_plugins(here: Town) -> None:
    answer = await here.asks("manager")("{ indicators { totalCount nodes { code plugin } } }")
    found = answer["data"]["indicators"]
    assert {node["plugin"] for node in found["nodes"]} == {"deposits", "intermediate_income"}
    assert found["totalCount"] == len(found["nodes"])
    answer = await here.asks("manager")('{ indicator(code: "loans.granted") { code } }')
    assert answer["errors"][0]["extensions"]["code"] == "NOT_FOUND"


async def test_a_running_run_shows_its_progress_and_no_results(here: Town) -> None:
    query = """{ run(id: "run-running") { status progress { stage done total } resultsHash finishedAt
      scorecards { totalCount nodes { points } } findings { totalCount nodes { code } } }
      scorecards(runId: "run-running") { totalCount nodes { points } }
      scorecard(runId: "run-running", managerCode: "m1") { points } }"""
    answer = await here.asks("auditor")(query)
    assert answer["data"] == {
        "run": {
            "status": "RUNNING",
            "progress": {"stage": "running", "done": 1, "total": 2},
            "resultsHash": None,
            "finishedAt": None,
            "scorecards": {"totalCount": 0, "nodes": []},
            "findings": {"totalCount": 0, "nodes": []},
        },
        "scorecards": {"totalCount": 0, "nodes": []},
        "scorecard": None,
    }
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["NOT_FOUND"]


async def test_deliveries_carry_their_findings(here: Town) -> None:
    answer = await here.asks("data_steward")(
        "{ deliveries { nodes { number fact status rows businessDay deliveredAt supersedes { number } "
        "findings { nodes { code subject message fields { name value } } } } } }"
    )
    assert answer["data"]["deliveries"]["nodes"] == [
        {
            "number": 900_001,
            "fact": "fees",
            "status": "REFUSED",
            "rows": 3,
            "businessDay": "2026-09-30",
            "deliveredAt": "2026-10-05T08:00:00Z",
            "supersedes": None,
            "findings": {
                "nodes": [
                    {
                        "code": "NUMBER_INVALID",
                        "subject": "row 2",
                        "message": "not a number",
                        "fields": [{"name": "row", "value": "2"}],
                    }
                ]
            },
        }
    ]


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        ("Bank", None),
        ("Branch", ("B11",)),
        ("Delivery", ("900001",)),
        ("Indicator", ("deposits.daily_average",)),
        ("Manager", ("m1",)),
        ("Run", ("run-complete",)),
        ("Scorecard", ("run-complete", "m1")),
    ],
)
async def test_every_id_finds_its_object_again(here: Town, kind: str, key: tuple[str, ...] | None) -> None:
    asked = here.id(kind, *(key or (here.bank.code,)))
    answer = await here.asks("auditor")("query($id: ID!) { node(id: $id) { __typename id } }", id=asked)
    assert answer["data"]["node"] == {"__typename": kind, "id": asked}


def test_points_and_money_are_exact_text() -> None:
    from core.session import Bank
    from schema.money import money, scaled

    yen = Bank(1, "b", "B", "B", "JPY", 0, "Asia/Tokyo")
    assert str(money(5, yen).amount) == "5"
    assert scaled(-5, 4) == Decimal("-0.0005")
