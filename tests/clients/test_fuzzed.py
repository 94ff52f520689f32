"""Schemathesis asks the real server whatever the schema allows, with a fixed seed: no answer is a fault of ours."""

import time
from collections import Counter
from typing import Any

import hypothesis
import pytest
import schemathesis
from graphql import build_client_schema, get_introspection_query, print_schema
from hypothesis import strategies as st
from schemathesis.graphql import nodes

from tests.clients.demonstration import Demonstration

SECONDS = 15
ROLES = ("administrator", "assessor", "auditor", "data_steward")
"""Together they may do nearly everything."""
_days = st.dates().map(str)
_numbers = st.one_of(st.decimals(allow_nan=True, allow_infinity=True).map(str), st.just("12.50"))
_periods = st.sampled_from(["2026-Q3", "2026-09", "2026-H1", "2026", "2026-Q9", "0000-00", ""])

schemathesis.graphql.scalar("Date", st.one_of(_days, st.just("2026-02-30")).map(nodes.String))
schemathesis.graphql.scalar("DateTime", st.datetimes().map(lambda at: nodes.String(at.isoformat() + "Z")))
schemathesis.graphql.scalar("Decimal", _numbers.map(nodes.String))
schemathesis.graphql.scalar("Period", _periods.map(nodes.String))
schemathesis.graphql.scalar("Upload", st.just(nodes.Null))


def _visible(demo: Demonstration, role: str) -> str:
    """The schema as that role sees it."""
    told = demo.ask(role, get_introspection_query(), bank="harbour")
    return print_schema(build_client_schema(told["data"]))


@pytest.mark.parametrize("role", ROLES)
def test_nothing_a_role_may_ask_is_a_fault_of_the_server(demo: Demonstration, role: str) -> None:
    api = schemathesis.graphql.from_file(_visible(demo, role))
    api.config.update(base_url=demo.address)
    codes: list[set[str]] = []
    ends = time.monotonic() + SECONDS

    @hypothesis.seed(4)
    @hypothesis.settings(max_examples=100, database=None, suppress_health_check=list(hypothesis.HealthCheck))
    @hypothesis.given(case=api.as_strategy())
    def ask(case: Any) -> None:
        if time.monotonic() > ends:
            return
        answer = demo.post(role, {"query": case.body}, bank="harbour")
        codes.append({error["extensions"]["code"] for error in answer.json().get("errors", ())})
        assert answer.status_code < 500, (case.body, answer.text)
        assert "INTERNAL_SERVER_ERROR" not in codes[-1], (case.body, answer.text)

    ask()
    understood = [one for one in codes if "GRAPHQL_VALIDATION_FAILED" not in one]
    assert len(understood) >= 8, Counter(code for one in codes for code in one)
