"""What is wrong with a delivered file, in words a data team can act on."""

import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from core.indicators.indicator import Labels

KEPT = 1_000
"""At most this many findings of one delivery are kept; the counts are always full."""

VALUE_LENGTH = 100

RULES: dict[str, Labels] = {
    "ACCOUNT_UNKNOWN": Labels(
        "Account '{value}' is not in the accounts in force.", "账户“{value}”不在有效账户清单中。"
    ),
    "CODE_UNKNOWN": Labels("{label}: '{value}' is none of the known codes.", "{label}：“{value}”不是已知代码。"),
    "CODE_UNSAFE": Labels(
        "{label}: '{value}' begins like a formula of a spreadsheet.", "{label}：“{value}”以电子表格公式开头。"
    ),
    "COLUMN_DUPLICATE": Labels("Column '{value}' stands more than once in the header.", "表头中列“{value}”重复。"),
    "COLUMN_MISSING": Labels("The file has no column '{value}'.", "文件缺少列“{value}”。"),
    "COLUMN_TYPE": Labels(
        "Column '{value}' is {more}, which this column is not read from.", "列“{value}”的类型为 {more}，不能读入该列。"
    ),
    "CONTROL_ROWS": Labels("The file has {value} rows, not {more}.", "文件有 {value} 行，而非 {more} 行。"),
    "CONTROL_SUM": Labels(
        "{label}: the file's sum is {value}, not {more}.", "{label}：文件合计为 {value}，而非 {more}。"
    ),
    "CURRENCY_NOT_OF_BANK": Labels("'{value}' is not the bank's currency {more}.", "“{value}”不是本行币种 {more}。"),
    "CUSTOMER_UNKNOWN": Labels("Customer '{value}' is not registered.", "客户“{value}”未登记。"),
    "DATE_INVALID": Labels(
        "{label}: '{value}' is not a date from 1900 to 9998 in the mapping's format.",
        "{label}：“{value}”不是映射格式下 1900 至 9998 年的日期。",
    ),
    "DAY_AFTER_DELIVERY": Labels(
        "{label}: {value} is after the delivery's business day {more}.", "{label}：{value} 晚于报送业务日 {more}。"
    ),
    "DAY_IN_FUTURE": Labels("The business day {value} is after today, {more}.", "业务日 {value} 晚于今天 {more}。"),
    "DAY_NOT_OF_SNAPSHOT": Labels(
        "{label}: {value} is not the snapshot's day {more}.", "{label}：{value} 不是快照日 {more}。"
    ),
    "DUPLICATE_KEY": Labels("{value} was there before: {more}.", "{value} 此前已有：{more}。"),
    "ENCODING_INVALID": Labels("Bytes {value} are not {more}.", "字节 {value} 不符合编码 {more}。"),
    "FILE_CUT": Labels("The file ends in the middle of a row.", "文件在一行中间中断。"),
    "FILE_EMPTY": Labels(
        "The file has no rows that count: an empty list that is meant has its header, and needs a reason.",
        "文件没有有效数据行：如确为空清单，须保留表头并说明原因。",
    ),
    "FILE_TOO_LARGE": Labels("The file is too large: {more}.", "文件过大：{more}。"),
    "FILE_UNREADABLE": Labels("The file cannot be read: {more}.", "文件无法读取：{more}。"),
    "KEY_UNREADABLE": Labels(
        "The row cannot be set aside: what it is about ({label}) cannot be read, and the list would lack it.",
        "该行不能搁置：无法读出其主键（{label}），清单将缺少该项。",
    ),
    "MANAGER_UNKNOWN": Labels("Manager '{value}' is not registered.", "客户经理“{value}”未登记。"),
    "NUMBER_INVALID": Labels("{label}: '{value}' is not a number.", "{label}：“{value}”不是数字。"),
    "NUMBER_TOO_LARGE": Labels("{label}: '{value}' has too many digits.", "{label}：“{value}”位数过多。"),
    "NUMBER_TOO_PRECISE": Labels(
        "{label}: '{value}' has more than {more} decimal places.", "{label}：“{value}”小数超过 {more} 位。"
    ),
    "OUT_OF_RANGE": Labels("{label}: '{value}' is out of range ({more}).", "{label}：“{value}”超出范围（{more}）。"),
    "PERIOD_CLOSED": Labels(
        "{label}: {value} is in a closed period, which ends on {more}: a correction needs a reason.",
        "{label}：{value} 属于已关账期间（截至 {more}），更正须说明原因。",
    ),
    "REQUIRED": Labels("{label} is empty.", "{label}为空。"),
    "ROW_MALFORMED": Labels("The row is not like the header: {more}.", "该行与表头不符：{more}。"),
    "TEXT_INVALID": Labels(
        "{label}: '{value}' is longer than 200 characters or holds control characters.",
        "{label}：“{value}”超过 200 个字符或含控制字符。",
    ),
    "TEXT_TOO_LONG": Labels(
        "A line or a cell has more than {more} characters.", "一行或一个单元格超过 {more} 个字符。"
    ),
    "TOO_MANY_BAD": Labels("{value} rows are wrong; {more}.", "{value} 行有误；{more}。"),
    "BRANCH_CIRCLE": Labels(
        "Branch above: '{value}' would stand above itself.", "上级机构：“{value}”将成为自己的上级。"
    ),
    "BRANCH_UNKNOWN": Labels(
        "Branch '{value}' is neither in the file nor registered.", "机构“{value}”既不在文件中也未登记。"
    ),
    "DAYS_REVERSED": Labels(
        "The end {value} is not after the first day {more}.", "终止日 {value} 不晚于起始日 {more}。"
    ),
    "NAME_DIFFERS": Labels(
        "{label}: '{value}' is not the name the manager has further up, '{more}'.",
        "{label}：“{value}”与前文姓名“{more}”不一致。",
    ),
    "PERIOD_INVALID": Labels(
        "{label}: '{value}' is not a period: write 2026, 2026-H1, 2026-Q3 or 2026-09.",
        "{label}：“{value}”不是考核期，请写 2026、2026-H1、2026-Q3 或 2026-09。",
    ),
    "POSTS_OVERLAP": Labels(
        "Manager {value} would hold two posts on {more}.", "客户经理 {value} 在 {more} 有两个岗位。"
    ),
    "SPANS_OVERLAP": Labels(
        "{value}: an earlier stretch of the account has not ended by then.",
        "{value}：该账户前一区间尚未失效。",
    ),
    "SHARES_EXCEED_ONE": Labels(
        "Shares of customer {value} come to more than one on {more}.", "客户 {value} 的关联度之和超过 1（{more}）。"
    ),
    "SHARES_OVERLAP": Labels("{value}: two shares hold on {more}.", "{value}：{more} 有两条关联度。"),
    "SHARE_OUT_OF_RANGE": Labels(
        "{label}: {value} is not above 0 and at most 1.", "{label}：{value} 应大于 0 且不超过 1。"
    ),
}
"""Every rule's sentence. `label` is our column's, `more` what the rule compares with."""


