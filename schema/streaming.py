"""A subscription's events as text: what many are told alike is executed and written once.

The source (who hears what, and may he still) is each listener's own; the execution of an event is shared by all who
heard the same news, asked for the same in the same language and see the same.
"""

import asyncio
from collections.abc import AsyncIterator, Hashable
from contextlib import aclosing
from typing import Any

import orjson
from graphql import (
    ExecutionResult,
    Executor,
    GraphQLError,
    OperationType,
    create_source_event_stream,
    execute_subscription_event,
)

from core.errors import Unavailable
from schema.checking import operation_of, parsed
from schema.context import Context
from schema.event import Event
from schema.execution import MeritSchema
from schema.faults import HttpFault, cause_of, translated
from schema.requests import GraphQLRequest
from schema.transactions import is_away

PAUSE = 0.5
"""Seconds before an event is made again that found the database away."""


class Ended(Exception):
    """The operation could not begin or go on. `errors`: as the client is told."""

    def __init__(self, *errors: GraphQLError) -> None:
        super().__init__("the operation has ended")
        self.errors: list[Any] = [translated(error).formatted for error in errors]

    @property
    def unauthenticated(self) -> bool:
        """Whether it is because the person may no longer log in."""
        return any(error["extensions"]["code"] == "UNAUTHENTICATED" for error in self.errors)


async def payloads(schema: MeritSchema, context: Context, asked: GraphQLRequest) -> AsyncIterator[str]:
    """Each event's payload as JSON text. Ended with what is wrong with the document, or with going on."""
    source = await _source(_executor(schema, context, asked))
    plan = _plan(asked, context.language)
    try:
        async with aclosing(source) as events:
            async for event in events:
                text = await _told(schema, context, asked, plan, event)
                if text:
                    yield text
    except Ended:
        raise
    except GraphQLError as error:
        raise Ended(error) from error
    except Exception as error:
        raise Ended(GraphQLError(str(error), original_error=error)) from error


async def _source(executor: Executor) -> Any:
    opened: Any = create_source_event_stream(executor)
    source = await opened if executor.is_awaitable(opened) else opened
    if isinstance(source, ExecutionResult):
        raise Ended(*source.errors or ())
    return source


def _executor(schema: MeritSchema, context: Context, asked: GraphQLRequest, root: object = None) -> Executor:
    """Of a document that is valid in the schema the caller sees."""
    query = asked.query or ""
    try:
        _check_operation(query, asked.operation_name)
    except GraphQLError as error:
        raise Ended(error) from error
    visible = schema.visible(context)
    if errors := visible.checked(query):
        raise Ended(*errors)
    executor = Executor.build(visible.schema, parsed(query), root, context, asked.variables, asked.operation_name)
    if isinstance(executor, list):
        raise Ended(*executor)
    return executor


def _check_operation(query: str, name: str | None) -> None:
    try:
        operation = operation_of(parsed(query), name)
    except HttpFault as fault:
        raise GraphQLError(str(fault), extensions=fault.error["extensions"]) from fault
    if operation.operation is not OperationType.SUBSCRIPTION:
        message = "Only subscriptions are served here: send queries and mutations by POST."
        raise GraphQLError(message, extensions={"code": "BAD_REQUEST"})


def _plan(asked: GraphQLRequest, language: str) -> Hashable:
    """What two listeners must have asked alike."""
    return asked.query, asked.operation_name, orjson.dumps(asked.variables, option=orjson.OPT_SORT_KEYS), language


async def _told(schema: MeritSchema, context: Context, asked: GraphQLRequest, plan: Hashable, event: Event) -> str:
    async def make() -> str:
        while True:
            text = await _made(schema, context, asked, event)
            if text is not None:
                return text
            await asyncio.sleep(PAUSE)

    return await event.heard.news.shared.once((plan, event.heard.caller.sight, event.since), make)


async def _made(schema: MeritSchema, context: Context, asked: GraphQLRequest, event: Event) -> str | None:
    """The event's payload, "" where there is nothing to tell, None while the database is away."""
    shared = context.shared(event.heard.caller, event.heard.news.catalogue)
    try:
        root = await event.make(shared)
        if root is None:
            return ""
        executed: Any = execute_subscription_event(_executor(schema, shared, asked, root))
        result: ExecutionResult = await executed if not isinstance(executed, ExecutionResult) else executed
    except Unavailable as error:
        if not is_away(error):
            raise
        return None
    finally:
        await shared.transactions.close()
    if any(is_away(cause_of(error)) for error in result.errors or ()):
        return None
    return orjson.dumps(_payload(result, shared.masked)).decode()


def _payload(result: ExecutionResult, masked: list[list[str | int]]) -> dict[str, Any]:
    payload: dict[str, Any] = {"data": result.data}
    if result.errors:
        payload["errors"] = [translated(error).formatted for error in result.errors]
    return payload | ({"extensions": {"masked": masked}} if masked else {})
