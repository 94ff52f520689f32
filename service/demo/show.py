"""The demonstration: leaderboards first, then GraphQL with ready tokens."""

from rich.console import Console
from rich.table import Table

from service.commands.desk import ready_house
from service.commands.token import make_token
from service.database import locate
from service.demo.boards import Board, find_boards
from service.demo.plan import PERIOD
from service.leaderboard import COLUMNS, shown
from service.settings import Settings

ROLES = {
    "assessor": "assessor",
    "administrator": "admin",
    "approver": "approver",
    "auditor": "auditor",
    "branch head": "head",
    "data steward": "steward",
    "risk officer": "risk",
    "scheme designer": "designer",
}
"""Role → person, first who can run GraphiQL's first query; managers are persons with their own codes."""


async def show_demo(settings: Settings, *, once: bool, port: int) -> None:
    """Build the banks if they are not there, print their leaderboards, then serve unless `once`."""
    with Console(stderr=True).status("starting PostgreSQL"):
        database = locate(settings)
    boards = await find_boards(database) or await _built(settings)
    for board in boards:
        _print_board(board)
    if not once:
        await _serve(settings, boards, port)


async def _built(settings: Settings) -> list[Board]:
    # Imported when needed: a second start must not pay for the engine and Alembic.
    from service.database import prepare
    from service.demo.build import build

    console = Console(stderr=True)
    with console.status("PostgreSQL: roles, database, migrations"):
        database = await prepare(settings)
    async with ready_house(settings) as house:
        await build(house)
    return await find_boards(database)


def _print_board(board: Board) -> None:
    plan, console = board.plan, Console()
    console.print(f"\n{plan.name} {plan.name_zh} · {PERIOD} · {board.scheme}", soft_wrap=True, style="bold")
    table = Table()
    for heading in COLUMNS.values():
        table.add_column(heading.rstrip("#"), justify="right" if heading.endswith("#") else "left")
    for place in board.places:
        row = shown(place)
        table.add_row(*("–" if row[name] is None else str(row[name]) for name in COLUMNS))
    console.print(table)


async def _serve(settings: Settings, boards: list[Board], port: int) -> None:
    from service.server import open_port, serve_house

    with open_port(settings.host, port, or_free=True) as listening:
        async with ready_house(settings.model_copy(update={"demo": True})) as house:
            tokens = []
            for board in boards:
                people = ROLES | {"manager": board.places[0].manager}
                for role, person in people.items():
                    token = await make_token(house, board.bank.code, person)
                    tokens.append({"role": f"{board.bank.code} · {role} ({person})", "token": token})
            _print_tokens(tokens)
            address = f"http://{settings.host}:{listening.getsockname()[1]}/graphql"
            print(f"\nGraphiQL in a browser, GraphQL for programs: {address}\nCtrl-C ends it.", flush=True)
            await serve_house(house, listening, worker=True, tokens=tokens)


def _print_tokens(tokens: list[dict[str, str]]) -> None:
    """One line a token, never wrapped: they are there to be copied."""
    print("\nTokens (Authorization: Bearer …):\n")
    for entry in tokens:
        print(f"{entry['role']}\n{entry['token']}\n")
