"""`meritgraph demo`: two invented banks, scored and shown."""

import asyncio
from typing import Annotated

import typer

from service.commands.desk import load_settings


def demo(
    once: Annotated[bool, typer.Option("--once", help="End after the leaderboards.")] = False,
    port: Annotated[
        int, typer.Option(min=-1, max=65535, help="Port; default: the setting port, else a free one.")
    ] = -1,
) -> None:
    """Invent two banks, assess a quarter of each, print the leaderboards, then serve GraphQL with ready tokens.

    A second start reuses what is there; everything lies in the state folder. Example: `meritgraph demo --once`
    """
    from service.demo.show import show_demo

    settings = load_settings()
    asyncio.run(show_demo(settings, once=once, port=settings.port if port < 0 else port))
