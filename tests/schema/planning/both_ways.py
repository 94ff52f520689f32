"""One document answered twice: by its plan, and by graphql-core's executor, each in a context of its own."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from graphql.execution.values import get_variable_values
from starlette.requests import Request
from strawberry.types import ExecutionResult

from schema.checking import operation_of, parsed
from schema.context import Context
from schema.execution import MeritSchema
from schema.faults import translated
from schema.reception import Reception
from schema.requests import GraphQLRequest
from schema.responses import result_reply
from tenants.proofs import Proof

if TYPE_CHECKING:
    from tests.schema.conftest import Town

Body = dict[str, Any]


class PlanFailed(AssertionError):
    """The executor answered what the plan should have."""


@dataclass
class Asked:
    """One request."""

    town: Town
    person: str
    query: str
    variables: dict[str, Any] = field(default_factory=dict)
    language: str = "en"
    operation: str | None = None


@dataclass
class BothWays:
    """`planned`, `fallen_back`: how many answers were the plan's, and how many the executor's."""

    schema: MeritSchema
    reception: Reception
    planned: int = 0
    fallen_back: int = 0

    async def answer(self, asked: Asked, *, strict: bool = True) -> Body:
        """The answer, the same both ways, keys in the same order. `strict`: the plan's, unless a field has failed."""
        expected = await self.executed(asked)
        found = await self.by_plan(asked)
        if found is None:
            self.fallen_back += 1
            if strict and not _fails_below_a_root(expected):
                raise PlanFailed(f"no field failed, and yet the executor had to answer\n{asked.query}")
            return expected
        self.planned += 1
        assert found == expected, f"{list(_apart(found, expected))[:9]}\n{asked.query}\n{asked.variables}"
        assert _ordered(found) == _ordered(expected), f"keys in another order\n{asked.query}"
        return found

    async def by_plan(self, asked: Asked) -> Body | None:
        """The plan's answer, None where it left it to the executor; PlanFailed where it broke."""
        async with self.context(asked) as context:
            visible, request = self.schema.visible(context), _request(asked)
            operation = operation_of(parsed(asked.query), asked.operation)
            variables = get_variable_values(
                visible.schema, operation.variable_definitions or (), asked.variables, 20, True
            )
            assert not isinstance(variables, list), variables
            with _no_complaint(asked.query):
                result = await self.schema._planned(visible, asked.query, operation, variables, context)
            return None if result is None else _body(request, result, context)

    async def executed(self, asked: Asked) -> Body:
        """The executor's answer."""
        async with self.context(asked) as context:
            visible = self.schema.visible(context)
            errors = visible.checked(asked.query)
            assert not errors, (asked.query, errors)
            whole = GraphQLRequest(asked.query, asked.variables, asked.operation, None)
            return _body(_request(asked), await self.schema._executed(visible, whole, context), context)

    @asynccontextmanager
    async def context(self, asked: Asked) -> AsyncIterator[Context]:
        """A fresh one."""
        proof = Proof(asked.town.bank, asked.person, float("inf"))
        async with self.reception.context(proof, _request(asked)) as context:
            yield context


def _request(asked: Asked) -> Request:
    return Request({"type": "http", "headers": [(b"accept-language", asked.language.encode())]})


def _body(request: Request, result: ExecutionResult, context: Context) -> Body:
    """What goes over the wire. Errors by their paths: the executor tells them as they come."""
    result.errors = [translated(error) for error in result.errors or ()] or None
    body: Body = json.loads(bytes(result_reply(request, result, context).body))
    if "errors" in body:
        body["errors"].sort(key=lambda error: (error.get("path", []), error["message"]))
        assert not any(error["extensions"]["code"] == "INTERNAL_SERVER_ERROR" for error in body["errors"]), body
    return body


def _fails_below_a_root(body: Body) -> bool:
    """Also an argument that has no value, and a root that has no null: graphql-core's, by the letter."""
    return body.get("data") is None or any(
        len(error["path"]) > 1 or error["message"].startswith("Argument ") for error in body.get("errors", [])
    )


def _apart(found: Any, expected: Any, *path: str | int) -> Iterator[tuple[Any, ...]]:
    """(path, the plan's, the executor's) of every place where they differ."""
    if isinstance(found, dict) and isinstance(expected, dict) and found.keys() == expected.keys():
        for key in found:
            yield from _apart(found[key], expected[key], *path, key)
    elif isinstance(found, list) and isinstance(expected, list) and len(found) == len(expected):
        for number, (one, other) in enumerate(zip(found, expected, strict=True)):
            yield from _apart(one, other, *path, number)
    elif found != expected:
        yield path, found, expected


def _ordered(value: Any) -> Any:
    if isinstance(value, dict):
        return [(key, _ordered(one)) for key, one in value.items()]
    return [_ordered(one) for one in value] if isinstance(value, list) else value


@contextmanager
def _no_complaint(query: str) -> Iterator[None]:
    """PlanFailed where a plan broke, which the log alone would tell."""
    log, heard = logging.getLogger("meritgraph.graphql"), _Heard()
    log.addHandler(heard)
    try:
        yield
    finally:
        log.removeHandler(heard)
    for record in heard.records:
        assert record.exc_info is not None
        raise PlanFailed(f"the plan broke\n{query}") from record.exc_info[1]


class _Heard(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)
