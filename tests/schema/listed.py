"""Asking lists: what a filter finds, and whether pages of any size, forwards and backwards, are the whole list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.schema.conftest import Asker


async def found(ask: Asker, listed: str, shown: str, *, inside: str = "", **arguments: Any) -> str:
    """What the nodes of a list show, told in one text; the list's own count is of the same rows.

    `arguments`: the list's, by GraphQL type: `filter=("ManagerFilter", {...})`.
    """
    declared = ", ".join(f"${name}: {kind}" for name, (kind, _) in arguments.items())
    given = ", ".join([*([inside] if inside else []), *(f"{name}: ${name}" for name in arguments)])
    text = f"{{ {listed}{f'({given})' if given else ''} {{ totalCount nodes {{ {shown} }} }} }}"
    answer = await ask(f"query({declared}) {text}" if declared else text, **{n: v for n, (_, v) in arguments.items()})
    assert "errors" not in answer, answer
    nodes = answer["data"][listed]["nodes"]
    assert answer["data"][listed]["totalCount"] == len(nodes)
    return " ".join("/".join(_flat(node)) for node in nodes)


def _flat(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [one for inner in value.values() for one in _flat(inner)]
    return [str(value)]


async def walked(ask: Asker, listed: str, shown: str, order: str, size: int = 2) -> tuple[list[Any], list[Any]]:
    """The whole list in an order, page by page from its beginning, and page by page from its end."""
    query = f"""query($first: Int, $after: String, $last: Int, $before: String) {{
      {listed}(first: $first, after: $after, last: $last, before: $before, orderBy: {order}) {{
        pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }} nodes {{ {shown} }} }} }}"""

    async def page(**how: Any) -> Any:
        answer = await ask(query, **how)
        assert "errors" not in answer, answer
        return answer["data"][listed]

    forwards, one = [], await page(first=size)
    forwards += one["nodes"]
    while one["pageInfo"]["hasNextPage"]:
        one = await page(first=size, after=one["pageInfo"]["endCursor"])
        forwards += one["nodes"]
    one = await page(last=size)
    backwards = one["nodes"]
    while one["pageInfo"]["hasPreviousPage"]:
        one = await page(last=size, before=one["pageInfo"]["startCursor"])
        backwards = one["nodes"] + backwards
    return forwards, backwards
