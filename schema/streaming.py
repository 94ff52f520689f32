"""A subscription's events as text: what many are told alike is executed and written once.

The source (who hears what, and may he still) is each listener's own; the execution of an event is shared by all who
heard the same news, asked for the same in the same language and see the same.
"""

import asyncio
from collections.abc import AsyncGenerator, Hashable
from contextlib import aclosing
from dataclasses import replace
from inspect import isawaitable
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


async def payloads(schema: MeritSchema, context: Context, asked: GraphQLRequest) -> AsyncGenerator[str]:
    """Each event's payload as JSON text. Ended with what is wrong with the document, or with going on."""
    try:
        asked = await _admitted(schema, context, asked)
        plan = _plan(asked, context.language)
        async with aclosing(await _source(_executor(schema, context, asked))) as events:
            async for event in events:
                text = await _told(schema, context, asked, plan, event)
                if text:
                    yield text
    except Ended:
        raise
    except HttpFault as fault:
        raise Ended(_of_fault(fault)) from fault
    except GraphQLError as error:
        raise Ended(error) from error
    except Exception as error:
        raise Ended(GraphQLError(str(error), original_error=error)) from error


async def _admitted(schema: MeritSchema, context: Context, asked: GraphQLRequest) -> GraphQLRequest:
    """With its document's text, within the caller's limits. What its events cost is counted once, here."""
    works, limits = context.works, context.limits
    works.rates.request(context.bank.id, context.caller.person, limits)
    text = await works.documents.text_of(asked, context.transactions, free_text=limits.free_text)
    asked = replace(asked, query=text)
    operation = operation_of(parsed(text), asked.operation_name)
    if operation.operation is not OperationType.SUBSCRIPTION:
        message = "Only subscriptions are served here: send queries and mutations by POST."
        raise GraphQLError(message, extensions={"code": "BAD_REQUEST"})
    schema.meter.admit(text, asked.variables, context)
    variables = _executor(schema, context, asked).variable_values
    schema.meter.charge(text, operation, variables.coerced, context)
    return asked


def _of_fault(fault: HttpFault) -> GraphQLError:
    extensions: Any = fault.error["extensions"]
    return GraphQLError(str(fault), extensions=extensions)


async def _source(executor: Executor[Any]) -> Any:
    opened: Any = create_source_event_stream(executor)
    source = await opened if isawaitable(opened) else opened
    if isinstance(source, ExecutionResult):
        raise Ended(*source.errors or ())
    return source


def _executor(schema: MeritSchema, context: Context, asked: GraphQLRequest, root: object = None) -> Executor[Any]:
    """Of a document that is valid in the schema the caller sees now."""
    query = asked.query or ""
    visible = schema.visible(context)
    if errors := visible.checked(query):
        raise Ended(*errors)
    executor = Executor.build(
        visible.schema, parsed(query), root, context, asked.variables, asked.operation_name, hide_suggestions=True
    )
    if isinstance(executor, list):
        raise Ended(*executor)
    return executor


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
        async with asyncio.timeout(shared.limits.deadline_seconds):
            result = await _executed(schema, shared, asked, event)
    except (TimeoutError, asyncio.CancelledError) as end:
        shared.transactions.abandon()  # loaders read in tasks of their own
        if isinstance(end, asyncio.CancelledError):
            raise
        result = ExecutionResult(None, [_late(shared.limits.deadline_seconds)])
    except Unavailable as error:
        if not is_away(error):
            raise
        return None
    finally:
        await shared.transactions.close()
    if result is None:
        return ""
    if any(is_away(cause_of(error)) for error in result.errors or ()):
        return None
    return orjson.dumps(_payload(result, shared.masks())).decode()


async def _executed(
    schema: MeritSchema, shared: Context, asked: GraphQLRequest, event: Event
) -> ExecutionResult | None:
    root = await event.make(shared)
    if root is None:
        return None
    found: Any = execute_subscription_event(_executor(schema, shared, asked, root))
    result: ExecutionResult = await found if isawaitable(found) else found
    return result


def _late(seconds: float) -> GraphQLError:
    sentence = f"The event took longer than {seconds:g} s and was given up: ask for less at a time."
    return GraphQLError(sentence, extensions={"code": "DEADLINE_EXCEEDED"})


def _payload(result: ExecutionResult, masked: list[list[str | int]]) -> dict[str, Any]:
    payload: dict[str, Any] = {"data": result.data}
    if result.errors:
        payload["errors"] = [translated(error).formatted for error in result.errors]
    return payload | ({"extensions": {"masked": masked}} if masked else {})
