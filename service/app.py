"""The ASGI application: GraphQL, GraphiQL's files, and whether we live and can work."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Protocol

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, WebSocketRoute

from core.arrivals.inbox import Inbox
from core.facts.store import FactStore
from core.indicators.workshop import Workshop
from core.plugins.host import Host
from schema.context import Works
from schema.graphiql import GraphiQL
from schema.http import GraphQLOverHTTP
from schema.limit_table import LimitTable
from schema.pace import Pace
from schema.places import SocketLimits
from schema.query import make_schema
from schema.reception import Reception
from schema.set_aside import SetAsideRows
from schema.socket import GraphQLOverWebSocket
from schema.uploads import UploadPlaces
from schema.watch import Watch
from service.listening import Listener
from service.outage import is_outage
from tenants.binding import Door
from tenants.policy import policy_of


class Rooms(Protocol):
    """What of the house the application needs."""

    @property
    def engine(self) -> AsyncEngine: ...

    @property
    def door(self) -> Door: ...

    @property
    def host(self) -> Host: ...

    @property
    def store(self) -> FactStore: ...

    @property
    def inbox(self) -> Inbox: ...

    @property
    def workshop(self) -> Workshop: ...


MEGABYTE = 1 << 20


def create_app(
    house: Rooms,
    demo_tokens: Sequence[Mapping[str, str]] = (),
    upload_megabytes: int = 1024,
    socket_limits: SocketLimits | None = None,
    upload_pace: Pace | None = None,
    limits: LimitTable | None = None,
) -> Starlette:
    """The application on an open house. `demo_tokens`: {role, token} that GraphiQL offers to everybody; demos only."""
    limits = limits or LimitTable()
    graphiql = GraphiQL(demo_tokens)
    policy_of(house.host.catalogue(house.host.plugins))  # a plugin that reaches too far is refused at the start
    watch = Watch(house.door, house.host, Listener(house.engine.url), is_outage)
    works = Works(house.host, house.store, house.workshop, inbox=house.inbox, watch=watch, limits=limits)
    uploads = UploadPlaces(house.inbox, upload_megabytes * MEGABYTE, upload_pace or Pace())
    # A second wall behind the deadline: PostgreSQL ends a statement though nobody is left to cancel it.
    door = replace(house.door, statement_seconds=limits.longest_deadline + 5)
    reception = Reception(house.engine, door, works, is_outage)

    schema = make_schema(open_introspection=bool(demo_tokens))

    async def asset(request: Request) -> Response:
        return graphiql.asset(request.path_params["name"])

    async def ready(request: Request) -> Response:
        return await _ready(house.engine)

    @asynccontextmanager
    async def alive(_app: Starlette) -> AsyncIterator[None]:
        works.kept.on_registers = works.documents.drop
        async with works.kept.hearing(Listener(house.engine.url), is_outage):
            yield

    app = Starlette(
        lifespan=alive,
        routes=[
            Route("/graphql", GraphQLOverHTTP(reception, schema, graphiql, uploads)),
            WebSocketRoute("/graphql", GraphQLOverWebSocket(reception, schema, socket_limits)),
            Route("/graphql/assets/{name}", asset, methods=["GET"]),
            Route("/deliveries/{number}/set-aside", SetAsideRows(reception, house.store)),
            Route("/healthz", _alive, methods=["GET"]),
            Route("/readyz", ready, methods=["GET"]),
        ],
    )
    app.router.redirect_slashes = False
    return app


async def _alive(request: Request) -> Response:
    """The process answers."""
    return JSONResponse({"status": "ok"})


async def _ready(engine: AsyncEngine) -> Response:
    """The database answers too: 503 while it is away."""
    try:
        async with engine.connect() as connection:
            await connection.execute(text("SELECT 1"))
    except Exception as error:
        if not is_outage(error):
            raise
        return JSONResponse({"status": "database away"}, 503, {"Retry-After": "2"})
    return JSONResponse({"status": "ok"})
