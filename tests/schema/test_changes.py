"""The changes people make through GraphQL, each with its answer, its row and its record in the trail."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import orjson
import pytest
import yaml

from tests.schema.changing import change, fault, made, refused

if TYPE_CHECKING:
    from tests.schema.conftest import BuildTown, Town

SHEET = {
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
}
SHARE = "{ customer manager share firstDay lastDay }"
SAVE = change("saveScheme", "version { id code version status madeBy submittedBy }")
SHARES = change("setShares", f"dryRun closedThrough changes {{ before {SHARE} after {SHARE} }}")
TARGETS = change("setTargets", "targets { manager indicator { code } period target prorate }")
CONFLICT = {"__typename": "Refused", "code": "CONFLICT"}
FOUR_EYES = {"__typename": "FourEyesRefusal", "code": "FORBIDDEN", "reason": "FOUR_EYES"}


@pytest.fixture
async def town(build_town: BuildTown) -> Town:
    """A bank with two customers."""
    town = await build_town("CHANGE")
    async with town.open() as session:
        await session.execute("INSERT INTO bank.customers (customer, name) VALUES ('c1', 'One'), ('c2', 'Two')")
    return town


async def trail(town: Town) -> list[tuple[str, str, str]]:
    """Who did what to which thing, since the bank was made."""
    async with town.open() as session:
        found = await session.rows(
            "SELECT person, action, subject FROM bank.audit WHERE person <> 'system' ORDER BY record"
        )
    return [tuple(row) for row in found]


async def fails(town: Town, person: str, query: str, **input: Any) -> dict[str, Any]:
    """What a change that is refused says, without its sentence."""
    return refused(await town.asks(person)(query, input=input))


async def test_a_scheme_goes_from_its_text_to_its_approval(town: Town) -> None:
    saved = await town.asks("scheme_designer")(SAVE, input={"body": json.dumps(SHEET)})
    version = made(saved)["version"]
    assert version == {
        "id": town.id("SchemeVersion", "sheet", "1"),
        "code": "sheet",
        "version": 1,
        "status": "DRAFT",
        "madeBy": "scheme_designer",
        "submittedBy": None,
    }
    again = await town.asks("scheme_designer")(
        SAVE, input={"body": yaml.safe_dump(SHEET, allow_unicode=True), "submit": True}
    )
    assert made(again)["version"]["version"] == 2
    assert made(again)["version"]["status"] == "SUBMITTED"
    approve = change("approveScheme", "version { version status approvedBy }")
    for version_number, reason in ((1, "SCHEME_NOT_SUBMITTED"), (3, None)):
        told = await fails(town, "approver", approve, scheme="sheet", version=version_number)
        assert told.get("reason") == reason
    approved = await town.asks("approver")(approve, input={"scheme": "sheet", "version": 2})
    assert made(approved)["version"] == {
        "version": 2,
        "status": "APPROVED",
        "approvedBy": "approver",
    }
    submit = change("submitScheme", "version { status submittedBy }")
    assert (await fails(town, "scheme_designer", submit, scheme="sheet", version=2))["reason"] == "SCHEME_NOT_DRAFT"
    done = await town.asks("scheme_designer")(submit, input={"scheme": "sheet", "version": 1})
    assert made(done)["version"] == {"status": "SUBMITTED", "submittedBy": "scheme_designer"}
    assert await trail(town) == [
        ("scheme_designer", "scheme:save", "sheet"),
        ("scheme_designer", "scheme:save", "sheet"),
        ("scheme_designer", "scheme:submit", "sheet"),
        ("approver", "scheme:approve", "sheet"),
        ("scheme_designer", "scheme:submit", "sheet"),
    ]
    read = await town.asks("auditor")(
        """{ scheme(code: "sheet") { label(locale: "zh-CN") approved { version madeBy approvedAt body(format: YAML) }
          versions { totalCount nodes { version status } } }
          schemes { totalCount nodes { code approved { version } } } }"""
    )
    scheme = read["data"]["scheme"]
    assert scheme["label"] == "考核表"
    assert scheme["versions"] == {
        "totalCount": 2,
        "nodes": [{"version": 2, "status": "APPROVED"}, {"version": 1, "status": "SUBMITTED"}],
    }
    assert yaml.safe_load(scheme["approved"]["body"])["sections"][0]["lines"][0]["base"] == "100"
    assert read["data"]["schemes"]["nodes"] == [
        {"code": "s", "approved": {"version": 1}},
        {"code": "sheet", "approved": {"version": 2}},
    ]
    by_id = "query($id: ID!) { node(id: $id) { ... on SchemeVersion { version body } } }"
    body = (await town.asks("auditor")(by_id, id=version["id"]))["data"]["node"]["body"]
    assert orjson.loads(body)["code"] == "sheet"


async def test_nobody_approves_a_scheme_he_made(town: Town) -> None:
    from core.people.store import grant

    async with town.open() as session:
        await grant(session, "approver", "scheme_designer")
    await town.asks("approver")(SAVE, input={"body": json.dumps(SHEET), "submit": True})
    approve = change("approveScheme", "version { status }")
    told = await fails(town, "approver", approve, scheme="sheet", version=1)
    assert told == FOUR_EYES | {"permission": "scheme:approve"}


@pytest.mark.parametrize(
    ("body", "problems"),
    [
        ("", [("", "TYPE_WRONG")]),
        ("{", [("", "SCHEME_UNREADABLE")]),
        ("a: [", [("", "SCHEME_UNREADABLE")]),
        ("x" * 100_001, [("", "SCHEME_UNREADABLE")]),
        (json.dumps(SHEET | {"base_total": "90"}), [("base_total", "WEIGHTS_NOT_BASE_TOTAL")]),
        (
            json.dumps(SHEET | {"measures": ["visits.made"], "colour": "red"}),
            [("colour", "FIELD_UNKNOWN"), ("measures[0]", "INDICATOR_UNKNOWN")],
        ),
    ],
)
async def test_a_text_that_is_no_scheme_is_not_saved_and_every_problem_is_told(
    town: Town, body: str, problems: list[tuple[str, str]]
) -> None:
    for dry_run in (False, True):
        answer = await town.asks("scheme_designer")(SAVE, input={"body": body, "dryRun": dry_run})
        told = refused(answer)
        assert (told["__typename"], told["code"]) == ("InvalidInput", "BAD_USER_INPUT")
        assert [(one["path"], one["code"]) for one in told["problems"]] == problems
    assert await trail(town) == []


async def test_a_dry_run_saves_no_scheme(town: Town) -> None:
    answer = await town.asks("scheme_designer")(SAVE, input={"body": json.dumps(SHEET), "dryRun": True})
    assert made(answer) == {"version": None}
    assert await trail(town) == []


def holders(day: str, *shares: tuple[str, str], customer: str = "c1", **more: Any) -> dict[str, Any]:
    named = [{"manager": manager, "share": part} for manager, part in shares]
    return {"from": day, "customers": [{"customer": customer, "holders": named}], **more}


WHERE = {"customer": "c1", "day": "2026-01-01"}


def row(manager: str, share: str, first: str, last: str | None = None) -> dict[str, Any]:
    return {"customer": "c1", "manager": manager, "share": share, "firstDay": first, "lastDay": last}


async def test_a_hand_over_is_one_call_looked_at_first(town: Town) -> None:
    asker = town.asks("administrator")
    await asker(SHARES, input=holders("2026-01-01", ("m1", "0.6"), ("m2", "0.4")))
    over = holders("2026-07-01", ("m1", "0.6"), ("m4", "0.4"))
    expected = [
        {"before": row("m2", "0.400000", "2026-01-01"), "after": row("m2", "0.400000", "2026-01-01", "2026-06-30")},
        {"before": None, "after": row("m4", "0.400000", "2026-07-01")},
    ]
    records = await trail(town)
    looked = await asker(SHARES, input=over | {"dryRun": True})
    assert made(looked) == {"dryRun": True, "closedThrough": None, "changes": expected}
    assert await trail(town) == records
    done = await asker(SHARES, input=over)
    assert made(done) == {"dryRun": False, "closedThrough": None, "changes": expected}
    assert await trail(town) == [*records, ("administrator", "shares:set", "c1")]
    again = await asker(SHARES, input=over)
    assert made(again)["changes"] == []
    assert len(await trail(town)) == len(records) + 1
    read = await asker(
        """{ shares(customer: "c1", on: "2026-07-01") { nodes { manager share firstDay lastDay } }
             all: shares { totalCount } none: shares(customer: "c2") { totalCount } }"""
    )
    assert read["data"] == {
        "shares": {
            "nodes": [
                {"manager": "m1", "share": "0.600000", "firstDay": "2026-01-01", "lastDay": None},
                {"manager": "m4", "share": "0.400000", "firstDay": "2026-07-01", "lastDay": None},
            ]
        },
        "all": {"totalCount": 3},
        "none": {"totalCount": 0},
    }


@pytest.mark.parametrize(
    ("input", "extensions"),
    [
        (holders("2026-01-01", ("m1", "0")), {"reason": "SHARE_OUT_OF_RANGE"} | WHERE),
        (holders("2026-01-01", ("m1", "1.000001")), {"reason": "SHARE_OUT_OF_RANGE"} | WHERE),
        (holders("2026-01-01", ("m1", "-0.5")), {"reason": "SHARE_OUT_OF_RANGE"} | WHERE),
        (holders("2026-01-01", ("m1", "0.6"), ("m2", "0.41")), {"reason": "SHARES_EXCEED_ONE"} | WHERE),
        (holders("2026-01-01", ("m1", "0.6"), ("m1", "0.1")), {"reason": "SHARES_OVERLAP"} | WHERE),
        (
            holders("2026-01-01", ("m1", "0.0000001")),
            {"reason": "NUMBER_TOO_PRECISE", "customer": "c1", "manager": "m1"},
        ),
        (holders("2026-01-01", ("m9", "0.5")), {"reason": "SHARE_OF_UNKNOWN", "manager": "m9"}),
        (holders("2026-01-01", ("m1", "0.5"), customer="c9"), {"reason": "SHARE_OF_UNKNOWN", "customer": "c9"}),
        (holders("2026-01-01", ("m\0", "0.5")), {"reason": "SHARE_OF_UNKNOWN", "manager": "m\0"}),
        (
            {"from": "2026-01-01", "customers": [{"customer": "c1", "holders": []}] * 2},
            {"reason": "CUSTOMER_TWICE", "customer": "c1"},
        ),
    ],
)
async def test_shares_that_cannot_be_are_refused_with_customer_and_day(
    town: Town, input: dict[str, Any], extensions: dict[str, str]
) -> None:
    told = await fails(town, "administrator", SHARES, **input)
    assert told == {"__typename": "ShareRefusal", "code": "BAD_USER_INPUT"} | extensions
    assert await trail(town) == []
    async with town.open() as session:
        assert await session.rows("SELECT 1 FROM bank.shares") == []


async def test_of_many_customers_one_wrong_one_leaves_all_as_they_were(town: Town) -> None:
    wrong = holders("2026-01-01", ("m1", "1"))
    wrong["customers"].append({"customer": "c2", "holders": [{"manager": "m1", "share": "2"}]})
    assert (await fails(town, "administrator", SHARES, **wrong))["customer"] == "c2"
    async with town.open() as session:
        assert await session.rows("SELECT 1 FROM bank.shares") == []


async def test_closed_days_change_only_for_a_reason_which_stands_in_the_trail(town: Town) -> None:
    from core.people.store import grant

    publish = change("publishRun", "run { code publishedAt publishedBy isInForce }")
    run = made(await town.asks("approver")(publish, input={"runId": "run-complete"}))["run"]
    assert run | {"publishedAt": None} == {
        "code": "run-complete",
        "publishedAt": None,
        "publishedBy": "approver",
        "isInForce": True,
    }
    assert run["publishedAt"] is not None
    told = await fails(town, "approver", publish, runId="run-complete")
    assert told == CONFLICT | {"reason": "RUN_ALREADY_PUBLISHED"}
    told = await fails(town, "approver", publish, runId="run-running")
    assert told == CONFLICT | {"reason": "RUN_NOT_COMPLETE"}

    closed = holders("2026-09-30", ("m1", "1"))  # the quarter's last day
    told = {
        "__typename": "PeriodClosed",
        "code": "BAD_USER_INPUT",
        "reason": "PERIOD_CLOSED",
        "lastClosedDay": "2026-09-30",
    }
    for input in (closed, closed | {"reason": "  "}):
        assert await fails(town, "administrator", SHARES, **input) == told
    looked = made(await town.asks("administrator")(SHARES, input=closed | {"dryRun": True}))
    assert (looked["closedThrough"], looked["dryRun"]) == ("2026-09-30", True)
    assert looked["changes"][0]["after"]["manager"] == "m1"
    open_ = await town.asks("administrator")(SHARES, input=holders("2026-10-01", ("m1", "1")))
    assert made(open_)["closedThrough"] is None
    denied = fault(await town.asks("administrator")(SHARES, input=closed | {"reason": "Forgotten hand-over"}))
    assert denied == {"code": "FORBIDDEN", "permission": "delivery:correct"}
    async with town.open() as session:
        await grant(session, "administrator", "data_steward")
    done = await town.asks("administrator")(SHARES, input=closed | {"reason": "Forgotten hand-over"})
    assert made(done)["closedThrough"] == "2026-09-30"
    target = {"manager": "m1", "indicator": "deposits.daily_average", "target": "5"}
    third = {"period": "2026-Q3", "targets": [target]}
    assert (await fails(town, "administrator", TARGETS, **third))["reason"] == "PERIOD_CLOSED"
    made(await town.asks("administrator")(TARGETS, input=third | {"period": "2026"}))
    made(await town.asks("administrator")(TARGETS, input=third | {"reason": "Agreed late"}))
    async with town.open() as session:
        found = await session.rows(
            "SELECT detail->>'reason' FROM bank.audit WHERE action IN ('shares:set', 'targets:set') ORDER BY record"
        )
    assert [reason for (reason,) in found] == ["", "Forgotten hand-over", None, "Agreed late"]


async def test_nobody_publishes_a_run_he_asked_for(town: Town) -> None:
    from core.people.store import grant

    async with town.open() as session:
        await grant(session, "assessor", "approver")
    publish = change("publishRun", "run { code }")
    told = await fails(town, "assessor", publish, runId=town.id("Run", "run-complete"))
    assert told == FOUR_EYES | {"permission": "run:publish"}
    async with town.open() as session:
        assert await session.rows("SELECT 1 FROM bank.publications") == []


async def test_a_run_is_called_off(town: Town) -> None:
    cancel = change(
        "cancelRun", "run { status finishedAt progress { stage } failure { code } scorecards { totalCount } }"
    )
    done = await town.asks("assessor")(cancel, input={"runId": town.id("Run", "run-running")})
    run = made(done)["run"]
    assert run.pop("finishedAt") is not None
    assert run == {
        "status": "CANCELLED",
        "progress": {"stage": "cancelled"},
        "failure": None,
        "scorecards": {"totalCount": 0},
    }
    for id in ("run-running", "run-complete"):
        told = await fails(town, "assessor", cancel, runId=id)
        assert told == CONFLICT | {"reason": "RUN_NOT_CANCELLABLE"}
    assert await trail(town) == [("assessor", "run:cancel", "run-running")]


async def test_targets_are_agreed_changed_and_taken_back(town: Town) -> None:
    asker = town.asks("administrator")

    def agree(**targets: str | None) -> dict[str, Any]:
        one = {"indicator": "deposits.daily_average", "prorate": False}
        return {"period": "2026-Q4", "targets": [one | {"manager": m, "target": t} for m, t in targets.items()]}

    answer = await asker(TARGETS, input=agree(m1="100.50", m4="0"))
    assert made(answer)["targets"][0] == {
        "manager": "m1",
        "indicator": {"code": "deposits.daily_average"},
        "period": "2026-Q4",
        "target": "100.50",
        "prorate": False,
    }
    await asker(TARGETS, input=agree(m4=None, m1="101"))
    query = """{ managers { nodes { code targets(period: "2026-Q4") { nodes { target prorate } }
                 shares { totalCount } } } targets { totalCount } }"""
    everybody = (await asker(query))["data"]
    assert everybody["targets"] == {"totalCount": 1}
    found = {node["code"]: node["targets"]["nodes"] for node in everybody["managers"]["nodes"]}
    assert found == {f"m{n}": [] for n in range(2, 7)} | {"m1": [{"target": "101", "prorate": False}]}
    own = await town.asks("manager")(query)
    assert [node["code"] for node in own["data"]["managers"]["nodes"]] == ["m1"]


async def test_another_managers_shares_and_targets_are_masked_where_only_his_result_may_be_read(town: Town) -> None:
    query = """{ scorecards(runId: "run-complete") { nodes { manager { code
      shares { totalCount } targets { totalCount } } } } }"""
    answer = await town.asks("scored_designer")(query)  # every scorecard and target, his own shares
    seen = {
        node["manager"]["code"]: node["manager"]["shares"] is not None for node in answer["data"]["scorecards"]["nodes"]
    }
    assert seen == {f"m{n}": n == 2 for n in range(1, 7)}
    assert len(answer["extensions"]["masked"]) == 5
    assert "errors" not in answer


async def test_a_plugin_is_enabled_and_disabled_unless_a_scheme_in_force_needs_it(town: Town) -> None:
    def act(verb: str) -> str:
        return change(f"{verb}Plugin", "changed bank { plugins }")

    asker = town.asks("administrator")
    expected = {"changed": True, "bank": {"plugins": ["deposits", "intermediate_income", "loans"]}}
    assert made(await asker(act("enable"), input={"plugin": "loans"})) == expected
    again = expected | {"changed": False}
    assert made(await asker(act("enable"), input={"plugin": "loans"})) == again
    for unknown in ("nothing", "\0"):
        told = await fails(town, "administrator", act("enable"), plugin=unknown)
        assert told == {"__typename": "Refused", "code": "BAD_USER_INPUT", "reason": "PLUGIN_UNKNOWN"}
    await town.asks("scheme_designer")(SAVE, input={"body": json.dumps(SHEET), "submit": True})
    made(await town.asks("approver")(change("approveScheme"), input={"scheme": "sheet", "version": 1}))
    told = await fails(town, "administrator", act("disable"), plugin="deposits")
    assert told == CONFLICT | {"reason": "PLUGIN_IN_USE"}
    gone = {"changed": True, "bank": {"plugins": ["deposits", "intermediate_income"]}}
    assert made(await asker(act("disable"), input={"plugin": "loans"})) == gone
    assert [action for _, action, _ in await trail(town) if action.startswith("plugin")] == [
        "plugin:enable",
        "plugin:disable",
    ]


async def test_a_second_change_in_one_document_answers_with_what_it_left(town: Town) -> None:
    answer = await town.asks("administrator")(
        """mutation {
          a: enablePlugin(input: {plugin: "loans"}) { ... on EnablePluginPayload { bank { plugins } } }
          b: disablePlugin(input: {plugin: "loans"}) { ... on DisablePluginPayload { bank { plugins } } }
        }"""
    )
    assert [len(answer["data"][name]["bank"]["plugins"]) for name in "ab"] == [3, 2]
