"""The documents of the TypeScript package, and who opens them as docs/front-end.md says."""

import re
from collections.abc import Mapping

from graphql import (
    DefinitionNode,
    DocumentNode,
    FragmentSpreadNode,
    OperationDefinitionNode,
    Visitor,
    parse,
    print_ast,
    visit,
)

from tests.clients.workspace import HOUSE, PACKAGE

PAGE = HOUSE / "docs" / "front-end.md"
_ROW = re.compile(r"^\| [^|]+ \| `(\w+)` \| ([^|]+) \|", re.MULTILINE)


def openers() -> dict[str, tuple[str, ...]]:
    """Operation → the roles that open it."""
    return {name: tuple(re.findall(r"\w+", roles)) for name, roles in _ROW.findall(PAGE.read_text(encoding="utf-8"))}


def documents() -> dict[str, str]:
    """Operation → its text with the fragments it needs."""
    texts = sorted((PACKAGE / "documents").glob("*.graphql"))
    whole = parse("\n".join(path.read_text(encoding="utf-8") for path in texts))
    parts = {part.name.value: part for part in whole.definitions if hasattr(part, "name") and part.name}
    operations = [name for name, part in parts.items() if isinstance(part, OperationDefinitionNode)]
    return {
        name: print_ast(
            DocumentNode(definitions=tuple(parts[needed] for needed in (name, *sorted(_needed(name, parts)))))
        )
        for name in operations
    }


def _needed(name: str, parts: Mapping[str, DefinitionNode]) -> set[str]:
    found: set[str] = set()

    class Spreads(Visitor):
        def enter_fragment_spread(self, node: FragmentSpreadNode, *_: object) -> None:
            found.add(node.name.value)

    visit(parts[name], Spreads())
    return found.union(*(_needed(fragment, parts) for fragment in found))
