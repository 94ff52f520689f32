"""The command line: what each verb does, and how each mistake is told."""

import asyncio
import json
import secrets
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from sqlalchemy import make_url
from typer.main import get_command

from core.errors import Unavailable
from service.cli import app
from service.commands.complaints import complain, of_unexpected
from service.settings import Settings

GOLDEN = Path(__file__).resolve().parents[1] / "golden"
Command = Callable[..., Any]

ACCOUNTS = "fact: accounts\ncolumns: {account: account, customer: customer, kind: kind, category: category}\n"
SCHEME = """
code: half_sheet
labels: {en: Half a sheet, zh: 半张表}
base_total: "100"
sections:
  - code: deposits
    labels: {en: Deposits, zh: 存款}
    lines:
      - {indicator: deposits.daily_average, base: "%s", rule: %s}
"""


def commands(group: Any = None, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command with the words that call it."""
    group = group or get_command(app)
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name), command


@pytest.mark.parametrize(
    ("path", "command"), list(commands()), ids=lambda value: " ".join(value) if type(value) is tuple else ""
)
def test_every_command_is_explained_with_an_example(path: tuple[str, ...], command: Any) -> None:
    assert "Example: `" in command.help
    assert f"meritgraph {' '.join(path)}" in command.help.split("Example: ")[1]
    assert [option.name for option in command.params if option.name != "help" and not option.help] == []


def test_the_verbs_of_the_issue_are_there() -> None:
    assert {path[0] for path, _ in commands()} == {
        *("demo", "serve", "worker", "migrate", "bank", "plugin", "person", "import", "run", "replay", "scheme"),
        *("token", "test", "bench", "status", "stop"),
    }


# ---- banks


def new_bank(cli: Command, admin: str = "root") -> str:
    code = f"t{secrets.token_hex(4)}"
    done = cli("bank", "create", code, "--name", "Test Bank", "--admin", admin)
    assert done.exit == 0, done.err
    return code


def test_a_bank_is_created_with_its_first_administrator(cli: Command) -> None:
    code = new_bank(cli)
    assert code in [bank["code"] for bank in cli("bank", "list", "--json").json]
    people = cli("person", "list", "--bank", code, "--json").json
    assert people == [{"person": "root", "manager": None, "active": True, "roles": ["administrator"]}]
    shown = cli("bank", "show", code, "--json").json[0]
    assert (shown["currency"], shown["time_zone"], shown["managers"], shown["plugins"]) == (
        "CNY",
        "Asia/Shanghai",
        0,
        [],
    )


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        (("--name", "B", "--admin", ""), "PERSON_INVALID"),
        (("--name", "B", "--admin", "a", "--time-zone", "Mars/Base"), "TIME_ZONE_INVALID"),
        (("--name", "B", "--admin", "a", "--currency", "yuan"), "CURRENCY_INVALID"),
    ],
)
def test_a_bank_that_cannot_be_is_refused(cli: Command, changed: tuple[str, ...], code: str) -> None:
    name = f"t{secrets.token_hex(4)}"
    done = cli("bank", "create", name, *changed)
    assert (done.exit, code in done.err) == (2, True), done.err
    assert name not in cli("bank", "list", "--json").out


def test_a_bank_code_that_could_be_a_path_is_refused(cli: Command) -> None:
    done = cli("bank", "create", "../x", "--name", "B", "--admin", "a")
    assert (done.exit, "BANK_CODE_INVALID" in done.err) == (2, True)


def test_a_bank_is_created_once(cli: Command) -> None:
    code = new_bank(cli)
    again = cli("bank", "create", code, "--name", "Other", "--admin", "thief")
    assert (again.exit, again.err) == (6, f"error: Bank {code} exists already. [BANK_EXISTS]\n")
    assert [person["person"] for person in cli("person", "list", "--bank", code, "--json").json] == ["root"]


# ---- mistakes every verb tells alike


@pytest.mark.parametrize(
    "argv",
    [
        ("bank", "show"),
        ("plugin", "list", "--bank"),
        ("person", "list", "--bank"),
        ("scheme", "list", "--bank"),
        ("token", "--as", "x", "--bank"),
        ("run", "--scheme", "s", "--period", "2026-Q3", "--as", "x", "--bank"),
        ("replay", "r", "--bank"),
    ],
    ids=lambda argv: argv[0],
)
def test_an_unknown_bank_is_not_found(cli: Command, argv: tuple[str, ...]) -> None:
    done = cli(*argv, "nowhere")
    assert (done.exit, done.out) == (4, "")
    assert done.err == "error: There is no bank 'nowhere'. `meritgraph bank list` shows them. [NOT_FOUND]\n"


REFUSED = [
    ("plugin", "disable", "risk"),
    ("person", "add", "somebody"),
    ("person", "grant", "auditor", "administrator"),
    ("person", "revoke", "auditor", "auditor"),
    ("run", "--scheme", "quarterly", "--period", "2026-Q3"),
    ("scheme", "approve", "quarterly", "--version", "1"),
]


@pytest.mark.parametrize(
    ("person", "code"), [("nobody", "PERSON_UNKNOWN"), ("auditor", "FORBIDDEN"), ("N010101", "FORBIDDEN")]
)
def test_who_may_not_changes_nothing(cli: Command, demo: Any, person: str, code: str) -> None:
    def state() -> list[Any]:
        return [
            cli("bank", "show", "north", "--json").json,
            cli("person", "list", "--bank", "north", "--json").json,
            cli("scheme", "list", "--bank", "north", "--json").json,
        ]

    before = state()
    for argv in REFUSED:
        done = cli(*argv, "--bank", "north", "--as", person)
        assert (done.exit, f"[{code}]" in done.err, done.out) == (5, True, ""), (argv, done.err)
    assert state() == before


def test_an_error_is_one_line_without_a_traceback(cli: Command) -> None:
    done = cli("bank", "show", "nowhere")
    assert done.err.count("\n") == 1
    assert "Traceback" not in done.err


def test_debug_shows_where_an_error_arose(cli: Command) -> None:
    done = cli("--debug", "bank", "show", "nowhere")
    assert done.exit == 1
    assert "Traceback" in done.err
    assert "NotFound" in done.err


def test_with_json_an_error_is_json_too(cli: Command) -> None:
    told = json.loads(cli("bank", "show", "nowhere", "--json").err)
    assert (told["code"], told["fields"]) == ("NOT_FOUND", {})


def test_a_fault_of_ours_is_told_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert complain(of_unexpected(ZeroDivisionError("division by zero"))) == 1
    assert capsys.readouterr().err == (
        "error: An unexpected fault (ZeroDivisionError: division by zero). Say --debug to see where. [UNEXPECTED]\n"
    )


def test_an_outage_is_told_as_one() -> None:
    told = of_unexpected(ConnectionRefusedError(111, "refused"))
    assert (type(told), told.code, told.exit_code) == (Unavailable, "POSTGRES_AWAY", 8)


def test_a_database_that_is_away_exits_8(cli: Command) -> None:
    away = {"MERITGRAPH_DATABASE_URL": "postgresql://nobody:secret@127.0.0.1:1/nothing"}
    for argv in (("bank", "list"), ("migrate",), ("demo", "--once"), ("worker", "--drain")):
        done = cli(*argv, env=away)
        assert (done.exit, "[POSTGRES_AWAY]" in done.err) == (8, True), (argv, done.err)
        assert "secret" not in done.err


def test_a_database_that_was_never_migrated_says_what_to_do(cli: Command, fresh: dict[str, str]) -> None:
    done = cli("bank", "list", env=fresh)
    assert (done.exit, done.out) == (6, "")
    assert "run `meritgraph migrate`" in done.err


@pytest.fixture
def fresh(server_url: str, tmp_path: Path) -> Iterator[dict[str, str]]:
    """Settings of an installation of the test's own, on an empty database."""
    name = f"meritgraph_test_fresh_{secrets.token_hex(4)}"
    statement(server_url, f"CREATE DATABASE {name}")
    url = make_url(server_url).set(database=name).render_as_string(hide_password=False)
    yield {"MERITGRAPH_DATABASE_URL": url, "MERITGRAPH_STATE": str(tmp_path / "state")}
    statement(server_url, f"DROP DATABASE {name} WITH (FORCE)")
    statement(server_url, f"DROP ROLE IF EXISTS {name}_app")


def statement(url: str, text: str) -> None:
    async def run() -> None:
        connection = await asyncpg.connect(url)
        await connection.execute(text)
        await connection.close()

    asyncio.run(run())


def test_the_demo_leaves_another_bank_of_its_name_alone(cli: Command, fresh: dict[str, str]) -> None:
    assert cli("migrate", env=fresh).exit == 0
    assert cli("bank", "create", "north", "--name", "Northern Bank", "--admin", "root", env=fresh).exit == 0
    done = cli("demo", "--once", env=fresh)
    assert (done.exit, "[BANK_EXISTS]" in done.err) == (6, True), done.err
    shown = cli("bank", "show", "north", "--json", env=fresh).json[0]
    assert (shown["name"], shown["managers"]) == ("Northern Bank", 0)


def test_settings_that_cannot_be_are_told_all_at_once(cli: Command) -> None:
    done = cli("bank", "list", env={"MERITGRAPH_PORT": "high", "MERITGRAPH_POOL": "0"})
    assert done.exit == 2
    assert "port" in done.err
    assert "pool" in done.err
    assert "[SETTINGS_INVALID]" in done.err


def test_a_wrong_option_is_explained(cli: Command) -> None:
    done = cli("bank", "list", "--colour")
    assert done.exit == 2
    assert "--colour" in done.err


# ---- plugins and people


def test_plugins_are_enabled_and_disabled(cli: Command) -> None:
    bank = new_bank(cli)
    who = ("--bank", bank, "--as", "root")
    assert cli("plugin", "enable", "deposits", *who).out == "plugin deposits is enabled\n"
    assert cli("plugin", "enable", "deposits", *who).out == "plugin deposits is enabled already\n"
    listed = {row["plugin"]: row["enabled"] for row in cli("plugin", "list", "--bank", bank, "--json").json}
    assert listed == {
        "deposits": True,
        "intermediate_income": False,
        "loans": False,
        "risk": False,
        "satisfaction": False,
    }
    assert cli("plugin", "disable", "deposits", *who).exit == 0
    assert cli("bank", "show", bank, "--json").json[0]["plugins"] == []


def test_an_unknown_plugin_is_refused(cli: Command) -> None:
    done = cli("plugin", "enable", "astrology", "--bank", new_bank(cli), "--as", "root")
    assert (done.exit, "[PLUGIN_UNKNOWN]" in done.err) == (2, True)


def test_a_plugin_in_use_stays(cli: Command, demo: Any) -> None:
    done = cli("plugin", "disable", "deposits", "--bank", "north", "--as", "admin")
    assert (done.exit, "[PLUGIN_IN_USE]" in done.err) == (6, True)
    assert "deposits" in cli("bank", "show", "north", "--json").json[0]["plugins"]


def test_people_get_roles_and_lose_them(cli: Command) -> None:
    bank = new_bank(cli)
    who = ("--bank", bank, "--as", "root")

    def roles() -> dict[str, list[str]]:
        return {row["person"]: row["roles"] for row in cli("person", "list", "--bank", bank, "--json").json}

    assert cli("person", "add", "li", *who, "--role", "assessor", "--role", "auditor").exit == 0
    assert roles() == {"li": ["assessor", "auditor"], "root": ["administrator"]}
    assert cli("person", "revoke", "li", "auditor", *who).out == "li is no longer auditor\n"
    assert cli("person", "grant", "li", "approver", *who).out == "li is approver\n"
    assert roles()["li"] == ["approver", "assessor"]


@pytest.mark.parametrize(
    ("argv", "exit_code", "code"),
    [
        (("add", "root"), 6, "PERSON_EXISTS"),
        (("add", "li", "--role", "emperor"), 2, "ROLE_UNKNOWN"),
        (("add", "li", "--manager", "M1"), 4, "NOT_FOUND"),
        (("grant", "root", "auditor"), 5, "FOUR_EYES"),
        (("grant", "ghost", "auditor"), 4, "NOT_FOUND"),
        (("grant", "root", "branch_head"), 2, "ROLE_BRANCH"),
    ],
    ids=lambda value: " ".join(value) if type(value) is tuple else None,
)
def test_a_change_of_people_that_cannot_be_leaves_them(
    cli: Command, argv: tuple[str, ...], exit_code: int, code: str
) -> None:
    bank = new_bank(cli)
    done = cli("person", *argv, "--bank", bank, "--as", "root")
    assert (done.exit, f"[{code}]" in done.err) == (exit_code, True), done.err
    assert [row["person"] for row in cli("person", "list", "--bank", bank, "--json").json] == ["root"]


# ---- schemes


def test_a_scheme_is_saved_by_one_and_approved_by_another(cli: Command, demo: Any, tmp_path: Path) -> None:
    file = tmp_path / "scheme.yaml"
    file.write_text(SCHEME % ("100", "points_proportional"), encoding="utf-8")
    saved = cli("scheme", "save", file, "--bank", "harbour", "--as", "designer")
    assert (saved.exit, saved.out) == (0, "saved as version 1; a second person approves it\n"), saved.err
    approve = ("scheme", "approve", "half_sheet", "--version", "1", "--bank", "harbour", "--as")
    assert cli(*approve, "approver").exit == 0
    again = cli(*approve, "approver")
    assert (again.exit, "[SCHEME_ALREADY_APPROVED]" in again.err) == (6, True)
    shown = cli("scheme", "show", "half_sheet", "--bank", "harbour", "--json").json
    assert shown["sections"][0]["lines"][0]["parameters"] == {"cap_multiple": "2"}
    assert "半张表" in cli("scheme", "show", "half_sheet", "--bank", "harbour").out


def test_a_scheme_with_faults_is_refused_with_all_of_them(cli: Command, demo: Any, tmp_path: Path) -> None:
    file = tmp_path / "scheme.yaml"
    file.write_text(SCHEME % ("90", "guesswork"), encoding="utf-8")
    done = cli("scheme", "save", file, "--bank", "harbour", "--as", "designer")
    assert done.exit == 2
    assert "[WEIGHTS_NOT_BASE_TOTAL]" in done.err
    assert "[RULE_UNKNOWN]" in done.err


@pytest.mark.parametrize("content", [b"a: [", b"\xff\xfe\x00", b"a: b: c"])
def test_a_scheme_file_that_is_no_yaml_is_refused(cli: Command, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "scheme.yaml"
    file.write_bytes(content)
    done = cli("scheme", "save", file, "--bank", "harbour", "--as", "designer")
    assert (done.exit, "[FILE_UNREADABLE]" in done.err) == (2, True)


def test_a_missing_file_is_told_before_anything_is_opened(cli: Command) -> None:
    done = cli("scheme", "save", "/nowhere/scheme.yaml", "--bank", "harbour", "--as", "designer")
    assert done.exit == 2
    assert "does not exist" in done.err


def test_a_missing_version_is_not_found(cli: Command, demo: Any) -> None:
    assert cli("scheme", "show", "quarterly", "--version", "99", "--bank", "north").exit == 4
    assert cli("scheme", "approve", "quarterly", "--version", "99", "--bank", "north", "--as", "approver").exit == 4


# ---- deliveries


def deliver(cli: Command, folder: Path, text: str, *more: str, mapping: str = ACCOUNTS, person: str = "steward") -> Any:
    (folder / "accounts.csv").write_text(text, encoding="utf-8")
    (folder / "mapping.yaml").write_text(mapping, encoding="utf-8")
    return cli(
        *("import", folder / "accounts.csv", "--bank", "harbour", "--mapping", folder / "mapping.yaml"),
        *("--day", "2026-01-31", "--as", person, *more),
    )


def deliveries(cli: Command) -> int:
    return int(cli("bank", "show", "harbour", "--json").json[0]["deliveries"])


HEADER = "account,customer,kind,category\n"


def test_a_delivery_is_imported_and_the_same_again_changes_nothing(cli: Command, demo: Any, tmp_path: Path) -> None:
    before = deliveries(cli)
    dry = deliver(cli, tmp_path, HEADER + "A1,C000001,deposit,savings\n", "--dry-run", "--json")
    assert (dry.exit, dry.json["status"], deliveries(cli)) == (0, "dry_run", before), dry.err
    done = deliver(cli, tmp_path, HEADER + "A1,C000001,deposit,savings\n", "--json")
    assert (done.json["status"], done.json["rows"], deliveries(cli)) == ("accepted", 1, before + 1)
    again = deliver(cli, tmp_path, HEADER + "A1,C000001,deposit,savings\n", "--json")
    assert (again.json["status"], deliveries(cli)) == ("unchanged", before + 1)


def test_a_faulty_file_is_refused_with_its_findings(cli: Command, demo: Any, tmp_path: Path) -> None:
    before = deliveries(cli)
    done = deliver(cli, tmp_path, HEADER + "A1,C999999,deposit,savings\nA2,C000001,piggy,savings\n")
    assert (done.exit, deliveries(cli)) == (3, before)
    assert "[FILE_REFUSED]" in done.err
    assert "C999999" in done.err
    assert "piggy" in done.err


def test_a_wrong_mapping_is_refused_before_the_file_is_read(cli: Command, demo: Any, tmp_path: Path) -> None:
    done = deliver(cli, tmp_path, HEADER, mapping="fact: horoscopes\ncolumns: {a: b}\n")
    assert (done.exit, "[MAPPING_INVALID]" in done.err) == (2, True)


def test_who_may_not_import_imports_nothing(cli: Command, demo: Any, tmp_path: Path) -> None:
    before = deliveries(cli)
    done = deliver(cli, tmp_path, HEADER + "A9,C000001,deposit,savings\n", person="auditor")
    assert (done.exit, "[FORBIDDEN]" in done.err, deliveries(cli)) == (5, True, before)


# ---- runs


def test_a_run_left_to_a_worker_is_done_by_it(cli: Command, demo: Any) -> None:
    who = ("--bank", "harbour", "--scheme", "savings_first", "--period", "2026-Q3", "--as", "assessor")
    run = cli("run", *who, "--detach").out.strip()
    waiting = {row["bank"]: row["queued"] for row in cli("status", "--json").json["jobs"]}
    assert waiting["harbour"] == 1
    unfinished = cli("replay", run, "--bank", "harbour")
    assert (unfinished.exit, "[RUN_NOT_COMPLETE]" in unfinished.err) == (6, True)
    drained = cli("worker", "--drain")
    assert drained.exit == 0, drained.err
    assert cli("replay", run, "--bank", "harbour").out.startswith("same: ")


def test_a_run_prints_its_leaderboard(cli: Command, demo: Any) -> None:
    who = ("--bank", "harbour", "--scheme", "savings_first", "--as", "assessor")
    done = cli("run", *who, "--period", "2026-08", "--json")
    assert done.exit == 0, done.err
    cards = done.json["scorecards"]
    assert len(cards) == 12
    assert set(cards[0]) == {"rank", "manager", "name", "branch", "branch_name", "points", "grade", "pay"}
    table = cli("run", *who, "--period", "2026-Q3")
    assert "盐田支行" in table.out


@pytest.mark.parametrize(
    ("scheme", "period", "exit_code", "code"),
    [
        ("savings_first", "2026-Q5", 2, "PERIOD_INVALID"),
        ("savings_first", "2096-Q1", 2, "PERIOD_IN_FUTURE"),
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
        *("run", "--bank", "harbour", "--scheme", "savings_first", "--period", "2026-Q3", "--as", "assessor", "--json")
    ).json["run"]
    theirs, missing = cli("replay", run, "--bank", "north"), cli("replay", "x" * 36, "--bank", "north")
    assert (theirs.exit, missing.exit) == (4, 4)
    assert theirs.err.replace(run, "") == missing.err.replace("x" * 36, "")


# ---- tokens, cases, status, serving


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
    assert done.out.startswith("migrated to 0001: postgresql+asyncpg://")
    password = make_url(settings.database_url).password
    assert not password or password not in done.out
