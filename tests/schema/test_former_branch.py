"""A manager who has left: his old branch head keeps the old result and learns nothing of the new post."""

from typing import Any

QUERY = """{ scorecard(runId: "run-complete", managerCode: "m1") {
  points branch { code }
  manager { code name position level postedSince postedUntil branch { code } } } }"""

COUNT = """query($filter: ScorecardFilter) { scorecards(runId: "run-complete", filter: $filter) { totalCount } }"""


async def test_the_new_post_of_who_left_the_subtree_is_masked(build_town: Any) -> None:
    town = await build_town("LEFT")
    async with town.open() as session:
        await session.execute("UPDATE bank.postings SET valid_until = '2021-01-01' WHERE manager = 'm1'")
        await session.execute(
            """INSERT INTO bank.postings (manager, valid_from, valid_until, branch, position, level)
               VALUES ('m1', '2021-01-01', '9999-12-31', 'B2', 'chief', 'secret')"""
        )
    answer = await town.asks("branch_head")(QUERY)
    card = answer["data"]["scorecard"]
    assert (card["points"], card["branch"]) == ("110.0000", {"code": "B11"})
    told = {"code": "m1", "name": "LEFT m1"}
    hidden = ("position", "level", "postedSince", "postedUntil", "branch")
    assert card["manager"] == told | dict.fromkeys(hidden)
    assert sorted(path[-1] for path in answer["extensions"]["masked"]) == sorted(hidden)
    for said in (
        {"branch": {"under": "B2"}},
        {"branch": {"code": {"startsWith": "B2"}}},
        {"position": {"eq": "chief"}},
        {"level": {"startsWith": "s"}},
        {"postedSince": {"gte": "2021-01-01"}},
        {"position": {"isNull": False}},
    ):
        for role, count in (("branch_head", 0), ("auditor", 1)):
            found = await town.asks(role)(COUNT, filter={"managerCode": {"eq": "m1"}, "manager": said})
            assert found["data"]["scorecards"]["totalCount"] == count, (said, role)
    whole = await town.asks("auditor")(QUERY)
    assert whole["data"]["scorecard"]["manager"]["branch"] == {"code": "B2"}
