"""The fact tables that satisfaction adds: complaints and surveys."""

from core.plugin import Column, ColumnType, FactKind, FactTable, Labels

COMPLAINTS = FactTable(
    name="complaints",
    kind=FactKind.EVENT,
    labels=Labels("Complaints", "客户投诉"),
    key=("complaint",),
    day="received_on",
    columns=(
        Column("complaint", ColumnType.CODE, Labels("Complaint code", "投诉编号")),
        Column("customer", ColumnType.CODE, Labels("Customer code", "客户号"), refers="customers"),
        Column("received_on", ColumnType.DAY, Labels("Received on", "受理日")),
        # Empty while nobody can say: neither in time nor late.
        Column("on_time", ColumnType.FLAG, Labels("Handled on time", "按时办结"), required=False),
        Column("closed_on", ColumnType.DAY, Labels("Closed on", "办结日"), required=False),
        Column("upheld", ColumnType.FLAG, Labels("Upheld", "投诉成立"), required=False),
    ),
)

SURVEYS = FactTable(
    name="surveys",
    kind=FactKind.EVENT,
    labels=Labels("Survey answers", "满意度调查"),
    key=("answer",),
    day="answered_on",
    columns=(
        Column("answer", ColumnType.CODE, Labels("Answer code", "答卷编号")),
        Column("customer", ColumnType.CODE, Labels("Customer code", "客户号"), refers="customers"),
        Column("answered_on", ColumnType.DAY, Labels("Answered on", "答卷日")),
        # Either question may have gone unasked.
        Column(
            "score",
            ColumnType.INTEGER,
            Labels("Score, 0 to 100", "得分（0–100）"),
            required=False,
            at_least=0,
            at_most=100,
        ),
        Column(
            "recommends",
            ColumnType.INTEGER,
            Labels("Would recommend the bank, 0 to 10", "推荐意愿（0–10）"),
            required=False,
            at_least=0,
            at_most=10,
        ),
    ),
)

FACT_TABLES = (COMPLAINTS, SURVEYS)
