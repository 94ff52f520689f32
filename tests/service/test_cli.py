"""The command line: its help, and mistakes that every verb tells alike."""

import asyncio
import json
import secrets
import subprocess
import sys
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

GOLDEN = Path(__file__).resolve().parents[1] / "golden"
Command = Callable[..., Any]


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


def test_the_verbs_are_these() -> None:
    assert {path[0] for path, _ in commands()} == {
        *(
            "demo",
            "serve",
            "worker",
            "migrate",
            "bank",
            "documents",
            "plugin",
            "person",
            "import",
            "run",
            "replay",
            "scheme",
        ),
        *("token", "trail", "test", "bench", "status", "stop"),
        *("feed", "inbox", "set-aside", "entry", "ready", "setting", "runs", "publish", "cancel"),
    }


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
        ("trail", "--bank"),
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
    ("scheme", "submit", "quarterly", "--version", "1"),
    ("feed", "remove", "balances"),
    ("inbox", "scan"),
    ("entry", "approve", "1"),
    ("setting", "set", "bad_rows", "refuse"),
    ("publish", "any"),
    ("cancel", "any"),
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
        "error: An unexpected fault (ZeroDivisionError: division by zero). "
        "`meritgraph --debug …` shows where. [UNEXPECTED]\n"
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


@pytest.mark.parametrize("text", ["account,amount\na1,1.00\n", "- fact\n", ""])
def test_a_mapping_that_is_none_is_told_in_plain_words_and_once(
    cli: Command, demo: Any, tmp_path: Path, text: str
) -> None:
    file = tmp_path / "mapping.csv"
    file.write_text(text, encoding="utf-8")
    where = ("--bank", "harbour", "--mapping", file, "--day", "2026-09-30", "--as", "steward")
    done = cli("import", file, *where)
    assert (done.exit, done.err) == (
        2,
        "error: The mapping cannot be used. A mapping is YAML with `fact` and `columns`. [MAPPING_INVALID]\n",
    )


def test_the_module_itself_is_the_program() -> None:
    done = subprocess.run([sys.executable, "-m", "service.cli", "no-such-verb"], capture_output=True, check=False)
    assert (done.returncode, b"no-such-verb" in done.stderr) == (2, True)
