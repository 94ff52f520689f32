"""The demonstration banks' schemes: presets, with the figures that are a bank's to set."""

from collections.abc import Mapping
from typing import Any

from core.schemes.presets import preset
from service.demo.plan import BankPlan

FIGURES: Mapping[str, Mapping[str, Mapping[str, str]]] = {
    "north": {
        "deposits.daily_average_increment": {"points_per_unit": "0.0000005"},  # one point for two million yuan
        "risk.recovered": {"points": "0.000005"},  # one for 200,000 yuan
        "risk.foreclosed_assets_disposed": {"points": "0.000002"},
    },
    "harbour": {"deposits.daily_average_increment": {"points_per_unit": "0.00001"}},
}
"""Bank → indicator → parameters in place of the preset's."""
BASES: Mapping[str, Mapping[str, str]] = {
    "north": {  # what interbank deposits were worth, which only head office holds
        "deposits.daily_average_corporate": "15",
        "deposits.daily_average_savings": "15",
    },
    "harbour": {  # what the lines about satisfaction were worth, which this bank does not measure
        "deposits.daily_average_increment": "250",
        "risk.internal_control": "100",
        "risk.three_checks_done": "100",
    },
}
"""Bank → indicator → base in place of the preset's."""
ONLY_MEASURED = {"north": ("deposits.daily_average_interbank",), "harbour": ()}
"""Bank → indicators that are shown without points, where the preset scores them."""


def scheme_of(plan: BankPlan) -> dict[str, Any]:
    """The bank's scheme for `save_scheme`: the preset without what the bank does not measure."""
    body = preset(plan.preset).body(plan.scheme, plan.pool)
    for section in body["sections"]:
        section["lines"] = [line for line in section["lines"] if _is_scored(plan, line["indicator"])]
        for line in section["lines"]:
            _set(plan.code, line)
    body["sections"] = [section for section in body["sections"] if section["lines"]]
    body["measures"] += ONLY_MEASURED[plan.code]
    return body


def _set(bank: str, line: dict[str, Any]) -> None:
    indicator = line["indicator"]
    if figures := FIGURES[bank].get(indicator):
        line["parameters"] = {**line.get("parameters", {}), **figures}
    if base := BASES[bank].get(indicator):
        line["base"] = base


def _is_scored(plan: BankPlan, indicator: str) -> bool:
    return indicator.partition(".")[0] in plan.plugins and indicator not in ONLY_MEASURED[plan.code]
