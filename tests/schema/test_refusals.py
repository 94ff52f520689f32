"""Role × field × two banks: a refusal is proven by what is not in the answer."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from core.runs.cards import cards_by_key
from core.scopes import RowScope

if TYPE_CHECKING:
    from tests.schema.conftest import BuildTown, Town

ALL = {"m1", "m2", "m3", "m4", "m5", "m6"}
PAY = {"m1": "1111.11", "m2": "2222.22", "m3": "3333.33", "m4": "4444.44", "m5": "5555.55"}
HEADED = {"m1", "m2", "m3"}  # B1 and everything below it

# role: managers seen, scorecards seen, pay seen, findings of the run about, whether deliveries are seen. None: there is
# no such field in his schema.
SEES: dict[str, tuple[set[str] | None, set[str] | None, set[str] | None, set[str] | None, bool]] = {
    "administrator": (ALL, None, None, None, True),
    "approver": (ALL, ALL, ALL, {"m1", "m4"}, True),
    "assessor": (ALL, ALL, ALL, {"m1", "m4"}, True),
    "auditor": (ALL, ALL, ALL, {"m1", "m4"}, True),
    "branch_head": (HEADED, HEADED, HEADED, {"m1"}, False),
    "data_steward": (None, None, None, None, True),
    "manager": ({"m1"}, {"m1"}, {"m1"}, {"m1"}, False),
    "nobody": (None, None, None, None, False),
    "risk_officer": (ALL, ALL, None, {"m1", "m4"}, True),
    "scheme_designer": (ALL, ALL, None, {"m1", "m4"}, False),
    "scored_designer": (ALL, ALL, {"m2"}, {"m1", "m4"}, False),
}


def _everything(role: str) -> str:
    """All that exists for a role."""
    managers, cards, paid, found_about, deliveries = SEES[role]
    pay = "" if paid is None else "pay { amount }"
    parts = {
        "me { code }": True,
        "managers { totalCount nodes { code name } }": managers is not None,
        "runs(first: 500) { nodes { findings { totalCount nodes { subject message } } } }": found_about is not None,
        f"""scorecards(runId: "run-complete") {{ totalCount nodes {{ manager {{ code name }} points {pay}
            lines {{ value points }} }} }}""": cards is not None,
        "deliveries { nodes { source findings { nodes { message } } } }": deliveries,
    }
    return f"{{ {' '.join(part for part, exists in parts.items() if exists)} }}"


@pytest.mark.parametrize("role", SEES)
async def test_a_role_reads_its_rows_and_nothing_else(here: Town, there: Town, role: str) -> None:
    managers, cards, paid, found_about, deliveries = SEES[role]
    answer = await here.asks(role)(_everything(role))
    data, text = answer["data"], json.dumps(answer, ensure_ascii=False)

    assert _codes(data.get("managers")) == managers
    assert _codes(data.get("scorecards"), lambda node: node["manager"]["code"]) == cards
    for manager in ALL:
        known = manager in (managers or set()) | (cards or set())
        assert (f"HERE {manager}" in text) is known
        assert (f"finding about {manager}" in text) is (manager in (found_about or set()))
        if manager in PAY:
            assert (PAY[manager] in text) is (manager in (paid or set()))
    assert ("HERE-fees.csv" in text) is deliveries
    assert "THERE" not in text
    if cards is not None:
        assert data["scorecards"]["totalCount"] == len(cards)
    if managers is not None:
        assert data["managers"]["totalCount"] == len(managers)


def _codes(connection: dict[str, Any] | None, code: Any = lambda node: node["code"]) -> set[str] | None:
    return None if connection is None else {code(node) for node in connection["nodes"]}


@pytest.mark.parametrize(
    ("role", "query", "named", "of"),
    [
        ("administrator", '{ %s(runId: "run-complete") { totalCount } }', "scorecards", "Query"),
        ("administrator", "{ %s { totalCount } }", "runs", "Query"),
        ("data_steward", '{ %s(runId: "run-complete", managerCode: "m1") { points } }', "scorecard", "Query"),
        ("data_steward", "{ %s { totalCount } }", "managers", "Query"),
        ("data_steward", "{ runs { nodes { %s { totalCount } } } }", "findings", "Run"),
        ("manager", "{ %s { totalCount } }", "deliveries", "Query"),
        ("manager", "{ runs { nodes { %s { bank } } } }", "values", "Run"),
        ("risk_officer", '{ scorecards(runId: "run-complete") { nodes { %s { amount } } } }', "pay", "Scorecard"),
        ("nobody", "{ %s { code } }", "bank", "Query"),
        ("nobody", "{ %s { totalCount } }", "branches", "Query"),
        ("nobody", "{ %s { totalCount } }", "indicators", "Query"),
        ("nobody", "{ me { bank { %s } } }", "plugins", "Bank"),
    ],
)
async def test_what_a_role_may_never_read_is_refused_in_the_words_of_what_does_not_exist(
    here: Town, role: str, query: str, named: str, of: str
) -> None:
    answer = await here.asks(role)(query % named)
    assert "data" not in answer
    error = answer["errors"][0]
    assert error["extensions"] == {"code": "GRAPHQL_VALIDATION_FAILED"}
    assert error["message"] == f"Cannot query field '{named}' on type '{of}'."
    invented = "x" * len(named)
    assert json.dumps(await here.asks(role)(query % invented)).replace(invented, named) == json.dumps(answer)


async def test_masked_pay_is_told_by_its_paths(here: Town) -> None:
    answer = await here.asks("scored_designer")(
        '{ scorecards(runId: "run-complete") { nodes { manager { code } pay { amount } } } }'
    )
    nodes = answer["data"]["scorecards"]["nodes"]
    assert [node["pay"] for node in nodes if node["manager"]["code"] == "m2"] == [{"amount": "2222.22"}]
    masked = [["scorecards", "nodes", n, "pay"] for n, node in enumerate(nodes) if node["manager"]["code"] != "m2"]
    assert sorted(answer["extensions"]["masked"]) == sorted(masked)
    assert len(masked) == 5


async def test_pay_that_may_not_be_seen_is_not_even_read(here: Town) -> None:
    today = date(2026, 10, 20)
    everybody, one = RowScope(today, everything=True), RowScope(today, manager="m2")
    keys = [("run-complete", manager) for manager in PAY]
    async with here.open() as session:
        found = await cards_by_key(session, keys, everybody, one)
    assert {card.manager: card.pay_minor for card in found.values()} == dict.fromkeys(PAY) | {"m2": 222_222}


async def test_the_pay_of_who_earned_none_is_null_and_not_masked(here: Town) -> None:
    answer = await here.asks("auditor")(
        '{ scorecard(runId: "run-complete", managerCode: "m6") { pay { amount } points grade } }'
    )
    assert answer == {"data": {"scorecard": {"pay": None, "points": None, "grade": None}}}


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        ("auditor", True),
        ("manager", True),
        ("branch_head", True),
        ("scored_designer", False),
    ],
)
async def test_an_order_by_pay_needs_every_pay_in_reach(here: Town, role: str, allowed: bool) -> None:
    answer = await here.asks(role)(
        '{ scorecards(runId: "run-complete", orderBy: [{field: PAY, direction: DESC}]) { nodes { points } } }'
    )
    if allowed:
        assert "errors" not in answer
    else:
        assert answer["data"] == {"scorecards": None}
        assert answer["errors"][0]["extensions"] == {"code": "FORBIDDEN", "reason": "ORDER_MASKED"}


async def test_an_order_by_pay_does_not_exist_for_who_may_read_none(here: Town) -> None:
    query = 'query($by: [ScorecardOrder!]) { scorecards(runId: "run-complete", orderBy: $by) { nodes { points } } }'
    for field in ("PAY", "NOTHING"):
        literal = query.replace("query($by: [ScorecardOrder!])", "").replace("$by", f"[{{field: {field}}}]")
        answer = await here.asks("scheme_designer")(literal)
        assert "data" not in answer
        assert [(error["message"], error["extensions"]["code"]) for error in answer["errors"]] == [
            (f"Value '{field}' does not exist in 'ScorecardOrderField' enum.", "GRAPHQL_VALIDATION_FAILED")
        ]
        answer = await here.asks("scheme_designer")(query, by=[{"field": field}])
        assert [error["extensions"]["code"] for error in answer["errors"]] == ["BAD_USER_INPUT"]
        assert f"Value '{field}' does not exist in 'ScorecardOrderField' enum." in answer["errors"][0]["message"]


MISSING_RUN = "11111111-1111-1111-1111-111111111111"


@pytest.mark.parametrize(
    "query",
    [
        "query($id: ID!) { node(id: $id) { id } }",
        "query($id: ID!) { run(id: $id) { status } }",
        "query($id: ID!) { scorecards(runId: $id) { totalCount } }",
        'query($id: ID!) { scorecard(runId: $id, managerCode: "m1") { points } }',
    ],
)
async def test_another_banks_id_is_refused_in_the_words_of_a_missing_one(here: Town, there: Town, query: str) -> None:
    missing = await here.asks("auditor")(query, id=here.id("Run", MISSING_RUN))
    assert [error["extensions"] for error in missing["errors"]] == [{"code": "NOT_FOUND"}]
    assert list(missing["data"].values()) == [None]
    whole = here.id("Run", "run-complete")
    for forged in (
        there.id("Run", "run-complete"),
        there.id("Manager", "m1"),
        here.id("Run", "run-complete", "m1"),
        here.id("Nothing", "run-complete"),
        whole[:-3],
        whole + "A",
        whole + "=",
        "",
        "!!",
        "\0",
        "é" * 300,
    ):
        assert await here.asks("auditor")(query, id=forged) == missing, forged


@pytest.mark.parametrize(
    ("role", "manager"), [("manager", "m2"), ("branch_head", "m4"), ("manager", "nobody-here"), ("manager", "m\0")]
)
async def test_a_scorecard_out_of_reach_is_not_found(here: Town, role: str, manager: str) -> None:
    asker = here.asks(role)
    query = 'query($m: String!) { scorecard(runId: "run-complete", managerCode: $m) { points pay { amount } } }'
    missing = {"data": {"scorecard": None}, "errors": [_not_found("There is no such scorecard.", "scorecard")]}
    assert _without_places(await asker(query, m=manager)) == missing
    query = "query($id: ID!) { node(id: $id) { id } }"
    answer = await asker(query, id=here.id("Scorecard", "run-complete", manager))
    assert _without_places(answer) == {
        "data": {"node": None},
        "errors": [_not_found("There is no such object.", "node")],
    }


@pytest.mark.parametrize("code", ["m2", "m4", "x", "\0", ""])
async def test_a_manager_out_of_reach_is_not_found(here: Town, code: str) -> None:
    answer = await here.asks("manager")("query($c: String!) { manager(code: $c) { name } }", c=code)
    assert _without_places(answer)["errors"] == [_not_found("There is no such manager.", "manager")]
    assert "HERE" not in json.dumps(answer)


def _not_found(message: str, root: str) -> dict[str, Any]:
    return {"message": message, "path": [root], "extensions": {"code": "NOT_FOUND"}}


def _without_places(answer: dict[str, Any]) -> dict[str, Any]:
    for error in answer.get("errors", []):
        error.pop("locations", None)
    return answer


@pytest.mark.parametrize("role", [role for role in SEES if role != "assessor"])
async def test_only_the_assessor_starts_runs_and_nothing_is_written_for_others(here: Town, role: str) -> None:
    async with here.open() as session:
        before = await _written(session)
    answer = await here.asks(role)('mutation { startRun(input: {scheme: "s", period: "2026-Q3"}) { __typename } }')
    assert "data" not in answer
    assert answer["errors"][0]["extensions"] == {"code": "GRAPHQL_VALIDATION_FAILED"}
    assert answer["errors"][0]["message"] in (
        "Cannot query field 'startRun' on type 'Mutation'.",
        "The mutation operation is not supported by the schema.",  # who may change nothing at all
    )
    async with here.open() as session:
        assert await _written(session) == before


async def _written(session: Any) -> tuple[int, ...]:
    counted = []
    for table in ("runs", "audit", "findings", "scorecards"):
        counted.append((await session.row(f"SELECT count(*) FROM bank.{table}"))[0])
    jobs = await session.row("SELECT count(*) FROM platform.jobs WHERE bank_id = $1", session.bank.id)
    return (*counted, jobs[0])


async def test_who_loses_his_roles_sees_nothing_from_the_next_request_on(build_town: BuildTown) -> None:
    from core.people.store import revoke, set_active

    town = await build_town("LEAVER")
    asker = town.asks("manager")
    query = '{ scorecards(runId: "run-complete") { nodes { points } } }'
    assert (await asker(query))["data"]["scorecards"]["nodes"] == [{"points": "110.0000"}]
    async with town.open() as session:
        assert await revoke(session, "manager", "manager")
    answer = await asker(query)
    assert "data" not in answer
    assert answer["errors"][0]["message"] == "Cannot query field 'scorecards' on type 'Query'."
    async with town.open() as session:
        await set_active(session, "manager", False)
    response = await asker.post({"query": query})
    assert response.status_code == 401
    assert response.json()["errors"][0]["extensions"] == {"code": "UNAUTHENTICATED", "reason": "PERSON_UNKNOWN"}
