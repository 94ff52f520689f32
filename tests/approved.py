"""A scheme version that two people let runs use, without a word of what it says."""

from core.session import BankSession


async def add_approved(session: BankSession, scheme: str = "s", body: str = "{}") -> None:
    """Version 1 of a new scheme: drafted and submitted by "designer", approved by "approver"."""
    async with session.acting_as("designer") as designer:
        await designer.execute("INSERT INTO bank.schemes (scheme, label, label_zh) VALUES ($1, 'S', '办法')", scheme)
        await designer.execute(
            """INSERT INTO bank.scheme_versions (scheme, version, body, status, made_by, made_at)
               VALUES ($1, 1, $2::text::jsonb, 'draft', 'designer', now())""",
            scheme,
            body,
        )
        await designer.execute(
            "UPDATE bank.scheme_versions SET status = 'submitted', submitted_by = 'designer' WHERE scheme = $1", scheme
        )
    async with session.acting_as("approver") as approver:
        await approver.execute(
            "UPDATE bank.scheme_versions SET status = 'approved', approved_by = 'approver' WHERE scheme = $1", scheme
        )


async def add_queued(
    session: BankSession, run: str, period: str = "2026-Q3", scheme: str = "s", by: str = "assessor"
) -> None:
    """A run that `by` asked for, queued without a job."""
    async with session.acting_as(by) as asking:
        await asking.execute(
            """INSERT INTO bank.runs (run, scheme, version, period, kind, status, stage, done, total, requested_by,
                                      requested_at)
               VALUES ($1, $2, 1, $3, 'assessment', 'queued', 'queued', 0, 0, $4, now())""",
            run,
            scheme,
            period,
            by,
        )
