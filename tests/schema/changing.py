"""Documents of changes, with all that each can answer, and what came back."""

from typing import Any

from graphql import GraphQLObjectType, GraphQLUnionType, get_named_type, is_leaf_type

from schema.query import make_schema

SCHEMA = make_schema()._schema
assert SCHEMA.mutation_type is not None
MUTATIONS = SCHEMA.mutation_type.fields


def members(name: str) -> dict[str, GraphQLObjectType]:
    """What a change can answer, by the type's name; its payload first."""
    union = MUTATIONS[name].type
    assert isinstance(union, GraphQLUnionType)
    return {member.name: member for member in union.types}


def selected(kind: GraphQLObjectType) -> str:
    """Every field of a refusal."""
    return " ".join(
        field if is_leaf_type(get_named_type(of.type)) else f"{field} {{ {selected(get_named_type(of.type))} }}"
        for field, of in kind.fields.items()
    )


def change(name: str, selection: str = "__typename") -> str:
    """The document of one change: this of its payload, everything of its refusals."""
    payload, *refusals = members(name).values()
    # Two members may have fields of one name and other types: each under an alias of its own would be needed.
    told = " ".join(f"... on {kind.name} {{ {selected(kind)} }}" for kind in refusals)
    return (
        f"mutation($input: {MUTATIONS[name].args['input'].type}) {{ {name}(input: $input) {{ __typename"
        f" ... on {payload.name} {{ {selection} }} {told} }} }}"
    )


def made(answer: dict[str, Any]) -> dict[str, Any]:
    """The payload of the one change of an answer."""
    assert "errors" not in answer, answer
    [payload] = answer["data"].values()
    assert payload["__typename"].endswith("Payload"), answer
    return {name: value for name, value in payload.items() if name != "__typename"}


def refused(answer: dict[str, Any]) -> dict[str, Any]:
    """What a change that was refused says, its sentence apart: type, codes and details that are not null."""
    assert "errors" not in answer, answer
    [refusal] = answer["data"].values()
    assert not refusal["__typename"].endswith("Payload"), answer
    return {name: value for name, value in refusal.items() if name != "message" and value is not None}


def sentence(answer: dict[str, Any]) -> str:
    """What a refusal tells people."""
    [refusal] = answer["data"].values()
    return str(refusal["message"])


def fault(answer: dict[str, Any]) -> dict[str, Any]:
    """The extensions of the one error of an answer without data."""
    assert list(answer["data"].values()) == [None], answer
    [error] = answer["errors"]
    found: dict[str, Any] = error["extensions"]
    return found