@dataclass(frozen=True)
class DeliveryFinding:
    """One wrong cell, row or file. `row` counts data records from 1, `line` the file's lines; None: the whole file."""

    rule: str
    file: str
    message: str
    message_zh: str
    row: int | None = None
    line: int | None = None
    column: str | None = None
    source_column: str | None = None
    value: str = ""

    @property
    def fields(self) -> dict[str, Any]:
        """What stands beside the sentence, for machines."""
        return {
            "file": self.file,
            "row": self.row,
            "line": self.line,
            "column": self.column,
            "source_column": self.source_column,
            "value": self.value,
        }


@dataclass
class FindingList:
    """Findings of one file, gathered rule by rule: full counts, the first KEPT in the order of rows.

    `is_whole`: some are about more than a row that could be left out. `is_tolerated`: the others were set aside.
    """

    file: str
    counts: Counter[str] = field(default_factory=Counter)
    found: list[DeliveryFinding] = field(default_factory=list)
    is_whole: bool = False
    is_tolerated: bool = False

    def add(
        self,
        rule: str,
        *,
        count: int = 1,
        label: Labels | None = None,
        more: Labels | str = "",
        whole: bool = False,
        **at: Any,
    ) -> None:
        """One finding; `count` 0 adds an example that is counted elsewhere. `at`: row, line, column, value, …

        `whole`: also without this row the file cannot be used; so is whatever names no row.
        """
        self.counts[rule] += count
        self.is_whole = self.is_whole or whole or at.get("row") is None
        if len(self.found) >= 20 * KEPT:
            return
        at["value"] = shown(at.get("value"))
        message, message_zh = sentences(rule, label or at.get("column") or "", more, **at)
        self.found.append(DeliveryFinding(rule=rule, file=self.file, message=message, message_zh=message_zh, **at))

    def kept(self) -> tuple[DeliveryFinding, ...]:
        """The first KEPT findings: whole-file ones first, then by row."""
        return tuple(sorted(self.found, key=lambda one: one.row or 0)[:KEPT])

    @property
    def refuses(self) -> bool:
        """Whether the file is refused."""
        return bool(self.found) and (self.is_whole or not self.is_tolerated)

    def __bool__(self) -> bool:
        return bool(self.found)


def sentences(rule: str, label: Labels | str, more: Labels | str = "", **at: Any) -> tuple[str, str]:
    """What a rule says of a place, in English and Chinese."""
    words, name = RULES[rule], label if isinstance(label, Labels) else Labels(label, label)
    also = more if isinstance(more, Labels) else Labels(more, more)
    return (
        words.en.format(label=name.en, more=also.en, **at),
        words.zh.format(label=name.zh, more=also.zh, **at),
    )


def shown(value: object, length: int = VALUE_LENGTH) -> str:
    """Text that may be stored and printed: cut, control and unpaired characters written as \\x.., None as nothing."""
    return "".join(_visible("" if value is None else str(value)[:length]))[:length]


def _visible(text: str) -> Iterable[str]:
    for character in text:
        hidden = unicodedata.category(character) in ("Cc", "Cs")
        yield character.encode("unicode_escape").decode() if hidden else character
