from __future__ import annotations

from typing import TYPE_CHECKING

from tests.schema.planning.both_ways import Asked, BothWays

if TYPE_CHECKING:
    from tests.schema.conftest import Town

async def test_smoke(busy: Town, both_ways: BothWays) -> None:
    a = await both_ways.answer(Asked(busy, "auditor", """{ runs { nodes { id code scorecards { edges { cursor node { id rank points grade level multiple pay { amount } manager { code name branch { name parent { code } } postedUntil }
      branch { name } lines { section rule value target completion basePoints points notApplicable notApplicableBecause indicator { code label } } } } } values { bank indicator { code } } affectedBy { number } } } 
      managers { nodes { code name branch { code } level position postedSince postedUntil shares { nodes { share } } targets { nodes { target } } } }
      arrivals { nodes { number name outcome { result findings { message } } delivery { number } feed { code } } }
      entries { nodes { number rows { cells { name value } } } } feeds { code } settings { badRows } auditTrail { totalCount nodes { at detail } }
      deliveries { nodes { number affectedRuns { code } supersedes { number } } } schemes { nodes { code approved { version } versions { nodes { version status body } } } } }"""))
    import json
    print(json.dumps(a, ensure_ascii=False)[:6000])
    a = await both_ways.answer(Asked(busy, "auditor", """{ scorecards(runId: "run-odd") { nodes { lines { __typename } } } }"""))
