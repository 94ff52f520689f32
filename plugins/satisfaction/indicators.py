"""Satisfaction (满意度): what customers answer when asked, and what they say unasked."""

from typing import Any

from core.plugin import Direction, Indicator, Labels, Ratio, Sum, Unit
from plugins.satisfaction.rows import (
    complaint_handling_days_rows,
    complaint_rate_rows,
    complaints_handled_on_time_rows,
    complaints_received_rows,
    net_promoter_score_rows,
    survey_score_rows,
    upheld_complaints_rows,
)


def _higher(name: str, labels: Labels, unit: Unit, rows: Any, **more: Any) -> Indicator:
    return Indicator(f"satisfaction.{name}", labels, unit, Direction.HIGHER_IS_BETTER, rows=rows, formula="F2", **more)


def _lower(name: str, labels: Labels, unit: Unit, rows: Any, **more: Any) -> Indicator:
    return Indicator(f"satisfaction.{name}", labels, unit, Direction.LOWER_IS_BETTER, rows=rows, formula="F2", **more)


INDICATORS = (
    _lower(
        "complaint_handling_days",
        Labels("Days to handle a complaint", "投诉处理时长"),
        Unit.DAYS,
        complaint_handling_days_rows,
        fold=Ratio(),
        no_rows="no_complaints_closed",
        needs=("complaints",),
        description=Labels(
            "Calendar days from received to closed, the average of the complaints received in the period that have "
            "been closed, each × share of the day it was received. Open ones do not count until they are closed; not "
            "applicable without a closed one.",
            "考核期内受理且已办结投诉自受理至办结的平均日历天数（按受理日关联度加权）；未办结者不计；无已办结投诉则不适用。",
        ),
    ),
    _lower(
        "complaint_rate",
        Labels("Complaints per 1,000 customers", "每千户客户投诉数"),
        Unit.COUNT,
        complaint_rate_rows,
        fold=Ratio(1_000),
        no_rows="no_customers",
        needs=("complaints", "customers"),
        description=Labels(
            "1,000 × complaints ÷ customers held on an average day of the period: complaints × share of the day they "
            "were received; customers of the list in force × share of every day ÷ days. Not applicable without one.",
            "1000×投诉件数（按受理日关联度）÷ 考核期日均所辖客户数（按各日关联度）；无客户则不适用。",
        ),
    ),
    _higher(
        "complaints_handled_on_time",
        Labels("Complaints handled on time", "投诉按时办结率"),
        Unit.PERCENT,
        complaints_handled_on_time_rows,
        fold=Ratio(100),
        no_rows="no_complaints",
        needs=("complaints",),
        description=Labels(
            "Complaints handled on time ÷ complaints handled on time or late, each × share of the day it was received, "
            "in percent. One that says neither does not count; not applicable without one that does.",
            "按时办结投诉 ÷（按时办结＋超时）投诉，按受理日关联度加权（%）；未注明者不计；无可计者不适用。",
        ),
    ),
    _lower(
        "complaints_received",
        Labels("Complaints received", "受理投诉数"),
        Unit.COUNT,
        complaints_received_rows,
        fold=Sum(),
        needs=("complaints",),
        description=Labels("Complaints × share of the day they were received.", "投诉件数×受理日关联度系数。"),
    ),
    _higher(
        "net_promoter_score",
        Labels("Net promoter score", "净推荐值"),
        Unit.SCORE,
        net_promoter_score_rows,
        fold=Ratio(100),
        no_rows="no_surveys",
        needs=("surveys",),
        description=Labels(
            "Promoters (9 and 10 of 10) less detractors (0 to 6) ÷ all who answered, each × share of the day of the "
            "answer, × 100: from -100 to 100. Not applicable without answers.",
            "（推荐者9–10分－贬损者0–6分）÷ 全部作答者，按答卷日关联度加权×100，介于-100与100之间；无答卷则不适用。",
        ),
    ),
    _higher(
        "survey_score",
        Labels("Survey score", "满意度得分"),
        Unit.SCORE,
        survey_score_rows,
        fold=Ratio(),
        no_rows="no_surveys",
        needs=("surveys",),
        description=Labels(
            "Average score of the answers, each × share of the day of the answer; not applicable without answers.",
            "答卷得分按答卷日关联度加权平均；无答卷则不适用。",
        ),
    ),
    _lower(
        "upheld_complaints",
        Labels("Complaints upheld", "成立投诉数"),
        Unit.COUNT,
        upheld_complaints_rows,
        fold=Sum(),
        needs=("complaints",),
        description=Labels(
            "Complaints found to be justified × share of the day they were received.",
            "经核实成立的投诉件数×受理日关联度系数。",
        ),
    ),
)
