"""What is left of a schema when parts of it are hidden: nothing that leads nowhere, and all the rest as it was."""

from __future__ import annotations

import gc
from dataclasses import dataclass
from typing import Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    build_schema,
    print_schema,
    validate_schema,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from schema.needs import Need, Permits, both, either, everywhere, need, of_plugin
from schema.pruning import GROUPS, Pruner, pruned
from schema.query import make_schema
from schema.visible import Visible, VisibleSchemas
from tenants.policy import VOCABULARY


@dataclass(eq=False)
class Seen:
    """A visible schema, kept as long as a test wants it."""

    visible: Visible

    @property
    def schema(self) -> GraphQLSchema:
        return self.visible.schema


FULL: GraphQLSchema = make_schema()._schema
SCHEMAS = VisibleSchemas(FULL, Seen)

HOUSE = """
type Query { cards(order: [Order!], filter: Filter, pick: Pick): [Card!] node(id: ID!): Node thing: Thing plain: Int
             given(by: By!): Int }
type Mutation { pay(input: PayInput!): PayAnswer }
type Card implements Node { id: ID! points: Int pay: Money manager: Manager }
type Manager implements Node { id: ID! name: String }
type Money { amount: String currency: String }
type Only { secret: String }
type PayAnswer { card: Card }
union Thing = Only | Money
interface Node { id: ID! }
enum OrderField { PAY POINTS }
enum By { PAY }
input Order { field: OrderField! }
input Pick { by: By }
input Filter { and: [Filter!] not: Filter pay: MoneyFilter }
input MoneyFilter { gt: String }
input PayInput { note: String amount: MoneyFilter! }
"""


def house() -> GraphQLSchema:
    built = build_schema(HOUSE)
    built._strawberry_schema = None  # type: ignore[attr-defined]
    return built


def without(*hidden: str) -> tuple[GraphQLSchema, GraphQLSchema]:
    """The house, and what is left of it."""
    full = house()
    pruner = Pruner(full)
    return full, pruner.schema(pruner.shape.without(hidden))


def lines(schema: GraphQLSchema) -> set[str]:
    """Every line of its SDL, with the type it is in."""
    found, inside = set(), ""
    for line in print_schema(schema).splitlines():
        if line.endswith("{"):
            inside = line.split()[1] + "."
            found.add(line)
        elif line.strip() not in ("", "}"):
            found.add(inside + line.strip() if line.startswith(" ") else line)
    return found


@pytest.mark.parametrize(
    ("hidden", "vanished"),
    [
        (["Query.plain"], {"Query.plain: Int"}),
        # A type nobody comes to any more.
        (["Card.manager", "... on Manager"], {"Card.manager: Manager", "type Manager implements Node {"}),
        # Behind an interface it can still be come to.
        (["Card.manager"], {"Card.manager: Manager"}),
        (["OrderField.PAY"], {"OrderField.PAY"}),
        # An enum without values takes the input with it that needs it, and the argument; another input only its field.
        (["OrderField.PAY", "OrderField.POINTS"], {"enum OrderField {", "input Order {"}),
        (["By.PAY"], {"enum By {", "input Pick {", "Query.given(by: By!): Int"}),
        # A filter that has only itself to offer is none.
        (["Filter.pay"], {"Filter.pay: MoneyFilter", "input Filter {", "Filter.not: Filter"}),
        # A field that cannot be asked without what is gone goes with it, up to the root.
        (
            ["MoneyFilter.gt"],
            {"input MoneyFilter {", "input PayInput {", "input Filter {", "type Mutation {", "type PayAnswer {"},
        ),
        (["PayInput.amount"], {"input PayInput {", "type Mutation {", "type PayAnswer {"}),
        # Objects left without fields go with the fields that give them; unions lose them.
        (["Money.amount", "Money.currency"], {"type Money {", "Card.pay: Money", "union Thing = Only | Money"}),
        (
            ["Money.amount", "Money.currency", "Only.secret"],
            {"type Money {", "type Only {", "Query.thing: Thing", "union Thing = Only | Money"},
        ),
        # An interface that is nobody's.
        (
            ["Query.cards", "Mutation.pay", "... on Card", "... on Manager"],
            {"Query.node(id: ID!): Node", "interface Node {", "type Card implements Node {", "type Manager {"},
        ),
    ],
)
def test_what_is_hidden_takes_along_what_leads_nowhere_without_it(hidden: list[str], vanished: set[str]) -> None:
    full, left = without(*hidden)
    assert lines(left) & vanished == set()
    assert vanished & lines(full) or "{" in "".join(vanished)
    assert _errors(left) == []
    for name in vanished:
        if name.endswith("{"):
            assert name.split()[1] not in left.type_map


