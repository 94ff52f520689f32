"""Answers to who asked for what his schema does not have."""

from typing import Any


def unseen(answer: dict[str, Any], what: str) -> None:
    """Nothing was executed, and the reason told is that there is no `what` ("Type.field")."""
    assert "data" not in answer, answer
    told = {error["message"] for error in answer["errors"]}
    assert {error["extensions"]["code"] for error in answer["errors"]} == {"GRAPHQL_VALIDATION_FAILED"}, answer
    of, _, name = what.partition(".")
    # Who may change nothing has no mutations at all.
    assert told & {
        f"Cannot query field '{name}' on type '{of}'.",
        f"The {of.lower()} operation is not supported by the schema.",
    }, answer
