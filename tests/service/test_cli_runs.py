"""`meritgraph run`, `replay`, `token`, `test`, `status`, `stop`, `serve`, `migrate`."""

import json
import socket
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url

from service.settings import Settings

GOLDEN = Path(__file__).resolve().parents[1] / "golden"
Command = Callable[..., Any]


def test_a_run_left_to_a_worker_is_done_by_it(cli: Command, demo: Any) -> None:
    who = ("--bank", "harbour", "--scheme", "contribution", "--period", "2026-Q3", "--as", "assessor")
    run = cli("run", *who, "--detach").out.strip()
    waiting = {row["bank"]: row["queued"] for row in cli("status", "--json").json["jobs"]}
    assert waiting["harbour"] == 1
    unfinished = cli("replay", run, "--bank", "harbour")
    assert (unfinished.exit, "[RUN_NOT_COMPLETE]" in unfinished.err) == (6, True)
    drained = cli("worker", "--drain")
    assert drained.exit == 0, drained.err
    assert cli("replay", run, "--bank", "harbour").out.startswith("same: ")
    assert cli("replay", run).out.startswith("same: ")
    nowhere = cli("replay", "no-such-run")
    assert (nowhere.exit, "no run 'no-such-run' in any bank" in nowhere.err) == (4, True)


def test_a_run_prints_its_leaderboard(cli: Command, demo: Any) -> None:
    who = ("--bank", "harbour", "--scheme", "contribution", "--as", "assessor")
    done = cli("run", *who, "--period", "2026-08", "--json")
    assert done.exit == 0, done.err
    cards = done.json["scorecards"]
    assert len(cards) == 12
    assert set(cards[0]) == {"rank", "manager", "name", "branch", "branch_name", "points", "grade", "pay"}
    table = cli("run", *who, "--period", "2026-Q3")
    assert "盐田支行" in table.out


NORTH = ("--bank", "north", "--scheme", "quarterly", "--period", "2026-Q3", "--as", "assessor")


def test_a_run_tells_what_it_found_and_in_spite_of_what(cli: Command, demo: Any) -> None:
    done = cli("run", *NORTH, "--despite", "missing", "--json")
    assert (done.exit, done.json["despite"]) == (0, ["missing"]), done.err
    found = done.json["findings"]
    assert {tuple(one) for one in found} == {("code", "severity", "subject", "message", "message_zh")}
    assert "DELIVERY_MISSING" in {one["code"] for one in found}
    assert cli("runs", "findings", done.json["run"], "--bank", "north", "--json").json == found
    told = cli("run", *NORTH, "--despite", "missing").out
    counts = Counter(one["code"] for one in found)
    [line] = [line for line in told.splitlines() if line.startswith(f"{len(found)} finding")]
    assert sorted(line.split(": ")[1].split(", ")) == sorted(f"{code} × {count}" for code, count in counts.items())
    assert all(f"  {one['message']}\n" in told for one in found[:5])
    assert told.splitlines()[-1].startswith("All of them: `meritgraph runs findings ")
    assert "DELIVERY_MISSING" in cli("runs", "findings", done.json["run"], "--bank", "north").out


def test_a_run_that_is_stopped_says_by_what_and_where_to_look(cli: Command, demo: Any) -> None:
    done = cli("run", *NORTH)
    assert (done.exit, done.out, "[FACTS_NOT_READY]" in done.err) == (1, "", True)
    assert "`meritgraph ready --period 2026-Q3 --bank north`" in done.err
    assert "  Feed reviews has not brought control_reviews of 2026-09-30: it was due on 2026-10-10." in done.err
    fields = json.loads(cli("run", *NORTH, "--json").err)["fields"]
    assert ("DELIVERY_MISSING", "error") in {(one["code"], one["severity"]) for one in fields["findings"]}
    assert cli("runs", "findings", fields["run"], "--bank", "north", "--json").json == fields["findings"]


def test_findings_of_a_run_that_is_not_there_or_not_done_are_refused(cli: Command, demo: Any) -> None:
    run = cli("run", *NORTH, "--detach").out.strip()
    waiting = cli("runs", "findings", run, "--bank", "north")
    assert (waiting.exit, "[RUN_NOT_COMPLETE]" in waiting.err) == (6, True)
    theirs, missing = (cli("runs", "findings", one, "--bank", "harbour") for one in (run, "x" * 36))
    assert (theirs.exit, theirs.err.replace(run, "")) == (4, missing.err.replace("x" * 36, ""))
    assert cli("cancel", run, "--bank", "north", "--as", "assessor").exit == 0


@pytest.mark.parametrize(
    ("scheme", "period", "exit_code", "code"),
    [
        ("contribution", "2026-Q5", 2, "PERIOD_INVALID"),
        ("contribution", "2096-Q1", 2, "PERIOD_IN_FUTURE"),
        ("wishful", "2026-Q3", 4, "NOT_FOUND"),
    ],
)
def test_a_run_that_cannot_be_is_not_queued(
    cli: Command, demo: Any, scheme: str, period: str, exit_code: int, code: str
) -> None:
    before = cli("bank", "show", "harbour", "--json").json
    done = cli("run", "--bank", "harbour", "--scheme", scheme, "--period", period, "--as", "assessor")
    assert (done.exit, f"[{code}]" in done.err) == (exit_code, True), done.err
    assert cli("bank", "show", "harbour", "--json").json == before


