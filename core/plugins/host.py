"""The host: finds plugins, checks what they promise, and gives each bank the catalogue it has enabled."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import entry_points
from types import MappingProxyType
from typing import Any

import pluggy

from core.errors import InputError, PluginError
from core.facts.catalogue import STANDARD
from core.facts.fact_table import FactTable
from core.indicators.indicator import Indicator
from core.plugins.hooks import PROJECT, Hooks, PolicyLine, Reading
from core.points.catalogue import BUILT_IN
from core.points.rule import PointRule
from core.registers.tables import register_tables

GROUP = "meritgraph.plugins"


@dataclass(frozen=True)
class Plugin:
    """One plugin's offer, checked. `version` goes beside a run's hashes."""

    code: str
    version: str
    indicators: tuple[Indicator, ...]
    fact_tables: tuple[FactTable, ...]
    point_rules: tuple[PointRule, ...]
    readings: tuple[Reading, ...]
    policy_lines: tuple[PolicyLine, ...]
    module: Any


@dataclass(frozen=True, eq=False)
class Catalogue:
    """What a bank works with: the standard parts and those of its enabled plugins, by code. One a combination."""

    plugins: Mapping[str, Plugin]
    indicators: Mapping[str, Indicator]
    fact_tables: Mapping[str, FactTable]
    point_rules: Mapping[str, PointRule]
    policy_lines: tuple[PolicyLine, ...]

    @property
    def deliverables(self) -> dict[str, FactTable]:
        """Everything a file can be of: the fact tables, and the bank's own lists (core/registers)."""
        return {**self.fact_tables, **register_tables(self.indicators)}

    @property
    def versions(self) -> dict[str, str]:
        """Plugin code → version."""
        return {code: plugin.version for code, plugin in self.plugins.items()}


class Host:
    """All plugins of this installation. The order of registration changes nothing: everything is sorted by code."""

    def __init__(self, modules: Mapping[str, tuple[Any, str]]) -> None:
        """`modules`: plugin code → (module or object with hooks, version). PluginError if one breaks its promise."""
        manager = pluggy.PluginManager(PROJECT)
        manager.add_hookspecs(Hooks)
        for code, (module, _) in sorted(modules.items()):
            manager.register(module, name=code)
        try:
            manager.check_pending()
        except pluggy.PluginValidationError as error:
            raise PluginError(
                f"A plugin implements a hook that does not exist: {error}", code="PLUGIN_INVALID"
            ) from error
        self._manager = manager
        self.plugins = {code: self._offer(code, *modules[code]) for code in sorted(modules)}
        self._catalogues: dict[frozenset[str], Catalogue] = {}
        """As many as there are combinations that banks have enabled."""
        _refuse_duplicates(self.plugins.values())

    @classmethod
    def installed(cls) -> "Host":
        """The plugins found through the entry point group."""
        found: dict[str, tuple[Any, str]] = {}
        for point in entry_points(group=GROUP):
            if point.name in found:
                raise PluginError(f"Two installed packages offer a plugin {point.name!r}.", code="PLUGIN_DUPLICATE")
            found[point.name] = (point.load(), point.dist.version if point.dist else "0")
        return cls(found)

    def catalogue(self, enabled: Iterable[str]) -> Catalogue:
        """What a bank that enabled these plugins works with; codes not installed are refused: PLUGIN_UNKNOWN."""
        codes = frozenset(enabled)
        if codes not in self._catalogues:
            self._catalogues[codes] = self._made(sorted(codes))
        return self._catalogues[codes]

    def _made(self, codes: Iterable[str]) -> Catalogue:
        plugins = {code: self.plugin(code) for code in codes}
        offered = plugins.values()
        return Catalogue(
            plugins=MappingProxyType(plugins),
            indicators=_by_code((i.code, i) for p in offered for i in p.indicators),
            fact_tables=_by_code(
                [*((t.name, t) for t in STANDARD), *((t.name, t) for p in offered for t in p.fact_tables)]
            ),
            point_rules=_by_code([*BUILT_IN.items(), *((r.code, r) for p in offered for r in p.point_rules)]),
            policy_lines=tuple(line for p in offered for line in p.policy_lines),
        )

    def plugin(self, code: str) -> Plugin:
        """The installed plugin of that code; InputError PLUGIN_UNKNOWN."""
        if code not in self.plugins:
            names = ", ".join(self.plugins)
            raise InputError(f"No plugin {code[:50]!r} is installed. There are: {names}.", code="PLUGIN_UNKNOWN")
        return self.plugins[code]

    def demo_facts(self, code: str, bank: Any) -> Mapping[str, Sequence[Sequence[str]]]:
        """What one plugin invents for a demonstration bank; empty if it invents nothing."""
        invent: Callable[..., Any] | None = getattr(self.plugin(code).module, "demo_facts", None)
        return invent(bank) if invent is not None else {}

    def _offer(self, code: str, module: Any, version: str) -> Plugin:
        plugin = Plugin(
            code=code,
            version=version,
            indicators=self._ask(code, "indicators", Indicator),
            fact_tables=self._ask(code, "fact_tables", FactTable),
            point_rules=self._ask(code, "point_rules", PointRule),
            readings=self._ask(code, "readings", Reading),
            policy_lines=self._ask(code, "policy_lines", PolicyLine),
            module=module,
        )
        for named in (*(i.code for i in plugin.indicators), *(r.code for r in plugin.point_rules)):
            if named.partition(".")[0] != code:
                raise PluginError(
                    f"Plugin {code} names {named}: its codes must begin with {code}.", code="PLUGIN_INVALID"
                )
        return plugin

    def _ask(self, code: str, name: str, kind: type) -> tuple[Any, ...]:
        others = [plugin for other, plugin in self._manager.list_name_plugin() if other != code]
        caller = self._manager.subset_hook_caller(name, remove_plugins=others)
        try:
            answers = [item for answer in caller() for item in answer]
        except Exception as error:
            raise PluginError(f"Plugin {code} failed in its hook {name}: {error}", plugin=code, hook=name) from error
        for item in answers:
            if not isinstance(item, kind):
                raise PluginError(
                    f"Plugin {code}: hook {name} gave a {type(item).__name__}, not a {kind.__name__}.",
                    code="PLUGIN_INVALID",
                )
        return tuple(
            sorted(answers, key=lambda item: getattr(item, "code", None) or getattr(item, "name", "") or repr(item))
        )


def _by_code(pairs: Iterable[tuple[str, Any]]) -> Mapping[str, Any]:
    return MappingProxyType(dict(sorted(pairs)))


def _refuse_duplicates(plugins: Iterable[Plugin]) -> None:
    owners: dict[tuple[str, str], str] = {("fact table", t.name): "core" for t in STANDARD}
    owners |= {("point rule", code): "core" for code in BUILT_IN}
    for plugin in plugins:
        named = [
            *(("indicator", i.code) for i in plugin.indicators),
            *(("fact table", t.name) for t in plugin.fact_tables),
            *(("point rule", r.code) for r in plugin.point_rules),
        ]
        for kind, code in named:
            if (kind, code) in owners:
                raise PluginError(
                    f"Plugin {plugin.code} names the {kind} {code}, which {owners[kind, code]} has named already.",
                    code="PLUGIN_DUPLICATE",
                )
            owners[kind, code] = plugin.code
