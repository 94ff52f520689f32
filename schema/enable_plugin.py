"""Enabling and disabling a bank's plugins."""

from typing import Annotated

import strawberry

from core.answers.store import Answer
from core.codes import is_code
from core.plugins.store import catalogue, disable, enable
from core.session import BankSession
from schema.bank import Bank, bank
from schema.change import change
from schema.context import Context, Info
from schema.once import Keyed, once


@strawberry.input(description="Which plugin to enable.")
class EnablePluginInput(Keyed):
    """Code."""

    plugin: str = strawberry.field(description="Code of an installed plugin.")


@strawberry.input(description="Which plugin to disable.")
class DisablePluginInput(Keyed):
    """Code."""

    plugin: str = strawberry.field(description="Code of the plugin.")


@strawberry.type(description="The bank with the plugin enabled.")
class EnablePluginPayload:
    """Made."""

    bank: Bank = strawberry.field(description="The bank; `plugins` is what it has enabled now.")
    changed: bool = strawberry.field(description="False where it was enabled already.")


@strawberry.type(description="The bank with the plugin disabled.")
class DisablePluginPayload:
    """Made."""

    bank: Bank = strawberry.field(description="The bank; `plugins` is what it has enabled now.")
    changed: bool = strawberry.field(description="False where it was not enabled.")


@strawberry.type
class PluginChanges:
    """Both ways."""

    @change(
        name="enablePlugin",
        needs="plugin:enable",
        description="Let the bank measure with an installed plugin; needs plugin:enable. Refused: BAD_USER_INPUT "
        "with reason PLUGIN_UNKNOWN for one that is not installed.",
    )
    async def enable_a_plugin(
        self, info: Info, input: Annotated[EnablePluginInput, strawberry.argument(description="Which.")]
    ) -> EnablePluginPayload:
        """Row and audit record in one transaction."""
        context = info.context

        async def work(session: BankSession) -> Answer:
            return {"changed": await enable(session, context.works.host, input.plugin)}

        done = await once(info, input, work)
        return EnablePluginPayload(bank=await _bank_now(context), changed=done["changed"])

    @change(
        name="disablePlugin",
        needs="plugin:disable",
        description="Take a plugin away from the bank; needs plugin:disable. Refused: CONFLICT with reason "
        "PLUGIN_IN_USE while a scheme in force measures with it. Old results stay readable.",
    )
    async def disable_a_plugin(
        self, info: Info, input: Annotated[DisablePluginInput, strawberry.argument(description="Which.")]
    ) -> DisablePluginPayload:
        """Row and audit record in one transaction."""
        context = info.context
        if not is_code(input.plugin):
            context.works.host.plugin(input.plugin)  # says which there are

        async def work(session: BankSession) -> Answer:
            return {"changed": await disable(session, input.plugin)}

        done = await once(info, input, work)
        return DisablePluginPayload(bank=await _bank_now(context), changed=done["changed"])


async def _bank_now(context: Context) -> Bank:
    """With the plugins it has now, whichever request enabled them."""
    async with context.transactions.read() as session:
        context.catalogue = await catalogue(session, context.works.host)
    return bank(context)
