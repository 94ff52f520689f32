"""SQL for the cells of a delivery: the text, the rule it breaks (null: none), and the value as kept.

Layers over a relation of raw columns c0, c1, …: `t_<cell>` the trimmed text or null, `p_<cell>` what a parser makes of
it or null, `r_<cell>` the broken rule or null, `<column>` the value or null. The same SQL serves the quick look at a
file and the report about a wrong one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from core.facts.engine import Bound, quoted
from core.facts.fact_table import Column, ColumnType
from core.facts.mapping import CurrencyColumn, SignCodes, Source, fraction_pattern
from core.facts.plan import FIRST_DAY, LAST_DAY, ReadPlan
from core.facts.spreadsheets import FORMULA_SIGNS
from core.facts.staging import BLANKS

FLAGS = {"0": "false", "1": "true", "false": "false", "true": "true"}
NO_FRACTION = r"\1000000\2"
NUMBERS = (
    "BIGINT",
    "DECIMAL",
    "HUGEINT",
    "INTEGER",
    "SMALLINT",
    "TINYINT",
    "UBIGINT",
    "UINTEGER",
    "USMALLINT",
    "UTINYINT",
)
SQL_TYPES = {
    ColumnType.CODE: "VARCHAR",
    ColumnType.DAY: "DATE",
    ColumnType.MONEY: "BIGINT",
    ColumnType.INTEGER: "BIGINT",
    ColumnType.DECIMAL6: "BIGINT",
    ColumnType.FLAG: "BOOLEAN",
}


class RawColumn(NamedTuple):
    """A column of the relation read from. `type`: the engine's, of Parquet; None: text."""

    name: str
    type: str | None = None

    @property
    def is_number(self) -> bool:
        return self.type is not None and self.type.startswith(NUMBERS)

    @property
    def is_day(self) -> bool:
        return self.type is not None and self.type.startswith(("DATE", "TIMESTAMP"))


Raw = Mapping[str, RawColumn]
"""Source column → where it stands."""


@dataclass(frozen=True)
class Cell:
    """What a row is checked for. `column`: ours (None: the row's currency); `source`: the file's."""

    name: str
    column: Column | None
    source: str
    text: str
    rule: str
    parsed: str = "NULL"
    more: str = ""


def cells_of(plan: ReadPlan, raw: Raw, bind: Bound) -> list[Cell]:
    """Every cell the plan reads, in the order of the table's columns; the row's currency last."""
    cells: list[Cell] = []
    for column in plan.table.columns:
        source = plan.sources.get(column.name)
        if source is None or source.column is None:
            continue
        typed = _native(column, raw[source.column])
        text, rule = _text(plan, column, raw[source.column], bind), _rule(plan, column, bind, typed)
        parsed, digits = _parsed(plan, column, bind, typed), str(plan.digits(column))
        cells.append(Cell(column.name, column, source.column, text, rule, parsed, digits))
        if sign := source.negative or source.positive:
            name, rule = f"{column.name}__sign", _sign_rule(column, source, bind)
            cells.append(Cell(name, column, sign.column, _trimmed(raw[sign.column], bind), rule))
    if isinstance(plan.mapping.currency, CurrencyColumn):
        source_column, ours = plan.mapping.currency.column, bind(plan.bank.currency)
        rule = f"CASE WHEN {_t('__currency')} <> {ours} THEN 'CURRENCY_NOT_OF_BANK' END"
        text = _trimmed(raw[source_column], bind)
        cells.append(Cell("__currency", None, source_column, text, rule, more=plan.bank.currency))
    return cells


def typed_query(plan: ReadPlan, cells: list[Cell], raw: Raw, relation: str, bind: Bound, *, detailed: bool) -> str:
    """SELECT the table's columns from `relation`, rows that do not count left out, and `bad`: some cell breaks a rule.

    Detailed rows also have `record`, `line` and every t_ and r_.
    """
    at = ["record", "line"] if detailed else []
    texts = [*at, *(f"{cell.text} AS {_t(cell.name)}" for cell in cells)]
    parsed = [f"{cell.parsed} AS {_p(cell.name)}" for cell in cells]
    rules = [f"{cell.rule} AS {_r(cell.name)}" for cell in cells]
    values = [f"{_value(plan, column, bind)} AS {quoted(column.name)}" for column in plan.table.columns]
    shown = [*at, *(f"{_t(cell.name)}, {_r(cell.name)}" for cell in cells)] if detailed else []
    bad = " OR ".join(f"{_r(cell.name)} IS NOT NULL" for cell in cells)
    layer = f"SELECT {', '.join(texts)} FROM {relation} WHERE {_counting(plan, raw, bind)}"  # noqa: S608
    layer = f"SELECT *, {', '.join(parsed)} FROM ({layer})"  # noqa: S608
    layer = f"SELECT *, {', '.join(rules)} FROM ({layer})"  # noqa: S608
    return f"SELECT {', '.join([*values, *shown])}, ({bad}) AS bad FROM ({layer})"  # noqa: S608


