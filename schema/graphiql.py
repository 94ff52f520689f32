"""GraphiQL from our own files: a page, a script, a style sheet. No other host is asked for anything."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson
from starlette.responses import Response

_FOLDER = Path(__file__).parent / "graphiql"
_ASSETS = {
    "graphiql.css": "text/css",
    "graphiql.js": "text/javascript",
    "THIRD_PARTY.txt": "text/plain",
}
_TOKENS = '<script type="application/json" id="meritgraph-tokens">[]</script>'
_QUERY = '<script type="application/json" id="meritgraph-query">""</script>'
_EXAMPLES = '<script type="application/json" id="meritgraph-examples">[]</script>'
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}

FIRST_QUERY = """# Who am I, and who leads? Ctrl-Enter runs the query; Ctrl-Space offers what fits.
query Leaderboard {
  me { code roles manager { name } }
  runs(first: 1) {
    nodes {
      period
      status
      scheme { label }
      scorecards(first: 10) {
        totalCount
        nodes {
          rank points grade pay { amount currency }
          manager { code name branch { name } }
          lines { indicator { label } value target points explanation { sum } }
        }
      }
    }
  }
}
"""


def examples() -> Any:
    """The menu as built from the front ends' documents: groups {en, zh, examples: {name, en, zh, query}}."""
    return orjson.loads((_FOLDER / "examples.json").read_bytes())


class GraphiQL:
    """The page for browsers. `tokens`: ready tokens of a demonstration as {role, token}; none in production."""

    def __init__(self, tokens: Sequence[Mapping[str, str]] = (), query: str = FIRST_QUERY) -> None:
        html = (_FOLDER / "index.html").read_text(encoding="utf-8")
        for place, value in ((_TOKENS, list(tokens)), (_QUERY, query), (_EXAMPLES, examples())):
            if html.count(place) != 1:
                raise ValueError(f"GraphiQL's page lacks its place {place}")
            opening, _, _ = place.partition(">")
            html = html.replace(place, f"{opening}>{_inside_html(value)}</script>")
        self._html = html.encode()

    def page(self) -> Response:
        """The page itself; it holds no data of a bank."""
        return Response(self._html, 200, _HEADERS, "text/html; charset=utf-8")

    def asset(self, name: str) -> Response:
        """One of its files by name; 404 for every other name."""
        if name not in _ASSETS:
            return Response("There is no such file.", 404, _HEADERS, "text/plain; charset=utf-8")
        return Response((_FOLDER / name).read_bytes(), 200, _HEADERS, f"{_ASSETS[name]}; charset=utf-8")


def _inside_html(value: object) -> str:
    """JSON in which nothing can end the script element it stands in."""
    text = orjson.dumps(value).decode()
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
