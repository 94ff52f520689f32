"""The host: what it finds, what it refuses, and that order changes nothing."""

from types import ModuleType
from typing import Any

import pytest

from core.errors import Conflict, InputError, PluginError
from core.indicators.indicator import Direction, Indicator, Labels, Sum, Unit
from core.plugin import Column, ColumnType, FactKind, FactTable, hook
from core.plugins.host import Host
from core.plugins.store import catalogue, disable, enable, enabled
from core.schemes.store import approve_scheme, submit_scheme
from tenants.binding import Opener


def indicator(code: str) -> Indicator:
    return Indicator(code, Labels("x", "某"), Unit.COUNT, Direction.HIGHER_IS_BETTER, Sum(), lambda f, p, q: None)


def plugin(*codes: str, **hooks: Any) -> ModuleType:
    """A plugin module with these indicators and hooks."""
    made = ModuleType("made")
    made.__dict__["indicators"] = hook(lambda: [indicator(code) for code in codes])
    made.__dict__.update({name: hook(function) for name, function in hooks.items()})
    return made


def test_the_built_in_families_are_installed() -> None:
    assert set(Host.installed().plugins) >= {"deposits", "intermediate_income", "loans", "risk", "satisfaction"}


def test_a_plugin_that_names_an_indicator_twice_is_refused() -> None:
    with pytest.raises(PluginError, match=r"names the indicator a\.x") as caught:
        Host({"a": (plugin("a.x", "a.x"), "1")})
    assert caught.value.code == "PLUGIN_DUPLICATE"


def test_a_plugin_may_not_name_a_fact_table_of_core() -> None:
    table = FactTable(
        "fees", FactKind.STATE, Labels("x", "某"), ("a",), (Column("a", ColumnType.CODE, Labels("x", "某")),)
    )
    with pytest.raises(PluginError, match="fees, which core has named already") as caught:
        Host({"a": (plugin(fact_tables=lambda: [table]), "1")})
    assert caught.value.code == "PLUGIN_DUPLICATE"


def test_a_code_outside_the_plugins_own_name_is_refused() -> None:
    with pytest.raises(PluginError, match=r"must begin with a\.|must begin with a") as caught:
        Host({"a": (plugin("b.x"), "1")})
    assert caught.value.code == "PLUGIN_INVALID"


def test_a_misspelt_hook_is_refused() -> None:
    with pytest.raises(PluginError, match="indicatorz") as caught:
        Host({"a": (plugin(indicatorz=lambda: []), "1")})
    assert caught.value.code == "PLUGIN_INVALID"


def test_a_hook_that_raises_is_named() -> None:
    def fact_tables() -> list[FactTable]:
        raise ValueError("no disk")

    with pytest.raises(PluginError, match="Plugin a failed in its hook fact_tables: no disk") as caught:
        Host({"a": (plugin(fact_tables=fact_tables), "1")})
    assert caught.value.code == "PLUGIN_FAILED"


def test_a_hook_that_gives_something_else_is_refused() -> None:
    with pytest.raises(PluginError, match="gave a str, not a FactTable"):
        Host({"a": (plugin(fact_tables=lambda: ["fees"]), "1")})


def test_the_order_of_registration_changes_nothing() -> None:
    one, two = plugin("a.y", "a.x"), plugin("b.x")
    forward, backward = Host({"a": (one, "1"), "b": (two, "1")}), Host({"b": (two, "1"), "a": (one, "1")})
    assert list(forward.catalogue(["b", "a"]).indicators) == ["a.x", "a.y", "b.x"]
    assert list(backward.catalogue(["a", "b"]).indicators) == ["a.x", "a.y", "b.x"]


def test_a_plugin_a_bank_has_not_enabled_offers_it_nothing() -> None:
    catalogue = Host({"a": (plugin("a.x"), "1"), "b": (plugin("b.x"), "1")}).catalogue(["a"])
    assert list(catalogue.indicators) == ["a.x"]
    assert catalogue.versions == {"a": "1"}


def test_an_unknown_plugin_is_refused_with_the_names_there_are() -> None:
    with pytest.raises(InputError, match=r"No plugin 'c' is installed. There are: a\.") as caught:
        Host({"a": (plugin("a.x"), "1")}).catalogue(["c"])
    assert caught.value.code == "PLUGIN_UNKNOWN"


async def test_a_bank_enables_and_disables_once(open_bank: Opener) -> None:
    host = Host({"a": (plugin("a.x"), "1")})
    async with open_bank() as session:
        assert await enable(session, host, "a")
        assert not await enable(session, host, "a")
        assert await enabled(session) == ["a"]
        assert await disable(session, "a")
        assert not await disable(session, "a")
        trail = await session.rows("SELECT action, subject FROM bank.audit ORDER BY record")
        assert [tuple(row) for row in trail] == [("plugin:enable", "a"), ("plugin:disable", "a")]


async def test_a_plugin_in_use_by_a_scheme_stays_enabled(open_bank: Opener) -> None:
    host = Host({"a": (plugin("a.x"), "1")})
    async with open_bank() as session:
        await enable(session, host, "a")
        await session.execute("INSERT INTO bank.schemes (scheme, label, label_zh) VALUES ('s', 'S', '某')")
        await session.execute(
            """INSERT INTO bank.scheme_versions (scheme, version, body, status, made_by, made_at)
               VALUES ('s', 1, '{"lines": [{"indicator": "a.x"}]}', 'draft', 'tester', now())"""
        )
        await submit_scheme(session, "s", 1)
        async with session.acting_as("q") as second:
            await approve_scheme(second, "s", 1)
        with pytest.raises(Conflict, match="scheme s measures with it") as caught:
            await disable(session, "a")
        assert caught.value.code == "PLUGIN_IN_USE"
        assert await enabled(session) == ["a"]


async def test_an_enabled_plugin_that_is_no_longer_installed_offers_nothing(open_bank: Opener) -> None:
    async with open_bank() as session:
        await enable(session, Host({"a": (plugin("a.x"), "1")}), "a")
        assert list((await catalogue(session, Host({"b": (plugin("b.x"), "1")}))).plugins) == []
