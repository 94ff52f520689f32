"""`meritgraph serve`: GraphQL over HTTP."""

from typing import TYPE_CHECKING, Annotated

import typer

from service.commands.desk import load_settings, ready_house

if TYPE_CHECKING:
    from service.settings import Settings


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on; default: the setting host.")] = "",
    port: Annotated[int, typer.Option(min=-1, max=65535, help="Port; 0 takes a free one.")] = -1,
    worker: Annotated[bool, typer.Option("--worker/--no-worker", help="Perform jobs and watch the inboxes.")] = False,
) -> None:
    """Answer GraphQL at /graphql until told to stop (SIGTERM, Ctrl-C).

    Example: `meritgraph serve --port 8080 --worker`
    """
    import asyncio

    from service.loop import loop_factory

    settings = load_settings(quiet=False)
    changed = {"host": host or settings.host, "port": settings.port if port < 0 else port}
    with asyncio.Runner(loop_factory=loop_factory()) as runner:
        runner.run(_serve(settings.model_copy(update=changed), worker=worker))


async def _serve(settings: "Settings", *, worker: bool) -> None:
    from service.server import open_port, serve_house

    with open_port(settings.host, settings.port) as listening:
        async with ready_house(settings) as house:
            await serve_house(house, listening, worker=worker)
