"""Joining shares by day and folding (F2, F3): the one place where customers become managers. Pure Ibis."""

from typing import Any

import ibis

from core.indicators.expressions import EXACT
from core.numbers import PPM

ROWS = ("customer", "manager", "ref", "first", "until", "numerator", "denominator")
PART = "part"
"""A column that rows may have besides: indicators of one rows function take their part and are folded together."""


def held(rows: Any, shares: Any) -> Any:
    """Rows times shares, day by day.

    `rows`: an indicator's rows. `shares`: customer, manager, first, until, share_ppm.
    Gives manager, customer, ref, first, until (the days both hold), numerator, denominator, share_ppm, and part where
    the rows have one. A manager's own row counts whole.
    """
    part = [name for name in rows.columns if name == PART]
    customers = rows.filter(rows.customer.notnull()).drop("manager")
    joined = customers.join(
        shares,
        [
            customers.customer == shares.customer,
            customers.first < shares.until,
            shares.first < customers.until,
        ],
        lname="",
        rname="share_{name}",
    )
    through_customers = joined.select(
        manager=joined.manager,
        customer=joined.customer,
        ref=joined.ref,
        first=ibis.greatest(joined.first, joined.share_first),
        until=ibis.least(joined.until, joined.share_until),
        numerator=joined.numerator,
        denominator=joined.denominator,
        share_ppm=joined.share_ppm,
        **{name: joined[name] for name in part},
    )
    own = rows.filter(rows.manager.notnull())
    return through_customers.union(own.mutate(share_ppm=ibis.literal(PPM, "int64")).select(*through_customers.columns))


def fold(counted: Any, weigh_denominator: bool) -> Any:
    """N = Σ days × share × numerator and D likewise, per manager: manager, n, d (decimal(38, 0)), rows.

    Per manager and part where the rows have one. `weigh_denominator` False leaves D at 0: a sum has no use for it, and
    the product costs as much as N's.
    """
    keys = ["manager", *(name for name in counted.columns if name == PART)]
    # Days × share stays below 2^63 by far; times money it would not, so the product is exact decimal.
    weight = (counted.until.delta(counted.first, unit="day") * counted.share_ppm).cast(EXACT)
    weighed = counted.select(
        *keys,
        n=(counted.numerator * weight).cast(EXACT),
        d=(counted.denominator * weight).cast(EXACT) if weigh_denominator else ibis.literal(0).cast(EXACT),
    )
    return weighed.group_by(keys).agg(
        # Ibis types a sum of decimal(38, 0) as decimal(38, 2): cast it back.
        n=weighed.n.sum().cast(EXACT),
        d=weighed.d.sum().cast(EXACT) if weigh_denominator else ibis.literal(0).cast(EXACT),
        rows=weighed.count(),
    )


def whole(rows: Any, weigh_denominator: bool) -> Any:
    """The bank's own fold, as if one manager held everything: manager null, n, d, rows, by part as `fold`."""
    everything = rows.mutate(manager=ibis.null().cast("string"), share_ppm=ibis.literal(PPM, "int64"))
    return fold(everything, weigh_denominator)
