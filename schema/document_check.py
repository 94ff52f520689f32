"""Whether a document could be answered at all, before anybody relies on its id."""

from graphql import (
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    parse,
    specified_rules,
    validate,
)

from schema.limits import excess

MOST_TOKENS = 4000
MOST_TOLD = 5
_LONGEST_NAME = 200


def name_and_problems(schema: GraphQLSchema, text: str) -> tuple[str, list[str]]:
    """The names of its operations, and what is wrong with it: as text, within limits, in the whole schema."""
    try:
        document = parse(text, max_tokens=MOST_TOKENS)
    except (GraphQLError, RecursionError) as error:
        return "", [error.message if isinstance(error, GraphQLError) else "The document is nested too deeply."]
    operations = [one for one in document.definitions if isinstance(one, OperationDefinitionNode)]
    name = ", ".join(one.name.value for one in operations if one.name)[:_LONGEST_NAME]
    if (too_large := excess(document)) is not None:
        return name, [too_large.message]
    errors = validate(schema, document, specified_rules, max_errors=MOST_TOLD, hide_suggestions=True)
    return name, [error.message for error in errors]