def test_another_banks_run_is_as_missing_as_a_missing_one(cli: Command, demo: Any) -> None:
    run = cli(
        *("run", "--bank", "harbour", "--scheme", "contribution", "--period", "2026-Q3", "--as", "assessor", "--json")
    ).json["run"]
    theirs, missing = cli("replay", run, "--bank", "north"), cli("replay", "x" * 36, "--bank", "north")
    assert (theirs.exit, missing.exit) == (4, 4)
    assert theirs.err.replace(run, "") == missing.err.replace("x" * 36, "")


def test_a_run_is_published_by_a_second_person_and_once(cli: Command, demo: Any) -> None:
    who = ("--bank", "harbour", "--scheme", "contribution", "--period", "2026-Q3", "--as", "assessor", "--json")
    run = cli("run", *who).json["run"]
    refused = cli("publish", run, "--bank", "harbour", "--as", "assessor")
    assert (refused.exit, "[FORBIDDEN]" in refused.err) == (5, True)
    done = cli("publish", run, "--bank", "harbour", "--as", "approver")
    assert (done.exit, done.out) == (0, f"run {run} is published and in force for its scheme and period\n")
    again = cli("publish", run, "--bank", "harbour", "--as", "approver")
    assert (again.exit, "[RUN_ALREADY_PUBLISHED]" in again.err) == (6, True)
    theirs = cli("publish", run, "--bank", "north", "--as", "approver")
    assert (theirs.exit, theirs.err) == (4, "error: There is no such run. [NOT_FOUND]\n")


def test_a_waiting_run_is_called_off_and_no_worker_does_it(cli: Command, demo: Any) -> None:
    who = ("--bank", "harbour", "--scheme", "contribution", "--period", "2026-Q3", "--as", "assessor")
    run = cli("run", *who, "--detach").out.strip()
    done = cli("cancel", run, "--bank", "harbour", "--as", "assessor")
    assert (done.exit, done.out) == (0, f"run {run} is cancelled\n")
    assert sum(row["queued"] for row in cli("status", "--json").json["jobs"] if row["bank"] == "harbour") == 0
    again = cli("cancel", run, "--bank", "harbour", "--as", "assessor")
    assert (again.exit, "[RUN_NOT_CANCELLABLE]" in again.err) == (6, True)


def test_a_token_is_all_that_is_printed(cli: Command, demo: Any) -> None:
    done = cli("token", "--bank", "north", "--as", "auditor")
    assert done.exit == 0, done.err
    assert done.out.count(".") == 2
    assert done.out.strip().isascii()
    assert len(done.out.split()) == 1


@pytest.mark.parametrize(
    ("more", "exit_code", "code"),
    [(("--as", "ghost"), 5, "PERSON_UNKNOWN"), (("--as", "auditor", "--hours", "99999"), 2, "TOKEN_HOURS")],
)
def test_a_token_that_cannot_be_is_not_printed(
    cli: Command, demo: Any, more: tuple[str, ...], exit_code: int, code: str
) -> None:
    done = cli("token", "--bank", "north", *more)
    assert (done.exit, done.out, f"[{code}]" in done.err) == (exit_code, "", True), done.err


def test_cases_are_counted_on_the_last_line(cli: Command, tmp_path: Path) -> None:
    good = cli("test", GOLDEN / "grade_bands.yaml")
    assert good.exit == 0, good.out
    assert good.out.splitlines()[-1].endswith(" passed, 0 failed")
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("- {name: dream, rule: no_such_rule, given: {}, expect: {}}\n", encoding="utf-8")
    bad = cli("test", GOLDEN / "grade_bands.yaml", wrong)
    assert bad.exit == 1
    passed = good.out.splitlines()[-1].split()[0]
    assert bad.out.splitlines()[-1] == f"{passed} passed, 1 failed"
    assert bad.out.startswith("FAILED ")


def test_status_says_what_waits_and_starts_nothing(cli: Command, tmp_path: Path) -> None:
    told = cli("status", "--json").json
    assert (told["running"], told["problem"]) == (True, None)
    nothing = {"MERITGRAPH_STATE": str(tmp_path / "fresh"), "MERITGRAPH_DATABASE_URL": ""}
    fresh = cli("status", "--json", env=nothing)
    assert (fresh.exit, fresh.json["running"], fresh.json["jobs"]) == (0, False, [])
    assert not (tmp_path / "fresh").exists()


def test_the_embedded_database_is_stopped_and_removed(cli: Command, tmp_path: Path) -> None:
    env = {"MERITGRAPH_STATE": str(tmp_path / "state"), "MERITGRAPH_DATABASE_URL": ""}
    try:
        assert cli("migrate", env=env).exit == 0
        assert cli("status", "--json", env=env).json["running"] is True
        assert cli("stop", env=env).exit == 0
        assert cli("status", "--json", env=env).json["running"] is False
        assert cli("bank", "list", "--json", env=env).json == []  # started again by whoever needs it
    finally:
        assert cli("stop", "--remove", env=env).exit == 0
    assert not (tmp_path / "state").exists()


def test_a_database_by_url_is_not_ours_to_stop(cli: Command) -> None:
    done = cli("stop", "--remove")
    assert (done.exit, "[NOT_EMBEDDED]" in done.err) == (2, True)


def test_a_taken_port_is_told(cli: Command) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = cli("serve", "--port", str(taken.getsockname()[1]))
    assert (done.exit, "[PORT_IN_USE]" in done.err) == (8, True)


def test_migrate_can_be_repeated(cli: Command, settings: Settings) -> None:
    done = cli("migrate")
    assert done.exit == 0, done.err
    assert done.out.startswith("migrated to 0006: postgresql+asyncpg://")
    password = make_url(settings.database_url).password
    assert not password or password not in done.out
