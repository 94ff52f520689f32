"""`meritgraph bank`, `plugin`, `person`: banks, what they have enabled, their people."""

import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

GOLDEN = Path(__file__).resolve().parents[1] / "golden"
Command = Callable[..., Any]


def test_a_bank_is_created_with_its_first_administrator(cli: Command, new_bank: Callable[[], str]) -> None:
    code = new_bank()
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


def test_a_bank_is_created_once(cli: Command, new_bank: Callable[[], str]) -> None:
    code = new_bank()
    again = cli("bank", "create", code, "--name", "Other", "--admin", "thief")
    assert (again.exit, again.err) == (6, f"error: Bank {code} exists already. [BANK_EXISTS]\n")
    assert [person["person"] for person in cli("person", "list", "--bank", code, "--json").json] == ["root"]


def test_plugins_are_enabled_and_disabled(cli: Command, new_bank: Callable[[], str]) -> None:
    bank = new_bank()
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


def test_an_unknown_plugin_is_refused(cli: Command, new_bank: Callable[[], str]) -> None:
    done = cli("plugin", "enable", "astrology", "--bank", new_bank(), "--as", "root")
    assert (done.exit, "[PLUGIN_UNKNOWN]" in done.err) == (2, True)


def test_a_plugin_in_use_stays(cli: Command, demo: Any) -> None:
    done = cli("plugin", "disable", "deposits", "--bank", "north", "--as", "admin")
    assert (done.exit, "[PLUGIN_IN_USE]" in done.err) == (6, True)
    assert "deposits" in cli("bank", "show", "north", "--json").json[0]["plugins"]


def test_people_get_roles_and_lose_them(cli: Command, new_bank: Callable[[], str]) -> None:
    bank = new_bank()
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
    cli: Command, new_bank: Callable[[], str], argv: tuple[str, ...], exit_code: int, code: str
) -> None:
    bank = new_bank()
    done = cli("person", *argv, "--bank", bank, "--as", "root")
    assert (done.exit, f"[{code}]" in done.err) == (exit_code, True), done.err
    assert [row["person"] for row in cli("person", "list", "--bank", bank, "--json").json] == ["root"]
