"""What a subscription's source gives: news for one listener, from which his event is made or shared."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Hashable
from dataclasses import dataclass
from typing import Any

import strawberry

from core.errors import Unauthenticated
from schema.context import Context
from schema.needs import Need, under
from schema.watch import News, Topic
from tenants.callers import Caller, require


@dataclass(frozen=True)
class Heard:
    """News, and as whom the listener hears it: what he may do is of the same moment."""

    news: News
    caller: Caller


@dataclass(frozen=True)
class Event:
    """To be told to one listener, or to all who heard the same news, see the same and asked for the same.

    `make`: the object under the subscription's field, read with the context it is given, which is nobody's in
    particular; None: there is nothing to tell. `since`: what else the object depends on, besides the document.
    """

    heard: Heard
    make: Callable[[Context], Awaitable[Any | None]]
    since: Hashable = None


async def hear(context: Context, topic: Topic, permission: str) -> AsyncGenerator[Heard]:
    """The topic's news, first as it stands now, again whenever it or what the person may do has changed.

    Unauthenticated once he may no longer log in, Forbidden once the permission is lost: before anything is told.
    """
    person = context.caller.person
    await context.rest()
    async with context.works.watch.follow(topic, person) as follower:
        while True:
            news = await follower.next()
            caller = news.callers.get(person)
            if caller is None:
                raise Unauthenticated("This person may no longer log in.", code="PERSON_UNKNOWN")
            require(caller, permission)
            yield Heard(news, caller)


def subscribed(*, name: str, gives: Any, description: str, needs: Need | str) -> Callable[[Any], Any]:
    """The decorator of a subscription: the method below it gives Events whose objects are of the type `gives`."""
    decorate: Callable[[Any], Any] = strawberry.subscription(
        name=name, description=description, graphql_type=gives, metadata=under(needs)
    )
    return decorate
