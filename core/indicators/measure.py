"""Measuring one indicator: rows, shares, fold, value for every manager, for what nobody holds, for the bank."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from core.errors import MeritgraphError, PluginError
from core.indicators.attribution import PART, ROWS, fold, held, whole
from core.indicators.engine import Engine
from core.indicators.indicator import Derived, Facts, Indicator, Parameters, Ratio, Sum, Unit
from core.indicators.value import Measured, Value, Values
from core.numbers import PPM
from core.periods import Period


@dataclass(frozen=True)
class Setting:
    """What a measurement stands on: the facts and shares of one snapshot, the period, who is scored.

    `shares`: an Ibis table customer, manager, first, until, share_ppm. `digits`: of the bank's currency.
    `parameters`: by plugin.
    """

    engine: Engine
    facts: Facts
    shares: Any
    period: Period
    managers: Collection[str]
    digits: int
    parameters: Mapping[str, Parameters]


@dataclass(frozen=True)
class _Folded:
    n: int
    d: int
    rows: int


def rows_of(indicator: Indicator, setting: Setting) -> Any:
    """The indicator's rows, columns checked. PluginError PLUGIN_FAILED names plugin and indicator."""
    rows = _all_rows(indicator, setting)
    if indicator.part is not None:
        rows = rows.filter(rows[PART] == indicator.part)
    return rows.select(*ROWS)


def _all_rows(indicator: Indicator, setting: Setting) -> Any:
    """The rows of every indicator with this rows function, and their part where one of them has one."""
    if indicator.rows is None:
        raise PluginError(
            f"{indicator.code} has neither rows nor weights.", code="PLUGIN_INVALID", indicator=indicator.code
        )
    known = setting.parameters.get(indicator.plugin, {})
    parameters = {each.name: known[each.name] for each in indicator.parameters}
    try:
        rows = indicator.rows(setting.facts, setting.period, parameters)
        return rows.select(*ROWS, *([] if indicator.part is None else [PART]))
    except MeritgraphError:
        raise
    except Exception as error:
        raise _failed(indicator, error) from error


def alike(indicators: Iterable[Indicator]) -> list[list[Indicator]]:
    """Indicators with one rows function together, each group where its first one stood."""
    groups: dict[Any, list[Indicator]] = {}
    for indicator in indicators:
        names = tuple(parameter.name for parameter in indicator.parameters)
        key = indicator.code if indicator.rows is None else (indicator.plugin, indicator.rows, names)
        groups.setdefault(key, []).append(indicator)
    return list(groups.values())


def measure(indicator: Indicator, setting: Setting) -> Measured:
    """Measure an indicator that has rows. Blocking: engine work."""
    return measure_alike([indicator], setting)[0]


def measure_alike(group: Sequence[Indicator], setting: Setting) -> list[Measured]:
    """Measure a group of `alike` that has rows, joining them to the shares once. Blocking: engine work."""
    one = next((indicator for indicator in group if indicator.part is not None), group[0])
    rows = rows_of(one, setting) if len(group) == 1 else _all_rows(one, setting)
    ratio = any(isinstance(indicator.fold, Ratio) for indicator in group)
    expression = fold(held(rows, setting.shares), ratio).union(whole(rows, ratio))
    try:
        found = setting.engine.read(expression)
    except Exception as error:
        raise _failed(one, error) from error
    parts = found.column(PART).to_pylist() if PART in found.column_names else [None] * found.num_rows
    columns = (found[name].to_pylist() for name in ("manager", "n", "d", "rows"))
    folded = [(part, m, _Folded(int(n), int(d), rows)) for part, m, n, d, rows in zip(parts, *columns, strict=True)]
    return [_measured(indicator, setting, _added(folded, indicator.part, len(group) == 1)) for indicator in group]


