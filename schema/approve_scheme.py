"""A version of a scheme on its way: submitted by its designer, approved by a second person."""

from typing import Annotated

import strawberry

from core.answers.store import Answer
from core.codes import is_code
from core.errors import NotFound
from core.schemes.store import approve_scheme, submit_scheme
from core.session import BankSession
from schema.change import change
from schema.context import Context, Info
from schema.needs import both
from schema.once import Keyed, once
from schema.refusals import FourEyesRefusal
from schema.scheme import SchemeVersion, version_of
from tenants.callers import require


@strawberry.input(description="Which version of a scheme to submit.")
class SubmitSchemeInput(Keyed):
    """Key."""

    scheme: str = strawberry.field(description="Code of the scheme.")
    version: int = strawberry.field(description="Its version, from 1.")


@strawberry.input(description="Which version of a scheme to approve.")
class ApproveSchemeInput(Keyed):
    """Key."""

    scheme: str = strawberry.field(description="Code of the scheme.")
    version: int = strawberry.field(description="Its version, from 1.")


@strawberry.type(description="The version that was submitted.")
class SubmitSchemePayload:
    """Made."""

    version: SchemeVersion = strawberry.field(description="It waits for a second person's approval.")


@strawberry.type(description="The version that was approved.")
class ApproveSchemePayload:
    """Made."""

    version: SchemeVersion = strawberry.field(description="Runs use it from now on, unless they name another.")


@strawberry.type
class SchemeApproving:
    """Both steps."""

    @change(
        name="submitScheme",
        needs="scheme:submit",
        reach=both("scheme:submit", "scheme:read"),
        description="Ask a second person to approve a draft; needs scheme:submit. Refused: CONFLICT with reason "
        "SCHEME_NOT_DRAFT for a version that is none any more.",
    )
    async def submit_a_scheme(
        self, info: Info, input: Annotated[SubmitSchemeInput, strawberry.argument(description="Which.")]
    ) -> SubmitSchemePayload:
        """State and audit record in one transaction."""
        _check(info.context, input.scheme)

        async def work(session: BankSession) -> Answer:
            await submit_scheme(session, input.scheme, input.version)
            return {}

        await once(info, input, work)
        return SubmitSchemePayload(version=await _changed(info.context, input.scheme, input.version))

    @change(
        name="approveScheme",
        needs="scheme:approve",
        reach=both("scheme:approve", "scheme:read"),
        refusals=(FourEyesRefusal,),
        description="Let runs use a submitted version; needs scheme:approve. Refused: FORBIDDEN with reason FOUR_EYES "
        "for who made or submitted it, CONFLICT for one that is not submitted or is approved already.",
    )
    async def approve_a_scheme(
        self, info: Info, input: Annotated[ApproveSchemeInput, strawberry.argument(description="Which.")]
    ) -> ApproveSchemePayload:
        """State and audit record in one transaction."""
        _check(info.context, input.scheme)

        async def work(session: BankSession) -> Answer:
            await approve_scheme(session, input.scheme, input.version)
            return {}

        await once(info, input, work)
        return ApproveSchemePayload(version=await _changed(info.context, input.scheme, input.version))


def _check(context: Context, code: str) -> None:
    """What is changed is also told: who may not read schemes is stopped before."""
    require(context.caller, "scheme:read")
    if not is_code(code):
        raise NotFound("There is no such scheme.")


async def _changed(context: Context, code: str, version: int) -> SchemeVersion:
    found = await version_of(context, code, version)
    if found is None:
        raise LookupError("the version just changed cannot be read")
    return found
