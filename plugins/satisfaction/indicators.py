"""Satisfaction (满意度): what customers say, answered or not."""

from typing import Any

from core.plugin import Direction, Facts, Indicator, Labels, Parameters, Period, Ratio, Sum, Unit, event_rows


def complaints_received_rows(facts: Facts, period: Period, parameters: Parameters) -> Any:
    """One for each complaint, on the day it was received."""
    complaints = facts.table("complaints", period)
    return event_rows(complaints, complaints.received_on, 1, complaints.complaint)


def survey_score_rows(facts: Facts, period: Period, parameters: Parameters) -> Any:
    """Each answer's score over one, on the day it was given."""
    surveys = facts.table("surveys", period)
    return event_rows(surveys, surveys.answered_on, surveys.score, surveys.answer, 1)


INDICATORS = (
    Indicator(
        code="satisfaction.complaints_received",
        labels=Labels("Complaints received", "受理投诉数"),
        unit=Unit.COUNT,
        direction=Direction.LOWER_IS_BETTER,
        fold=Sum(),
        rows=complaints_received_rows,
        needs=("complaints",),
        formula="F2",
        description=Labels("Complaints × share of the day they were received.", "投诉件数×受理日关联度系数。"),
    ),
    Indicator(
        code="satisfaction.survey_score",
        labels=Labels("Survey score", "满意度得分"),
        unit=Unit.SCORE,
        direction=Direction.HIGHER_IS_BETTER,
        fold=Ratio(),
        rows=survey_score_rows,
        no_rows="no_surveys",
        needs=("surveys",),
        formula="F2",
        description=Labels(
            "Average score of the answers, each weighted by share; not applicable without answers.",
            "答卷得分按关联度加权平均；无答卷则不适用。",
        ),
    ),
)
