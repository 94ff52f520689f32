"""Which plugins a bank has enabled, read and changed."""

from core.audit.store import record
from core.errors import Conflict
from core.plugins.host import Catalogue, Host
from core.session import BankSession


async def enabled(session: BankSession) -> list[str]:
    """Codes of the enabled plugins, sorted."""
    if session.entered is not None:
        return list(session.entered.plugins)
    return [row["plugin"] for row in await session.rows('SELECT plugin FROM bank.plugins ORDER BY plugin COLLATE "C"')]


async def catalogue(session: BankSession, host: Host) -> Catalogue:
    """What this bank works with now. A plugin that is enabled but no longer installed offers nothing."""
    return host.catalogue(code for code in await enabled(session) if code in host.plugins)


async def enable(session: BankSession, host: Host, code: str) -> bool:
    """Enable an installed plugin; False if it was enabled already. PLUGIN_UNKNOWN if it is not installed."""
    host.plugin(code)
    added = await session.row(
        "INSERT INTO bank.plugins (plugin, enabled_by, enabled_at) VALUES ($1, $2, now())"
        " ON CONFLICT DO NOTHING RETURNING plugin",
        code,
        session.person,
    )
    if added is None:
        return False
    await record(session, "plugin:enable", code)
    return True


async def disable(session: BankSession, code: str) -> bool:
    """Disable a plugin; False if it was not enabled. PLUGIN_IN_USE while an approved scheme measures with it."""
    if await session.row("SELECT 1 FROM bank.plugins WHERE plugin = $1 FOR UPDATE", code) is None:
        return False
    using = await session.rows(
        """SELECT v.scheme FROM (SELECT DISTINCT ON (scheme) scheme, body FROM bank.scheme_versions
                                 WHERE status = 'approved' ORDER BY scheme, version DESC) v
           WHERE strpos(v.body::text, '"' || $1::text || '.') > 0 ORDER BY v.scheme""",
        code,
    )
    if using:
        names = ", ".join(row["scheme"] for row in using)
        raise Conflict(f"Plugin {code} cannot be disabled: scheme {names} measures with it.", code="PLUGIN_IN_USE")
    await session.execute("DELETE FROM bank.plugins WHERE plugin = $1", code)
    await record(session, "plugin:disable", code)
    return True
