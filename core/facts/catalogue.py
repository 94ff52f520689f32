"""The fact tables every bank has. Plugins add their own through the `fact_tables` hook."""

from core.facts.fact_table import Column, ColumnType, FactKind, FactTable, Shape
from core.indicators.indicator import Labels

CODE, DAY, MONEY = ColumnType.CODE, ColumnType.DAY, ColumnType.MONEY
INTEGER = ColumnType.INTEGER

ACCOUNTS = FactTable(
    name="accounts",
    kind=FactKind.STATE,
    labels=Labels("Accounts", "账户"),
    key=("account",),
    columns=(
        Column("account", CODE, Labels("Account code", "账号")),
        Column("customer", CODE, Labels("Customer code", "客户号"), refers="customers"),
        Column("kind", CODE, Labels("Deposit or loan", "存款或贷款"), codes=("deposit", "loan")),
        Column(
            "category", CODE, Labels("Depositor's category", "存款类别"), codes=("corporate", "savings", "interbank")
        ),
        Column("opened_on", DAY, Labels("Opened on", "开户日"), required=False),
        Column("closed_on", DAY, Labels("Closed on", "销户日"), required=False),
    ),
)

CUSTOMERS = FactTable(
    name="customers",
    kind=FactKind.STATE,
    labels=Labels("Customer attributes", "客户属性"),
    key=("customer",),
    columns=(
        Column("customer", CODE, Labels("Customer code", "客户号"), refers="customers"),
        Column("kind", CODE, Labels("Kind", "客户类型"), codes=("corporate", "retail", "interbank")),
        Column(
            "size_tier",
            CODE,
            Labels("Size tier", "规模分层"),
            required=False,
            codes=("extra_large", "large", "medium", "small", "new"),
        ),
        Column(
            "value_tier", CODE, Labels("Value tier", "价值分层"), required=False, codes=("top", "mid_high", "basic")
        ),
        Column("credit_grade", CODE, Labels("Credit grade", "信用等级"), required=False),
    ),
)

SPANS = Shape(
    name="spans",
    key=("account", "valid_from"),
    day="valid_from",
    columns=(
        Column("account", CODE, Labels("Account code", "账号"), refers="accounts"),
        Column("valid_from", DAY, Labels("Valid from", "生效日")),
        Column("valid_until", DAY, Labels("Valid until, exclusive", "失效日（不含）"), required=False),
        Column("balance", MONEY, Labels("Balance", "余额")),
    ),
)

BALANCES = FactTable(
    name="balances",
    kind=FactKind.BALANCE,
    labels=Labels("Closing balances", "日终余额"),
    key=("account", "day"),
    day="day",
    columns=(
        Column("account", CODE, Labels("Account code", "账号"), refers="accounts"),
        Column("day", DAY, Labels("Business day", "业务日期")),
        Column("balance", MONEY, Labels("Balance or amount", "余额或金额")),
    ),
    shapes=(SPANS,),
)

LOANS = FactTable(
    name="loans",
    kind=FactKind.STATE,
    labels=Labels("Loans", "贷款"),
    key=("loan",),
    columns=(
        Column("loan", CODE, Labels("Loan code", "借据号")),
        Column("customer", CODE, Labels("Customer code", "客户号"), refers="customers"),
        Column("account", CODE, Labels("Account code", "账号"), required=False),
        Column("granted_on", DAY, Labels("Granted on", "发放日")),
        Column("amount", MONEY, Labels("Amount granted", "发放金额"), at_least=0),
        Column("outstanding", MONEY, Labels("Amount still owed", "贷款余额"), required=False, at_least=0),
        Column(
            "classification",
            CODE,
            Labels("Five-class risk classification", "五级分类"),
            codes=("normal", "special_mention", "substandard", "doubtful", "loss"),
        ),
        # 0 is on time; empty is not told, and such a loan is in no overdue ratio.
        Column("overdue_days", INTEGER, Labels("Days overdue", "逾期天数"), required=False, at_least=0),
        Column("written_off_on", DAY, Labels("Written off on", "核销日"), required=False),
    ),
)

FEES = FactTable(
    name="fees",
    kind=FactKind.EVENT,
    labels=Labels("Fee and commission income", "中间业务收入"),
    key=("fee",),
    day="day",
    columns=(
        Column("fee", CODE, Labels("Booking reference", "流水号")),
        Column("customer", CODE, Labels("Customer code", "客户号"), refers="customers"),
        Column("account", CODE, Labels("Account code", "账号"), required=False),
        Column("day", DAY, Labels("Booked on", "入账日")),
        Column("kind", CODE, Labels("Product line", "业务种类")),
        Column("amount", MONEY, Labels("Amount", "金额")),
    ),
)

INTEREST = FactTable(
    name="interest",
    kind=FactKind.EVENT,
    labels=Labels("Interest bookings", "利息流水"),
    key=("interest",),
    day="day",
    columns=(
        Column("interest", CODE, Labels("Booking reference", "流水号")),
        Column("customer", CODE, Labels("Customer code", "客户号"), refers="customers"),
        Column("account", CODE, Labels("Account code", "账号"), required=False),
        Column("loan", CODE, Labels("Loan code", "借据号"), required=False),
        Column("day", DAY, Labels("Due or booked on", "应计日或入账日")),
        # paid: to a depositor, a cost; due: a borrower's, as it falls due; received: what of it came in.
        Column("kind", CODE, Labels("Paid, due or received", "支付、应收或实收"), codes=("paid", "due", "received")),
        Column("amount", MONEY, Labels("Amount", "金额")),
    ),
)

LEDGER_TOTALS = FactTable(
    name="ledger_totals",
    kind=FactKind.EVENT,
    labels=Labels("General ledger totals", "总账余额"),
    key=("day", "kind", "category"),
    day="day",
    columns=(
        Column("day", DAY, Labels("Business day", "业务日期")),
        Column("kind", CODE, Labels("Deposit or loan", "存款或贷款"), codes=("deposit", "loan")),
        # A part of the key is never empty: "all" is the kind's total over every category.
        Column("category", CODE, Labels("Category", "类别"), codes=("all", "corporate", "interbank", "savings")),
        Column("balance", MONEY, Labels("Closing balance in the ledger", "总账日终余额")),
    ),
)

STANDARD = (ACCOUNTS, BALANCES, CUSTOMERS, FEES, INTEREST, LEDGER_TOTALS, LOANS)
"""In alphabetical order of their names."""
