"""Enabling and disabling a bank's plugins."""

from typing import Annotated

import strawberry

from core.codes import is_code
from core.plugins.store import catalogue, disable, enable
from schema.bank import Bank, bank
from schema.context import Info
from schema.resolved import resolved
from tenants.callers import require


@strawberry.input(description="Which plugin to enable.")
class EnablePluginInput:
    """Code."""

    plugin: str = strawberry.field(description="Code of an installed plugin.")


@strawberry.input(description="Which plugin to disable.")
class DisablePluginInput:
    """Code."""

    plugin: str = strawberry.field(description="Code of the plugin.")


@strawberry.type(description="The bank with the plugin enabled.")
class EnablePluginPayload:
    """Faults come as errors with a code."""

    bank: Bank = strawberry.field(description="The bank; `plugins` is what it has enabled now.")
    changed: bool = strawberry.field(description="False where it was enabled already.")


@strawberry.type(description="The bank with the plugin disabled.")
class DisablePluginPayload:
    """Faults come as errors with a code."""

    bank: Bank = strawberry.field(description="The bank; `plugins` is what it has enabled now.")
    changed: bool = strawberry.field(description="False where it was not enabled.")


@strawberry.type
class PluginChanges:
    """Both ways."""

    @resolved(
        name="enablePlugin",
        description="Let the bank measure with an installed plugin; needs plugin:enable. BAD_USER_INPUT with reason "
        "PLUGIN_UNKNOWN for one that is not installed.",
    )
    async def enable_a_plugin(
        self, info: Info, input: Annotated[EnablePluginInput, strawberry.argument(description="Which.")]
    ) -> EnablePluginPayload | None:
        """Row and audit record in one transaction."""
        context = info.context
        require(context.caller, "plugin:enable")
        async with context.changing() as session:
            changed = await enable(session, context.works.host, input.plugin)
            context.catalogue = await catalogue(session, context.works.host)
        return EnablePluginPayload(bank=bank(context), changed=changed)

    @resolved(
        name="disablePlugin",
        description="Take a plugin away from the bank; needs plugin:disable. CONFLICT with reason PLUGIN_IN_USE while "
        "a scheme in force measures with it. Old results stay readable.",
    )
    async def disable_a_plugin(
        self, info: Info, input: Annotated[DisablePluginInput, strawberry.argument(description="Which.")]
    ) -> DisablePluginPayload | None:
        """Row and audit record in one transaction."""
        context = info.context
        require(context.caller, "plugin:disable")
        if not is_code(input.plugin):
            context.works.host.plugin(input.plugin)  # says which there are
        async with context.changing() as session:
            changed = await disable(session, input.plugin)
            context.catalogue = await catalogue(session, context.works.host)
        return DisablePluginPayload(bank=bank(context), changed=changed)
