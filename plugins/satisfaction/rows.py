"""The rows of the satisfaction indicators: which facts count, on which day, with which numbers."""

from typing import Any

import ibis

from core.plugin import Facts, Parameters, Period, event_rows, span_rows

PROMOTER_FROM = 9
DETRACTOR_TO = 6
"""Of answers from 0 to 10, by the definition of the net promoter score."""


def complaints_received_rows(facts: Facts, period: Period, parameters: Parameters) -> Any:
    """One for each complaint, on the day it was received."""
    complaints = facts.table("complaints", period)
    return event_rows(complaints, complaints.received_on, 1, complaints.complaint)


def upheld_complaints_rows(facts: Facts, period: Period, parameters: Parameters) -> Any:
    """One for each complaint that was upheld, on the day it was received."""
    complaints = facts.table("complaints", period)
    upheld = complaints.filter(complaints.upheld)
    return event_rows(upheld, upheld.received_on, 1, upheld.complaint)


def complaints_handled_on_time_rows(facts: Facts, period: Period, parameters: Parameters) -> Any:
    """Of the complaints that are said to be in time or late, those in time, on the day they were received."""
    complaints = facts.table("complaints", period)
    told = complaints.filter(complaints.on_time.notnull())
    return event_rows(told, told.received_on, ibis.ifelse(told.on_time, 1, 0), told.complaint, 1)


def complaint_handling_days_rows(facts: Facts, period: Period, parameters: Parameters) -> Any:
    """Days from received to closed over one, on the day received; open complaints are not there."""
    complaints = facts.table("complaints", period)
    closed = complaints.filter(complaints.closed_on >= complaints.received_on)
    days = closed.closed_on.delta(closed.received_on, unit="day")
    return event_rows(closed, closed.received_on, days, closed.complaint, 1)


def complaint_rate_rows(facts: Facts, period: Period, parameters: Parameters) -> Any:
    """Complaints × days of the period on the day received, over every customer of the list on every day."""
    complaints, customers = facts.table("complaints", period), facts.table("customers", period)
    received = event_rows(complaints, complaints.received_on, period.days, complaints.complaint)
    kept = customers.select(
        customer=customers.customer, first=ibis.literal(period.first), until=ibis.literal(period.until)
    )
    return received.union(span_rows(kept, 0, ibis.literal("customer"), 1))


def survey_score_rows(facts: Facts, period: Period, parameters: Parameters) -> Any:
    """Each score over one, on the day of the answer; an answer without a score is not there."""
    surveys = facts.table("surveys", period)
    scored = surveys.filter(surveys.score.notnull())
    return event_rows(scored, scored.answered_on, scored.score, scored.answer, 1)


def net_promoter_score_rows(facts: Facts, period: Period, parameters: Parameters) -> Any:
    """1 for a promoter, −1 for a detractor, 0 between, over one, on the day of the answer."""
    surveys = facts.table("surveys", period)
    told = surveys.filter(surveys.recommends.notnull())
    side = ibis.cases((told.recommends >= PROMOTER_FROM, 1), (told.recommends <= DETRACTOR_TO, -1), else_=0)
    return event_rows(told, told.answered_on, side, told.answer, 1)
