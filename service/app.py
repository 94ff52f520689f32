"""The ASGI application: GraphQL, GraphiQL's files, and whether we live and can work."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from core.facts.store import FactStore
from core.indicators.workshop import Workshop
from core.plugins.host import Host
from schema.context import Works
from schema.graphiql import GraphiQL
from schema.http import GraphQLOverHTTP
from schema.query import make_schema
from schema.reception import Reception
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
    def workshop(self) -> Workshop: ...


def create_app(house: Rooms, demo_tokens: Sequence[Mapping[str, str]] = ()) -> Starlette:
    """The application on an open house. `demo_tokens`: {role, token} that GraphiQL offers to everybody; demos only."""
    graphiql = GraphiQL(demo_tokens)
    policy_of(house.host.catalogue(house.host.plugins))  # a plugin that reaches too far is refused at the start
    works = Works(house.host, house.store, house.workshop)
    reception = Reception(house.engine, house.door, works, is_outage)

    async def asset(request: Request) -> Response:
        return graphiql.asset(request.path_params["name"])

    async def ready(request: Request) -> Response:
        return await _ready(house.engine)

    app = Starlette(
        routes=[
            Route("/graphql", GraphQLOverHTTP(reception, make_schema(), graphiql)),
            Route("/graphql/assets/{name}", asset, methods=["GET"]),
            Route("/healthz", _alive, methods=["GET"]),
            Route("/readyz", ready, methods=["GET"]),
        ]
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
