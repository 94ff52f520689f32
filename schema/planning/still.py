"""Which fields say what cannot change once a run is published, but for names and posts, of whose changes we are told.

An answer of such fields alone, about published runs, is the same until somebody changes the bank's people, branches,
plugins or documents: it may be kept.
"""

_ALL = frozenset({"*"})

STILL: dict[str, frozenset[str]] = {
    "Branch": _ALL,
    "DecimalSums": _ALL,
    "Explanation": _ALL,
    "Indicator": _ALL,
    "Manager": frozenset({"id", "code", "name", "branch", "position", "level", "postedSince", "postedUntil"}),
    "Money": _ALL,
    "MoneySums": _ALL,
    "NamedText": _ALL,
    "PageInfo": _ALL,
    "Query": frozenset({"scorecard", "scorecards"}),
    "ScoreLine": frozenset(
        {
            "indicator", "section", "rule", "value", "target", "completion", "basePoints", "points", "notApplicable",
            "notApplicableBecause", "explanation",
        }
    ),
    "Scorecard": frozenset(
        {
            "id", "position", "level", "rank", "rankInBranch", "points", "grade", "multiple", "pay", "manager",
            "branch", "lines",
        }
    ),
    "ScorecardAggregates": _ALL,
    "ScorecardConnection": _ALL,
    "ScorecardEdge": _ALL,
    "ScorecardGroup": _ALL,
}  # fmt: skip
"""By type. What is not named here is not kept."""

RUN_ARGUMENT = "run_id"
"""By which each of these roots names its run."""


def is_still(of: str, field: str) -> bool:
    """Whether the field of this type may stand in an answer that is kept."""
    known = STILL.get(of, frozenset())
    return field == "__typename" or field in known or "*" in known
