"""A version of a scheme on its way: submitted by its designer, approved by a second person."""

from typing import Annotated

import strawberry

from core.codes import is_code
from core.errors import NotFound
from core.schemes.store import approve_scheme, submit_scheme
from schema.context import Context, Info
from schema.resolved import resolved
from schema.scheme import SchemeVersion, version_of
from tenants.callers import require


@strawberry.input(description="Which version of a scheme to submit.")
class SubmitSchemeInput:
    """Key."""

    scheme: str = strawberry.field(description="Code of the scheme.")
    version: int = strawberry.field(description="Its version, from 1.")


@strawberry.input(description="Which version of a scheme to approve.")
class ApproveSchemeInput:
    """Key."""

    scheme: str = strawberry.field(description="Code of the scheme.")
    version: int = strawberry.field(description="Its version, from 1.")


@strawberry.type(description="The version that was submitted.")
class SubmitSchemePayload:
    """Faults come as errors with a code."""

    version: SchemeVersion = strawberry.field(description="It waits for a second person's approval.")


@strawberry.type(description="The version that was approved.")
class ApproveSchemePayload:
    """Faults come as errors with a code."""

    version: SchemeVersion = strawberry.field(description="Runs use it from now on, unless they name another.")


@strawberry.type
class SchemeApproving:
    """Both steps."""

    @resolved(
        name="submitScheme",
        description="Ask a second person to approve a draft; needs scheme:submit. CONFLICT with reason "
        "SCHEME_NOT_DRAFT for a version that is none any more.",
    )
    async def submit_a_scheme(
        self, info: Info, input: Annotated[SubmitSchemeInput, strawberry.argument(description="Which.")]
    ) -> SubmitSchemePayload | None:
        """State and audit record in one transaction."""
        context = info.context
        require(context.caller, "scheme:submit")
        _check(input.scheme)
        async with context.changing() as session:
            await submit_scheme(session, input.scheme, input.version)
        return SubmitSchemePayload(version=await _changed(context, input.scheme, input.version))

    @resolved(
        name="approveScheme",
        description="Let runs use a submitted version; needs scheme:approve. FORBIDDEN with reason FOUR_EYES for who "
        "made or submitted it, CONFLICT for one that is not submitted or is approved already.",
    )
    async def approve_a_scheme(
        self, info: Info, input: Annotated[ApproveSchemeInput, strawberry.argument(description="Which.")]
    ) -> ApproveSchemePayload | None:
        """State and audit record in one transaction."""
        context = info.context
        require(context.caller, "scheme:approve")
        _check(input.scheme)
        async with context.changing() as session:
            await approve_scheme(session, input.scheme, input.version)
        return ApproveSchemePayload(version=await _changed(context, input.scheme, input.version))


def _check(code: str) -> None:
    if not is_code(code):
        raise NotFound("There is no such scheme.")


async def _changed(context: Context, code: str, version: int) -> SchemeVersion:
    found = await version_of(context, code, version)
    if found is None:
        raise NotFound("The version was changed, but your roles do not let you read schemes.")
    return found
