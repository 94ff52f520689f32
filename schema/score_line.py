"""Lines of a scorecard and why they are what they are."""

from decimal import Decimal

import strawberry
from strawberry import UNSET

from core.runs.explain import Explanation as CoreExplanation
from core.runs.explain import explain
from core.runs.lines import LineRead
from core.runs.reasons import reason_words
from schema.connection import After, Before, Connection, First, Last
from schema.context import Info
from schema.evidence import Evidence, evidence_of
from schema.finding import NamedText, named
from schema.indicator import Indicator, indicator
from schema.language import Locale
from schema.listing import Asked
from schema.planning.kinds import EXACT, POINTS, TEXT, VALUE
from schema.planning.reads import LookedUp, column
from schema.resolved import resolved


@strawberry.type(description="Why a line earned what it earned: enough to redo the sum by hand.")
class Explanation:
    """In one language, chosen on the field."""

    rule: str | None = strawberry.field(description="Code of the point rule; null where the line is measured only.")
    formula: str | None = strawberry.field(description='Id of the rule\'s formula, such as "F6"; null without one.')
    inputs: list[NamedText] = strawberry.field(description="What the rule saw, as exact text, by name.")
    sum: str = strawberry.field(description="The sum a person would do by hand, in words.")
    rounding: str = strawberry.field(description="How the points were rounded.")


@strawberry.type(description="One indicator of one scorecard: value, target and points.")
class ScoreLine:
    """`read` is what core knows of it."""

    read: strawberry.Private[LineRead]
    section: str = column(
        "section", kind=TEXT, description="Code of the scheme's section; empty where it is measured only."
    )
    rule: str | None = column(
        "rule", kind=TEXT, description="Code of the point rule; null where the line is measured only."
    )
    target: Decimal | None = column(
        "target",
        kind=EXACT,
        description="The agreed figure for the days the post was held, in the indicator's unit; null without.",
    )
    value: Decimal | None = column(
        "value_e6",
        kind=VALUE,
        description="What was measured, in the indicator's unit, 6 decimals; null where not applicable.",
    )
    completion: Decimal | None = column(
        "completion_e6",
        kind=VALUE,
        description="Value ÷ target, 6 decimals (1.000000 is on target); null without a target above zero.",
    )
    base_points: Decimal = column(
        "base_e4",
        kind=POINTS,
        description="Points to earn on target, 4 decimals, after rescaling; zero of a bonus or deduction line.",
    )
    points: Decimal = column(
        "points_e4", kind=POINTS, description="Points earned, 4 decimals; below zero where they are deducted."
    )
    not_applicable: str | None = column(
        "not_applicable", kind=TEXT, description="Code of the reason why the line does not apply; null where it does."
    )

    @resolved(description="The indicator.", reads=LookedUp("indicator", indicator))
    def indicator(self, info: Info) -> Indicator:
        """From the catalogue: no statement."""
        return indicator(info.context, self.read.indicator)

    @resolved(description="The reason why the line does not apply, in words; null where it does.")
    def not_applicable_because(self, info: Info, locale: Locale = UNSET) -> str | None:
        """In the language asked for."""
        reason = self.read.not_applicable
        return info.context.words(reason_words(reason), locale) if reason else None

    @resolved(description="Why the line earned what it earned.")
    def explanation(self, info: Info, locale: Locale = UNSET) -> Explanation:
        """Redone from what the run stored: the same for ever."""
        read, rules = self.read, info.context.point_rules
        found = explain(read.rule, read.inputs, read.not_applicable, read.points_e4, rules)
        return _explanation(info, found, locale)

    @resolved(
        description="The rows behind the value, by customer, reference and day; null where they are masked. "
        "Each line asked for is a reading of fact files: at most 20 lines at once.",
        needs="evidence:read",
    )
    async def evidence(
        self,
        info: Info,
        first: First = UNSET,
        after: After = UNSET,
        last: Last = UNSET,
        before: Before = UNSET,
    ) -> Connection[Evidence] | None:
        """Needs evidence:read on this scorecard."""
        return await evidence_of(info, self.read, Asked(first, after, last, before))


def _explanation(info: Info, found: CoreExplanation, locale: str | None) -> Explanation:
    return Explanation(
        rule=found.rule,
        formula=found.formula,
        inputs=named(found.inputs),
        sum=info.context.words(found.sum, locale),
        rounding=info.context.words(found.rounding, locale),
    )


def score_line(read: LineRead) -> ScoreLine:
    """The GraphQL object of a line read."""
    return ScoreLine(read=read)
