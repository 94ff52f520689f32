"""What nobody holds, read from a run made on real deliveries."""

from core.runs.values import RunValueRead, values_by_run
from tests.core.runs.place import Place


async def test_the_parts_of_a_run_are_the_bank(place: Place) -> None:
    run = await place.run()
    async with place.open() as session:
        found = {value.indicator: value for value in (await values_by_run(session, [run]))[run]}
    assert list(found) == sorted(found)
    # m1 855.130434… + m2 510.869565… = 1,366; of c2's 920 over 61 of 92 days 40 % are nobody's: 244.
    assert found["deposits.daily_average"] == RunValueRead(
        "deposits.daily_average", 1_366_000_000, 244_000_000, 1_610_000_000, None
    )
    # c2's fee of 10.01: 60 % are m1's, 4.004 nobody's.
    fees = found["intermediate_income.total"]
    assert (fees.managers_e6, fees.unattributed_e6, fees.bank_e6) == (36_006_000, 4_004_000, 40_010_000)
    # The one loan owed is c1's, m2's on the last day: 1,000 of 5,000; nothing is left over below the line.
    npl = found["risk.npl_ratio"]
    assert (npl.managers_e6, npl.unattributed_e6, npl.bank_e6) == (20_000_000, None, 20_000_000)
    assert npl.not_applicable == "no_loans"