def _t(name: str) -> str:
    return quoted(f"t_{name}")


def _p(name: str) -> str:
    return quoted(f"p_{name}")


def _r(name: str) -> str:
    return quoted(f"r_{name}")


def _native(column: Column, raw: RawColumn) -> str | None:
    """The engine's type of a cell that is read as what it is, None of one that is read as text."""
    if column.type is ColumnType.DAY:
        return raw.type if raw.is_day else None
    return raw.type if column.type not in (ColumnType.CODE, ColumnType.FLAG) and raw.is_number else None


def _trimmed(column: RawColumn, bind: Bound) -> str:
    raw = column.name
    if column.type is not None and column.type != "VARCHAR":
        return f"coalesce(CAST({raw} AS VARCHAR), '')"
    # Trimming by a list of characters is slow: texts that begin and end in print are left as they are.
    clean = f"ascii({raw}) BETWEEN 33 AND 126 AND ascii(right({raw}, 1)) BETWEEN 33 AND 126"
    return f"CASE WHEN {clean} THEN {raw} ELSE coalesce(trim({raw}, {bind(BLANKS)}), '') END"


def _text(plan: ReadPlan, column: Column, raw: RawColumn, bind: Bound) -> str:
    if _native(column, raw):
        return f"CAST({raw.name} AS DATE)" if raw.is_day else raw.name
    text, nulls = _trimmed(raw, bind), {null.strip(BLANKS) for null in plan.mapping.csv.nulls} - {""}
    if not nulls:
        return f"nullif({text}, '')"
    return f"CASE WHEN list_contains({bind(['', *sorted(nulls)])}::VARCHAR[], {text}) THEN NULL ELSE {text} END"


def _counting(plan: ReadPlan, raw: Raw, bind: Bound) -> str:
    return (
        " AND ".join(
            f"list_contains({bind([text.strip(BLANKS) for text in allowed])}::VARCHAR[], {_trimmed(raw[column], bind)})"
            for column, allowed in plan.mapping.only.items()
        )
        or "true"
    )


def _sign_rule(column: Column, source: Source, bind: Bound) -> str:
    """With both kinds of sign given, a text that is neither is wrong; with one, every other text is the other."""
    if source.negative is None or source.positive is None:
        return "NULL"
    known, text = bind(_signs(source.negative) + _signs(source.positive)), _t(f"{column.name}__sign")
    broken = f"{_t(column.name)} IS NOT NULL AND NOT list_contains({known}::VARCHAR[], {text})"
    return f"CASE WHEN {broken} THEN 'CODE_UNKNOWN' END"


def _signs(sign: SignCodes) -> list[str]:
    return [code.strip(BLANKS) for code in sign.codes]


def _rule(plan: ReadPlan, column: Column, bind: Bound, typed: str | None) -> str:
    """The first rule a cell's text breaks, as SQL."""
    text = _t(column.name)
    missing = "'REQUIRED'" if column.required else "NULL"
    match column.type:
        case ColumnType.CODE | ColumnType.FLAG:
            tests = _code_rules(plan, column, text, bind)
        case ColumnType.DAY:
            first, last = bind(FIRST_DAY), bind(LAST_DAY)
            parsed = _p(column.name)
            tests = [(f"{parsed} IS NULL OR {parsed} NOT BETWEEN {first} AND {last}", "DATE_INVALID")]
        case _ if typed is not None:
            parsed = _p(column.name)
            back = f"TRY_CAST({parsed} AS {typed}) IS DISTINCT FROM {text}"
            tests = [(f"{parsed} IS NULL", "NUMBER_TOO_LARGE"), (back, "NUMBER_TOO_PRECISE")]
        case _:
            tests = _number_rules(plan, column, text, bind)
    return " ".join(
        [f"CASE WHEN {text} IS NULL THEN {missing}", *(f"WHEN {test} THEN '{rule}'" for test, rule in tests), "END"]
    )


def _code_rules(plan: ReadPlan, column: Column, text: str, bind: Bound) -> list[tuple[str, str]]:
    rules = [(f"length({text}) > 200 OR regexp_matches({text}, '[[:cntrl:]]')", "TEXT_INVALID")]
    if codes := _codes(plan, column):
        rules.append((f"NOT list_contains({bind(list(codes))}::VARCHAR[], {text})", "CODE_UNKNOWN"))
    else:
        rules.append((_like_formula(text), "CODE_UNSAFE"))
    return rules


def _like_formula(text: str) -> str:
    """What a spreadsheet would compute: `=…`, and `+…`, `-…`, `@…` that are more than a number or the sign alone."""
    signs = ", ".join(str(ord(sign)) for sign in FORMULA_SIGNS)
    number = f"regexp_full_match({text}, '[-+][0-9]+([.][0-9]+)?')"
    return f"ascii({text}) IN ({signs}) AND length({text}) > 1 AND NOT {number}"


