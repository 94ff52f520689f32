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
    "COLUMN_DUPLICATE": Labels("Column '{value}' stands more than once in the header.", "表头中列“{value}”重复。"),
    "COLUMN_MISSING": Labels("The file has no column '{value}'.", "文件缺少列“{value}”。"),
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
    "FILE_EMPTY": Labels("The file has no rows that count.", "文件没有有效数据行。"),
    "FILE_UNREADABLE": Labels("The file cannot be read: {more}.", "文件无法读取：{more}。"),
    "MANAGER_UNKNOWN": Labels("Manager '{value}' is not registered.", "客户经理“{value}”未登记。"),
    "NUMBER_INVALID": Labels("{label}: '{value}' is not a number.", "{label}：“{value}”不是数字。"),
    "NUMBER_TOO_LARGE": Labels("{label}: '{value}' has too many digits.", "{label}：“{value}”位数过多。"),
    "NUMBER_TOO_PRECISE": Labels(
        "{label}: '{value}' has more than {more} decimal places.", "{label}：“{value}”小数超过 {more} 位。"
    ),
    "OUT_OF_RANGE": Labels("{label}: '{value}' is below {more}.", "{label}：“{value}”小于 {more}。"),
    "REQUIRED": Labels("{label} is empty.", "{label}为空。"),
    "ROW_MALFORMED": Labels("The row is not like the header: {more}.", "该行与表头不符：{more}。"),
    "TEXT_INVALID": Labels(
        "{label}: '{value}' is longer than 200 characters or holds control characters.",
        "{label}：“{value}”超过 200 个字符或含控制字符。",
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
    """Findings of one file, gathered rule by rule: full counts, the first KEPT in the order of rows."""

    file: str
    counts: Counter[str] = field(default_factory=Counter)
    found: list[DeliveryFinding] = field(default_factory=list)

    def add(
        self, rule: str, *, count: int = 1, label: Labels | None = None, more: Labels | str = "", **at: Any
    ) -> None:
        """One finding; `count` 0 adds an example that is counted elsewhere. `at`: row, line, column, value, …"""
        self.counts[rule] += count
        if len(self.found) >= 20 * KEPT:
            return
        at["value"] = shown(at.get("value"))
        words, name = RULES[rule], label or Labels(at.get("column") or "", at.get("column") or "")
        more = more if isinstance(more, Labels) else Labels(more, more)
        self.found.append(
            DeliveryFinding(
                rule=rule,
                file=self.file,
                message=words.en.format(label=name.en, more=more.en, **at),
                message_zh=words.zh.format(label=name.zh, more=more.zh, **at),
                **at,
            )
        )

    def kept(self) -> tuple[DeliveryFinding, ...]:
        """The first KEPT findings: whole-file ones first, then by row."""
        return tuple(sorted(self.found, key=lambda one: one.row or 0)[:KEPT])

    def __bool__(self) -> bool:
        return bool(self.found)


def shown(value: object, length: int = VALUE_LENGTH) -> str:
    """Text that may be stored and printed: cut, control and unpaired characters written as \\x.., None as nothing."""
    return "".join(_visible("" if value is None else str(value)[:length]))[:length]


def _visible(text: str) -> Iterable[str]:
    for character in text:
        hidden = unicodedata.category(character) in ("Cc", "Cs")
        yield character.encode("unicode_escape").decode() if hidden else character
