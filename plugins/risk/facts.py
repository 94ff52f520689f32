"""The fact tables that risk adds: what became of bad loans, and what was checked."""

from core.plugin import Column, ColumnType, FactKind, FactTable, Labels

CODE, DAY, MONEY = ColumnType.CODE, ColumnType.DAY, ColumnType.MONEY
CLASSES = ("normal", "special_mention", "substandard", "doubtful", "loss")
"""The five classes (五级分类), best first."""

CUSTOMER = Column("customer", CODE, Labels("Customer code", "客户号"), refers="customers")
MANAGER = Column("manager", CODE, Labels("Manager code", "客户经理工号"), refers="managers")
LOAN = Column("loan", CODE, Labels("Loan code", "借据号"))
MAYBE_LOAN = Column("loan", CODE, Labels("Loan code", "借据号"), required=False)


def _events(name: str, labels: Labels, day: str, *columns: Column) -> FactTable:
    """Rows that happened; the first column is their key."""
    return FactTable(name, FactKind.EVENT, labels, key=(columns[0].name,), columns=columns, day=day)


LOAN_CLASSES = _events(
    "loan_classes",
    Labels("Changes of loans' classes", "贷款五级分类变动"),
    "day",
    Column("change", CODE, Labels("Number of the change", "变动编号")),
    LOAN,
    CUSTOMER,
    Column("day", DAY, Labels("Classified on", "分类日")),
    Column("classification", CODE, Labels("Class from that day", "变动后分类"), codes=CLASSES),
)

LOAN_EXITS = _events(
    "loan_exits",
    Labels("Loans exited", "贷款退出"),
    "day",
    Column("exit", CODE, Labels("Number of the exit", "退出编号")),
    LOAN,
    CUSTOMER,
    Column("day", DAY, Labels("Exited on", "退出日")),
    Column("classification", CODE, Labels("Class at the exit", "退出时分类"), codes=CLASSES),
    Column("amount", MONEY, Labels("Amount exited", "退出金额")),
)

RECOVERIES = _events(
    "recoveries",
    Labels("Cash recovered from bad loans", "不良贷款现金清收"),
    "day",
    Column("recovery", CODE, Labels("Booking reference", "流水号")),
    CUSTOMER,
    MAYBE_LOAN,
    Column("day", DAY, Labels("Received on", "收回日")),
    Column("kind", CODE, Labels("From loans", "贷款状态"), codes=("non_performing", "written_off")),
    Column("amount", MONEY, Labels("Amount", "收回金额")),
)

FORECLOSED_ASSETS = _events(
    "foreclosed_assets",
    Labels("Disposals of foreclosed assets", "抵债资产处置"),
    "day",
    Column("disposal", CODE, Labels("Number of the disposal", "处置编号")),
    Column("asset", CODE, Labels("Asset code", "抵债资产编号")),
    CUSTOMER,
    Column("day", DAY, Labels("Disposed of on", "处置日")),
    Column("proceeds", MONEY, Labels("Proceeds", "处置收入")),
    Column("book_value", MONEY, Labels("Book value", "账面价值"), required=False, at_least=0),
)

THREE_CHECKS = _events(
    "three_checks",
    Labels("Checks before, during and after lending", "贷款三查"),
    "due_on",
    Column("check", CODE, Labels("Number of the check", "检查编号")),
    CUSTOMER,
    MAYBE_LOAN,
    Column("stage", CODE, Labels("Stage", "环节"), codes=("before", "during", "after")),
    Column("due_on", DAY, Labels("Due on", "应查日")),
    Column("done_on", DAY, Labels("Done on", "完成日"), required=False),
)

OPERATION_CHECKS = _events(
    "operation_checks",
    Labels("Checks of operations", "业务操作检查"),
    "day",
    Column("check", CODE, Labels("Number of the check", "检查编号")),
    MANAGER,
    Column("day", DAY, Labels("Checked on", "检查日")),
    Column("compliant", ColumnType.FLAG, Labels("Compliant", "是否合规")),
)

CONTROL_REVIEWS = _events(
    "control_reviews",
    Labels("Reviews of internal control", "内部控制评价"),
    "day",
    Column("review", CODE, Labels("Number of the review", "评价编号")),
    MANAGER,
    Column("reviewer", CODE, Labels("Who reviewed", "评价人"), required=False),
    Column("day", DAY, Labels("Reviewed on", "评价日")),
    Column("score", ColumnType.DECIMAL6, Labels("Score, 0 to 100", "得分（0–100）"), at_least=0, at_most=100),
)

FACT_TABLES = (
    CONTROL_REVIEWS,
    FORECLOSED_ASSETS,
    LOAN_CLASSES,
    LOAN_EXITS,
    OPERATION_CHECKS,
    RECOVERIES,
    THREE_CHECKS,
)