def _added(
    folded: Sequence[tuple[str | None, str | None, _Folded]], wanted: str | None, every: bool
) -> dict[str | None, _Folded]:
    """By manager, None for the bank: the wanted part, or all parts together."""
    added: dict[str | None, _Folded] = {}
    for part, manager, one in folded:
        if every or wanted is None or part == wanted:
            so_far = added.get(manager, _Folded(0, 0, 0))
            added[manager] = _Folded(so_far.n + one.n, so_far.d + one.d, so_far.rows + one.rows)
    return added


def _failed(indicator: Indicator, error: Exception) -> PluginError:
    return PluginError(
        f"Plugin {indicator.plugin} failed while measuring {indicator.code}: {type(error).__name__}: {error}",
        plugin=indicator.plugin,
        indicator=indicator.code,
    )


def _measured(indicator: Indicator, setting: Setting, folded: dict[str | None, _Folded]) -> Measured:
    nothing = _Folded(0, 0, 0)
    bank = folded.get(None, nothing)
    mine = {manager: folded.get(manager, nothing) for manager in sorted(setting.managers)}
    rest = _Folded(bank.n - sum(f.n for f in mine.values()), bank.d - sum(f.d for f in mine.values()), bank.rows)
    return Measured(
        indicator=indicator.code,
        managers={manager: _value(indicator, setting, f) for manager, f in mine.items()},
        unattributed=_value(indicator, setting, rest),
        bank=_value(indicator, setting, bank),
    )


def _value(indicator: Indicator, setting: Setting, folded: _Folded) -> Value:
    missing = indicator.no_rows
    match indicator.fold:
        case Sum(per=per):
            scale = 10**setting.digits if indicator.unit is Unit.MONEY else 1
            return Value(folded.n, per(setting.period) * PPM * scale, missing if folded.rows == 0 else None)
        case Ratio(scale=scale):
            if folded.d == 0:
                # What there is above the line stays: interest without a balance is still a part of the bank's.
                return Value(scale * folded.n, 0, missing) if missing else Value(0, 1)
            return Value(scale * folded.n, folded.d)
        case _:
            raise PluginError(f"{indicator.code} is derived and has no rows.", code="PLUGIN_INVALID")


def derive(indicator: Indicator, values: Values) -> Measured:
    """A linear combination of values measured before; not applicable where one of its parts is."""
    if not isinstance(indicator.fold, Derived):
        raise PluginError(f"{indicator.code} is not derived.", code="PLUGIN_INVALID", indicator=indicator.code)
    parts = [(values[code], weight) for code, weight in sorted(indicator.fold.weights.items())]
    managers = parts[0][0].managers
    return Measured(
        indicator=indicator.code,
        managers={m: _combined([(part.managers[m], weight) for part, weight in parts]) for m in managers},
        unattributed=_combined([(part.unattributed, weight) for part, weight in parts]),
        bank=_combined([(part.bank, weight) for part, weight in parts]),
    )


def _combined(parts: Sequence[tuple[Value, Fraction]]) -> Value:
    for value, _ in parts:
        if value.not_applicable is not None:
            return Value(0, 1, value.not_applicable)
    total = sum((value.exact * weight for value, weight in parts), Fraction(0))
    return Value(total.numerator, total.denominator)


def in_order(codes: Collection[str], indicators: Mapping[str, Indicator]) -> list[Indicator]:
    """The asked indicators and what they are derived from, parts first, else by code.

    PluginError PLUGIN_INVALID when a derivation goes round in a circle or names an unknown indicator.
    """
    ordered: dict[str, Indicator] = {}
    under_way: set[str] = set()

    def visit(code: str) -> None:
        if code in ordered:
            return
        if code in under_way or code not in indicators:
            raise PluginError(f"{code} is derived in a circle or from something unknown.", code="PLUGIN_INVALID")
        under_way.add(code)
        indicator = indicators[code]
        if isinstance(indicator.fold, Derived):
            for part in sorted(indicator.fold.weights):
                visit(part)
        ordered[code] = indicator

    for code in sorted(codes):
        visit(code)
    return list(ordered.values())