def test_nothing_else_vanishes() -> None:
    full, left = without("Card.pay", "OrderField.PAY")
    assert lines(full) - lines(left) == {"Card.pay: Money", "OrderField.PAY"}
    assert lines(left) <= lines(full)


def test_with_nothing_hidden_every_type_is_the_full_schemas_own() -> None:
    full, left = without()
    assert left.type_map == full.type_map


def test_types_that_lead_to_nothing_hidden_are_shared_and_the_others_are_fresh() -> None:
    full, left = without("Card.pay")
    shared = {name for name in left.type_map if left.type_map[name] is full.type_map[name]}
    assert {"Manager", "Money", "Filter", "Node", "String", "__Type"} <= shared
    assert shared.isdisjoint({"Query", "Mutation", "Card", "PayAnswer"})
    assert "pay" in _object(full, "Card").fields
    assert _object(left, "Query").fields["plain"] is _object(full, "Query").fields["plain"]


def test_two_schemas_share_what_looks_the_same_in_both() -> None:
    pruner = Pruner(house())
    one = pruner.schema(pruner.shape.without({"Card.pay"}))
    two = pruner.schema(pruner.shape.without({"Card.pay", "Query.plain"}))
    assert one.type_map["Card"] is two.type_map["Card"]
    assert one.type_map["Query"] is not two.type_map["Query"]


def test_a_part_that_is_still_in_use_brings_what_it_leads_to() -> None:
    pruner = Pruner(house())
    gone = pruner.shape.without({"Card.manager"})
    [kept] = [group for group in pruner.schema(gone).extensions[GROUPS] if "PayAnswer" in group.types]
    gc.collect()  # the rest of that schema
    answer = _object(pruner.schema(gone), "PayAnswer")
    assert answer is kept.types["PayAnswer"]
    assert answer.fields["card"].type is pruner.schema(gone).type_map["Card"]


def test_what_is_gone_as_a_whole_is_named_once() -> None:
    shape = Pruner(house()).shape
    assert shape.without({"Mutation.pay", "PayAnswer.card"}) == shape.without({"Mutation.pay"})
    assert shape.without({"Filter.pay"}) == shape.without({"Filter.pay", "Filter.and", "Filter.not"})


def _errors(schema: GraphQLSchema) -> list[Any]:
    schema.assume_valid, schema._validation_errors = False, None
    return validate_schema(schema)


def _object(schema: GraphQLSchema, name: str) -> GraphQLObjectType:
    found = schema.type_map[name]
    assert isinstance(found, GraphQLObjectType)
    return found


@pytest.mark.parametrize(
    ("wanted", "permits", "met"),
    [
        (need("a:read"), (["a:read"], [], []), True),
        (need("a:read"), (["b:read"], [], []), False),
        (both("a:read", "b:read"), (["a:read"], [], []), False),
        (both("a:read", "b:read"), (["a:read", "b:read"], [], []), True),
        (either("a:read", "b:read"), (["b:read"], [], []), True),
        (either("a:read", "b:read"), ([], [], []), False),
        (everywhere("a:read"), (["a:read"], [], []), False),
        (everywhere("a:read"), (["a:read"], ["a:read"], []), True),
        (of_plugin("risk"), ([], [], ["loans"]), False),
        (of_plugin("risk"), ([], [], ["risk"]), True),
        (of_plugin("risk") & "a:read", ([], [], ["risk"]), False),
        (of_plugin("risk") & "a:read" & everywhere("b:read"), (["a:read"], ["b:read"], ["risk"]), True),
    ],
)
def test_a_need_is_met_by_all_of_it(wanted: Need, permits: tuple[list[str], list[str], list[str]], met: bool) -> None:
    assert Permits(*map(frozenset, permits)).meet(wanted) is met


