"""An export of every manager: page after page of the longest page there is, and when the first byte comes."""

import http.client
import time
from dataclasses import dataclass
from typing import Any

import orjson

from bench.graphql.figure import Figure
from bench.graphql.rounds import Target
from bench.graphql.server import PATIENCE
from bench.row import tell

PAGE, FIRST_BYTE_SECONDS = 500, 1.0
EXPORT = f"""query Export($run: ID!, $after: String) {{
  scorecards(runId: $run, first: {PAGE}, after: $after, orderBy: [{{field: POINTS, direction: DESC}}]) {{
    pageInfo {{ hasNextPage endCursor }}
    nodes {{ rank points grade manager {{ code name branch {{ name }} }}
             lines {{ indicator {{ code }} value target points }} }} }} }}
"""


@dataclass(frozen=True)
class Page:
    """Seconds from asking to the first byte and to the last, and what came."""

    first: float
    whole: float
    answer: dict[str, Any]


def measure_export(target: Target, run: str, managers: int) -> list[Figure]:
    """Walk all pages once; AssertionError unless every manager came once. `target`: ours, warm."""
    pages: list[Page] = []
    codes: list[str] = []
    after, more = None, True
    while more:
        page = _page(target, run, after)
        pages.append(page)
        found = page.answer["scorecards"]
        codes += [node["manager"]["code"] for node in found["nodes"]]
        after, more = found["pageInfo"]["endCursor"], found["pageInfo"]["hasNextPage"]
    assert len(codes) == len(set(codes)) == managers, f"{len(set(codes))} managers came in {len(codes)} rows"
    tell(f"export: {len(pages)} pages, first bytes after {', '.join(f'{page.first:.2f}' for page in pages)} s")
    return [
        Figure(f"export of {managers:,} managers: first byte", pages[0].first, "s", FIRST_BYTE_SECONDS),
        Figure(f"export of {managers:,} managers: all {len(pages)} pages", sum(page.whole for page in pages), "s"),
    ]


def _page(target: Target, run: str, after: str | None) -> Page:
    body = orjson.dumps({"query": EXPORT, "variables": {"run": run, "after": after}})
    connection = http.client.HTTPConnection("127.0.0.1", target.server.port, timeout=PATIENCE)
    try:
        began = time.perf_counter()
        connection.request("POST", target.path, body, {"Content-Type": "application/json", **target.headers})
        answer = connection.getresponse()  # returns with the first line of the answer
        first = time.perf_counter() - began
        told = orjson.loads(answer.read())
        whole = time.perf_counter() - began
    finally:
        connection.close()
    assert not told.get("errors"), told["errors"]
    return Page(first, whole, told["data"])
