"""Saving a scheme: its text in, a version or everything that is wrong with it out."""

import asyncio
from collections.abc import Sequence
from typing import Annotated

import strawberry

from core.errors import InputError, SchemeInvalid
from core.schemes.advice import advice_on
from core.schemes.problems import Problem
from core.schemes.scheme import Scheme, read_scheme
from core.schemes.store import save_scheme, submit_scheme
from core.schemes.text import parse_scheme
from schema.context import Context, Info
from schema.resolved import resolved
from schema.scheme import SchemeVersion, version_of
from tenants.callers import require


@strawberry.input(description="A whole scheme as text.")
class SaveSchemeInput:
    """The code stands in the text."""

    body: str = strawberry.field(
        description='JSON, if it begins with a brace, or YAML. Numbers with decimals are text: "12.5".'
    )
    submit: bool = strawberry.field(default=False, description="Ask for its approval at once; needs scheme:submit too.")
    dry_run: bool = strawberry.field(default=False, description="Only say what is wrong with it; nothing is saved.")


@strawberry.type(description="Something wrong with a scheme's text.")
class SchemeProblem:
    """As core tells it."""

    path: str = strawberry.field(description='Where: "sections[0].lines[2].base"; empty for the whole text.')
    code: str = strawberry.field(description="Stable code for machines, such as INDICATOR_UNKNOWN.")
    message: str = strawberry.field(description="What to do, in a sentence.")


@strawberry.type(description="Something to look at in a scheme that can be run as it is.")
class SchemeAdvice:
    """As core tells it."""

    code: str = strawberry.field(description="Stable code for machines, such as WEIGHTS_NOT_100.")
    message: str = strawberry.field(description="What was found, in the caller's language.")


@strawberry.type(description="The version that was saved, or every problem at once.")
class SaveSchemePayload:
    """Either or."""

    version: SchemeVersion | None = strawberry.field(description="The new version; null with problems or in a dry run.")
    problems: list[SchemeProblem] = strawberry.field(description="What is wrong; with any of them nothing is saved.")
    advice: list[SchemeAdvice] = strawberry.field(description="What to look at; it hinders nothing.")


@strawberry.type
class SchemeSaving:
    """The change."""

    @resolved(
        name="saveScheme",
        description="Save a scheme as its next version, a draft; needs scheme:save. A text that is no scheme is not "
        "saved, and `problems` says why.",
    )
    async def save_a_scheme(
        self, info: Info, input: Annotated[SaveSchemeInput, strawberry.argument(description="The text.")]
    ) -> SaveSchemePayload | None:
        """Version and audit record in one transaction."""
        context = info.context
        require(context.caller, "scheme:save")
        if input.submit:
            require(context.caller, "scheme:submit")
        known = context.catalogue
        try:
            body = await asyncio.to_thread(parse_scheme, input.body)
            checked = read_scheme(body, known.indicators, known.point_rules, context.bank.digits)
            if input.dry_run:
                return SaveSchemePayload(version=None, problems=[], advice=_advice(context, checked))
            async with context.changing() as session:
                version = await save_scheme(session, body, known.indicators, known.point_rules)
                if input.submit:
                    await submit_scheme(session, checked.code, version)
        except SchemeInvalid as refused:
            return SaveSchemePayload(version=None, problems=_problems(refused.fields["problems"]), advice=[])
        except InputError as refused:
            if refused.code != "SCHEME_UNREADABLE":
                raise
            problem = Problem(path="", code=refused.code, message=refused.message)
            return SaveSchemePayload(version=None, problems=_problems([problem]), advice=[])
        saved = await version_of(context, checked.code, version)
        return SaveSchemePayload(version=saved, problems=[], advice=_advice(context, checked))


def _problems(found: Sequence[Problem]) -> list[SchemeProblem]:
    return [SchemeProblem(**problem) for problem in found]


def _advice(context: Context, scheme: Scheme) -> list[SchemeAdvice]:
    return [SchemeAdvice(code=found.code, message=context.words(found.words, None)) for found in advice_on(scheme)]