def _codes(plan: ReadPlan, column: Column) -> dict[str, str]:
    """Text → our code; empty: any text is a code."""
    if given := plan.sources[column.name].codes:
        return {text.strip(BLANKS): code for text, code in given.items()}
    return FLAGS if column.type is ColumnType.FLAG else {code: code for code in column.codes}


def _number_rules(plan: ReadPlan, column: Column, text: str, bind: Bound) -> list[tuple[str, str]]:
    digits, csv = plan.digits(column), plan.mapping.csv
    point, thousands = f"[{csv.decimal}]", csv.thousands
    grouped = rf"|[0-9]{{1,3}}(\x{{{ord(thousands):x}}}[0-9]{{3}})+" if thousands else ""
    plain = f"[+-]?([0-9]+{grouped})" + ("" if column.type is ColumnType.INTEGER else f"({point}[0-9]+)?")
    return [
        (f"NOT regexp_full_match({text}, {bind(plain)})", "NUMBER_INVALID"),
        (f"regexp_matches({text}, {bind(f'{point}[0-9]{{{digits}}}[0-9]*[1-9]')})", "NUMBER_TOO_PRECISE"),
        (f"{_p(column.name)} IS NULL", "NUMBER_TOO_LARGE"),
    ]


def _parsed(plan: ReadPlan, column: Column, bind: Bound, typed: str | None) -> str:
    if column.type in (ColumnType.CODE, ColumnType.FLAG):
        return "NULL"
    if typed is not None:
        is_day = column.type is ColumnType.DAY
        return _t(column.name) if is_day else f"TRY_CAST({_t(column.name)} AS DECIMAL(18, {plan.digits(column)}))"
    parse = _day if column.type is ColumnType.DAY else _number
    return parse(plan, column, _t(column.name), bind)


def _number(plan: ReadPlan, column: Column, text: str, bind: Bound) -> str:
    """The text as DECIMAL(18, digits): null from 10^18 of the smallest unit on. More lenient than the rules are."""
    csv = plan.mapping.csv
    plain = f"replace({text}, {bind(csv.thousands)}, '')" if csv.thousands else text
    plain = f"replace({plain}, ',', '.')" if csv.decimal == "," else plain
    return f"TRY_CAST({plain} AS DECIMAL(18, {plan.digits(column)}))"


def _day(plan: ReadPlan, column: Column, text: str, bind: Bound) -> str:
    """The text as a date; null where the format would have written it otherwise (the parser itself is lenient)."""
    formats = plan.sources[column.name].format or plan.mapping.dates
    tries = [_day_in(form, text, bind) for form in formats]
    return f"coalesce({', '.join(tries)})" if len(tries) > 1 else tries[0]


def _day_in(form: str, text: str, bind: Bound) -> str:
    """One format's try. A fraction of a second has one to nine digits, a month's name is written in any case."""
    if pattern := fraction_pattern(form):
        text = f"regexp_replace({text}, {bind(pattern)}, {bind(NO_FRACTION)})"
    moment = f"try_strptime({text}, {bind(form)})"
    written = f"strftime({moment}, {bind(form)})"
    same = f"lower({written}) = lower({text})" if "%b" in form.lower() else f"{written} = {text}"
    return f"CASE WHEN {same} THEN CAST({moment} AS DATE) END"


def _value(plan: ReadPlan, column: Column, bind: Bound) -> str:
    kind = SQL_TYPES[column.type]
    if column.name in plan.constants:
        return f"{bind(plan.constants[column.name])}::{kind}"
    text, good = _t(column.name), f"{_r(column.name)} IS NULL"
    match column.type:
        case ColumnType.CODE | ColumnType.FLAG:
            chosen = text
            if codes := _codes(plan, column):
                known, ours = bind(list(codes)), bind(list(codes.values()))
                chosen = f"({ours}::VARCHAR[])[list_position({known}::VARCHAR[], {text})]"
            value = f"CAST({chosen} AS {kind})"
        case ColumnType.DAY:
            value = _p(column.name)
        case _:
            digits = plan.digits(column)
            scaled = f"CAST({_p(column.name)} AS DECIMAL(38, {digits})) * {10**digits}"
            value = f"CAST({scaled} AS BIGINT){_sign(plan, column, bind)}"
    return f"CASE WHEN {good} THEN {value} END"


def _sign(plan: ReadPlan, column: Column, bind: Bound) -> str:
    source = plan.sources[column.name]
    sign = source.negative or source.positive
    if sign is None:
        return ""
    named, others = (-1, 1) if source.negative else (1, -1)
    text = _t(f"{column.name}__sign")
    return f" * CASE WHEN list_contains({bind(_signs(sign))}::VARCHAR[], {text}) THEN {named} ELSE {others} END"