def names(schema: GraphQLSchema) -> set[str]:
    """The coordinates of everything in a schema, introspection's own left out."""
    found = set()
    for name, of in schema.type_map.items():
        if name.startswith("__"):
            continue
        found.add(name)
        if isinstance(of, GraphQLObjectType | GraphQLInterfaceType):
            found |= {f"{name}.{field}" for field in of.fields}
            found |= {f"{name}.{field}({a}:)" for field, one in of.fields.items() for a in one.args}
        elif isinstance(of, GraphQLInputObjectType):
            found |= {f"{name}.{field}" for field in of.fields}
        elif isinstance(of, GraphQLEnumType):
            found |= {f"{name}.{value}" for value in of.values}
    return found


ALL = names(FULL)
GUARDED = SCHEMAS.pruner.shape.guarded
PERMITS = st.builds(
    lambda some, whole: Permits(some, some & whole, frozenset()),
    st.frozensets(st.sampled_from(sorted(VOCABULARY))),
    st.frozensets(st.sampled_from(sorted(VOCABULARY))),
)


@settings(deadline=None, max_examples=60)
@given(PERMITS)
def test_whatever_somebody_may_his_schema_is_valid_and_holds_nothing_he_may_never_read(permits: Permits) -> None:
    visible = SCHEMAS.allowing(permits).visible
    assert _errors(visible.schema) == []
    unmet = {coordinate for coordinate, wanted in GUARDED.items() if not permits.meet(wanted)}
    told = names(visible.schema)
    assert told & unmet == set()
    assert told == {name for name in ALL if name not in visible.gone and _whole(name) not in visible.gone} - _inside(
        visible.gone
    )


def _whole(coordinate: str) -> str:
    return coordinate.partition(".")[0]


def _inside(gone: frozenset[str]) -> set[str]:
    """The arguments of fields that are gone."""
    return {name for name in ALL if name.endswith(":)") and name.partition("(")[0] in gone}


@settings(deadline=None, max_examples=40)
@given(PERMITS, PERMITS)
def test_who_may_more_sees_no_less(one: Permits, other: Permits) -> None:
    united = Permits(one.some | other.some, one.whole | other.whole, frozenset())
    assert names(SCHEMAS.allowing(one).schema) <= names(SCHEMAS.allowing(united).schema)


@settings(deadline=None, max_examples=40)
@given(PERMITS)
def test_types_are_as_in_the_full_schema(permits: Permits) -> None:
    for name, of in SCHEMAS.allowing(permits).schema.type_map.items():
        original: Any = FULL.type_map[name]
        assert (of.description, of.extensions, type(of)) == (
            original.description,
            original.extensions,
            type(original),
        )
        if isinstance(of, GraphQLObjectType):
            assert of.is_type_of is original.is_type_of
            for field, one in of.fields.items():
                full = original.fields[field]
                assert (str(one.type), one.resolve, one.subscribe) == (str(full.type), full.resolve, full.subscribe)


def test_whoever_holds_everything_sees_the_full_schema() -> None:
    everything = frozenset(VOCABULARY)
    left = pruned(FULL, Permits(everything, everything, frozenset()))
    assert left.type_map == FULL.type_map


def test_every_need_speaks_of_permissions_there_are() -> None:
    assert {name for wanted in GUARDED.values() for name in wanted.permissions} <= set(VOCABULARY)


def test_input_fields_and_arguments_with_a_need_can_be_left_out() -> None:
    shape = SCHEMAS.pruner.shape
    parts = {coordinate: part for coordinate, part in shape._parts() if coordinate in GUARDED}
    assert [coordinate for coordinate, part in parts.items() if part.required] == []


def test_whoever_sees_the_same_shares_one_schema() -> None:
    read = frozenset(name for name in VOCABULARY if name.endswith(":read"))
    one = SCHEMAS.allowing(Permits(read, read, frozenset()))
    two = SCHEMAS.allowing(Permits(read | {"run:replay"}, read, frozenset()))
    assert one is two
