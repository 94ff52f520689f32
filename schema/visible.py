"""The schema as one caller sees it: what his permissions never let him read, or his bank has not enabled, is not in it.

The first wall; what resolvers require is the second. Who sees the same shares one schema, whatever his roles are.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from weakref import WeakValueDictionary

from graphql import FieldNode, GraphQLError, GraphQLSchema
from graphql.validation import ValidationRule

from core.plugins.host import Catalogue
from schema.needs import Permits
from schema.pruning import Pruner
from schema.shape import INTROSPECTION, META_FIELDS, Coordinate
from tenants.callers import Caller

MOST_SCHEMAS = 256

V = TypeVar("V")


class NoIntrospection(ValidationRule):
    """Whoever may not ask for the schema is told so; `__typename` is everybody's."""

    def enter_field(self, node: FieldNode, *_args: Any) -> None:
        """At the root only: below it there are no such fields, and that is what is said there."""
        if node.name.value in META_FIELDS and self.context.get_parent_type() is self.context.schema.query_type:
            sentence = f"Introspection needs {INTROSPECTION}, which is not among the permissions of your roles."
            extensions = {"code": "FORBIDDEN", "permission": INTROSPECTION}
            self.report_error(GraphQLError(sentence, node, extensions=extensions))


@dataclass(frozen=True, slots=True)
class Visible:
    """A schema to validate and execute with. `gone`: what it lacks; equal for whoever sees the same.

    `rules`: to validate with, besides the specification's.
    """

    schema: GraphQLSchema
    gone: frozenset[Coordinate]
    rules: tuple[type[ValidationRule], ...]


class VisibleSchemas(Generic[V]):
    """Those of all callers. `make` gives what is kept of each; `open_introspection`: everybody may ask for his own."""

    def __init__(self, full: GraphQLSchema, make: Callable[[Visible], V], *, open_introspection: bool = False) -> None:
        self.pruner = Pruner(full)
        self._make = make
        needs = list(self.pruner.shape.guarded.values())
        self._vocabulary = frozenset(name for need in needs for name in need.permissions)
        self._plugins = frozenset(code for need in needs for code in need.plugins)
        self._meta = frozenset(f"{full.query_type}.{name}" for name in META_FIELDS)
        self._open = open_introspection
        self._recent: OrderedDict[Hashable, V] = OrderedDict()
        self._alive: WeakValueDictionary[frozenset[Coordinate], V] = WeakValueDictionary()

    def of(self, caller: Caller, catalogue: Catalogue) -> V:
        """What the caller sees, in a bank with this catalogue."""
        plugins = self._plugins.intersection(catalogue.plugins) if self._plugins else self._plugins
        key = (caller.permissions.key, plugins)
        found = self._recent.get(key)
        if found is not None:
            self._recent.move_to_end(key)
            return found
        found = self._recent[key] = self.allowing(Permits.of(caller, plugins, self._vocabulary))
        if len(self._recent) > MOST_SCHEMAS:
            self._recent.popitem(last=False)
        return found

    def allowing(self, permits: Permits) -> V:
        """What somebody with these permits sees."""
        hidden = self.pruner.hidden(permits)
        gone = self.pruner.shape.without(hidden - self._meta if self._open else hidden)
        found = self._alive.get(gone)
        if found is None:
            rules = (NoIntrospection,) if gone & self._meta else ()
            found = self._alive[gone] = self._make(Visible(self.pruner.schema(gone), gone, rules))
        return found
