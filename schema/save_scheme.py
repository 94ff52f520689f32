"""Saving a scheme: its text in, a version or everything that is wrong with it out."""

import asyncio
from collections.abc import Sequence
from typing import Annotated, Any

import strawberry

from core.answers.store import Answer
from core.errors import InputError, SchemeInvalid
from core.indicators.indicator import Labels
from core.schemes.advice import advice_on
from core.schemes.problems import Problem
from core.schemes.scheme import Scheme, read_scheme
from core.schemes.store import save_scheme, submit_scheme
from core.schemes.text import parse_scheme
from core.session import BankSession
from schema.change import change
from schema.context import Context, Info
from schema.needs import under
from schema.once import Keyed, once
from schema.refusals import InvalidInput, VersionConflict
from schema.scheme import SchemeVersion, version_of
from tenants.callers import require


@strawberry.input(description="A whole scheme as text.")
class SaveSchemeInput(Keyed):
    """The code stands in the text."""

    body: str = strawberry.field(
        description='JSON, if it begins with a brace, or YAML. Numbers with decimals are text: "12.5".'
    )
    submit: bool = strawberry.field(
        default=False,
        description="Ask for its approval at once; needs scheme:submit too.",
        metadata=under("scheme:submit"),
    )
    dry_run: bool = strawberry.field(default=False, description="Only say what is wrong with it; nothing is saved.")
    expected_version: int | None = strawberry.field(
        default=None,
        description="The scheme's newest version when it was read, 0 where there was none: VersionConflict if there is "
        "another by now.",
    )


@strawberry.type(description="Something to look at in a scheme that can be run as it is.")
class SchemeAdvice:
    """As core tells it."""

    code: str = strawberry.field(description="Stable code for machines, such as WEIGHTS_NOT_100.")
    message: str = strawberry.field(description="What was found, in the caller's language.")


@strawberry.type(description="The version that was saved.")
class SaveSchemePayload:
    """Made, or looked at."""

    version: SchemeVersion | None = strawberry.field(description="The new version; null in a dry run.")
    advice: list[SchemeAdvice] = strawberry.field(description="What to look at; it hinders nothing.")


@strawberry.type
class SchemeSaving:
    """The change."""

    @change(
        name="saveScheme",
        needs="scheme:save",
        refusals=(InvalidInput, VersionConflict),
        description="Save a scheme as its next version, a draft; needs scheme:save. A text that is no scheme is not "
        "saved: InvalidInput lists everything that is wrong with it.",
    )
    async def save_a_scheme(
        self, info: Info, input: Annotated[SaveSchemeInput, strawberry.argument(description="The text.")]
    ) -> SaveSchemePayload:
        """Version and audit record in one transaction."""
        context = info.context
        if input.submit:
            require(context.caller, "scheme:submit")
        body = await _body(input.body)
        known = context.catalogue
        if input.dry_run:
            checked = read_scheme(body, known.indicators, known.point_rules, context.bank.digits)
            return SaveSchemePayload(version=None, advice=_advice(context, _found(checked)))

        async def work(session: BankSession) -> Answer:
            checked = read_scheme(body, known.indicators, known.point_rules, context.bank.digits)
            version = await save_scheme(
                session, body, known.indicators, known.point_rules, expected=input.expected_version
            )
            if input.submit:
                await submit_scheme(session, checked.code, version)
            return {"scheme": checked.code, "version": version, "advice": _found(checked)}

        saved = await once(info, input, work)
        version = await version_of(context, saved["scheme"], saved["version"])
        return SaveSchemePayload(version=version, advice=_advice(context, saved["advice"]))


async def _body(text: str) -> Any:
    """The text's plain data; SchemeInvalid with its one problem for what cannot be read at all. Read in a thread."""
    try:
        return await asyncio.to_thread(parse_scheme, text)
    except InputError as error:
        problem = Problem(path="", code=error.code, message=error.message)
        raise SchemeInvalid(error.message, code=error.code, problems=[problem]) from error


def _found(scheme: Scheme) -> list[list[str]]:
    """[code, words in English, in Chinese] of each."""
    return [[found.code, found.words.en, found.words.zh] for found in advice_on(scheme)]


def _advice(context: Context, found: Sequence[Sequence[str]]) -> list[SchemeAdvice]:
    return [SchemeAdvice(code=code, message=context.words(Labels(en, zh), None)) for code, en, zh in found]
