"""What the reference bank's facts are made of: SQL that invents rows from their numbers and a seed.

`$accounts`, `$customers`, … are counts of the bank's size; `$first` and `$days` are the period's, `$day` a list's own.
"""

from dataclasses import dataclass
from datetime import date

from bench.size import BASE, PERIOD

MACROS = (
    "code(letter, number, digits) AS letter || lpad(number::VARCHAR, digits, '0')",
    "customer(h, customers) AS code('C', h % customers, 8)",
    "manager(h, managers) AS code('M', h % managers, 4)",
)

ACCOUNTS = """
    SELECT i, code('A', i, 8) AS account, customer(hash(i, 'customer', $seed), $customers) AS customer,
           hash(i, 'account', $seed) AS h
    FROM range($accounts) AS numbers(i)"""


@dataclass(frozen=True)
class List:
    """A complete list, invented for each of its business days."""

    query: str
    days: tuple[date, ...] = (PERIOD.last,)


@dataclass(frozen=True)
class Events:
    """The period's rows; `day` is the column that dates them."""

    query: str
    day: str = "day"


LISTS = {
    "accounts": List("""
        SELECT account, customer, CASE WHEN h % 20 = 0 THEN 'loan' ELSE 'deposit' END AS kind,
               CASE WHEN h % 7 < 4 THEN 'savings' WHEN h % 7 < 6 THEN 'corporate' ELSE 'interbank' END AS category,
               DATE '2015-01-01' + (h % 4000)::INTEGER AS opened_on, NULL::DATE AS closed_on
        FROM invented ORDER BY i"""),
    "customers": List("""
        SELECT code('C', i, 8) AS customer, CASE WHEN h % 10 = 0 THEN 'corporate' ELSE 'retail' END AS kind,
               NULL::VARCHAR AS size_tier, CASE WHEN h % 9 = 0 THEN 'top' ELSE 'basic' END AS value_tier,
               CASE WHEN h % 4 = 0 THEN NULL ELSE ['AAA', 'AA', 'A', 'BBB', 'BB'][1 + (h % 5)::INTEGER] END
                   AS credit_grade
        FROM (SELECT i, hash(i, 'grade', $seed) AS h FROM range($customers) AS numbers(i)) ORDER BY i"""),
    # What was granted by the day; of those that stood before the period, one in 53 turned bad in it.
    "loans": List(
        """
        SELECT code('L', i, 8) AS loan, customer(hash(i, 'borrower', $seed), $customers) AS customer,
               NULL::VARCHAR AS account, DATE '2024-01-01' + (h % 1003)::INTEGER AS granted_on,
               (1000000 + h % 500000000)::BIGINT AS amount, ((1000000 + h % 500000000) // 2)::BIGINT AS outstanding,
               CASE WHEN h % 97 = 0 THEN 'loss' WHEN h % 41 = 0 THEN 'doubtful' WHEN h % 23 = 0 THEN 'special_mention'
                    WHEN h % 53 = 0 AND $day >= $first THEN 'substandard' ELSE 'normal' END AS classification,
               CASE WHEN h % 41 = 0 OR h % 53 = 0 THEN h % 400 ELSE 0 END::BIGINT AS overdue_days,
               CASE WHEN h % 970 = 0 THEN DATE '2026-05-01' + (h % 150)::INTEGER END AS written_off_on
        FROM (SELECT i, hash(i, 'loan', $seed) AS h FROM range($loans) AS numbers(i))
        WHERE DATE '2024-01-01' + (h % 1003)::INTEGER <= $day ORDER BY i""",
        (BASE.last, PERIOD.last),
    ),
}

EVENTS = {
    "fees": Events("""
        SELECT code('F', i, 9) AS fee, customer(hash(i, 'payer', $seed), $customers) AS customer,
               NULL::VARCHAR AS account, $first + (h % $days)::INTEGER AS day,
               ['card', 'settlement', 'agency_funds', 'agency_insurance', 'precious_metals', 'investment_banking',
                'advisory', 'international'][1 + (h % 8)::INTEGER] AS kind, (100 + h % 90000)::BIGINT AS amount
        FROM (SELECT i, hash(i, 'fee', $seed) AS h FROM range($fees) AS numbers(i))"""),
    "interest": Events("""
        SELECT code('I', i, 9) AS interest, customer(hash(i, 'interest', $seed), $customers) AS customer,
               NULL::VARCHAR AS account, NULL::VARCHAR AS loan, $first + (h % $days)::INTEGER AS day,
               CASE WHEN h % 4 < 2 THEN 'paid' WHEN h % 4 = 2 THEN 'due' ELSE 'received' END AS kind,
               (100 + h % 90000)::BIGINT AS amount
        FROM (SELECT i, hash(i, 'booking', $seed) AS h FROM range($interest) AS numbers(i))"""),
    "complaints": Events(
        """
        SELECT code('K', i, 8) AS complaint, customer(hash(i, 'unhappy', $seed), $customers) AS customer,
               $first + (h % $days)::INTEGER AS received_on, h % 10 <> 0 AS on_time,
               CASE WHEN h % 15 <> 0 THEN $first + (h % $days + h % 21)::INTEGER END AS closed_on, h % 3 = 0 AS upheld
        FROM (SELECT i, hash(i, 'complaint', $seed) AS h FROM range($complaints) AS numbers(i))""",
        "received_on",
    ),
    "surveys": Events(
        """
        SELECT code('S', i, 8) AS answer, customer(hash(i, 'asked', $seed), $customers) AS customer,
               $first + (h % $days)::INTEGER AS answered_on, (h % 101)::BIGINT AS score,
               CASE WHEN h % 5 <> 0 THEN h % 11 END::BIGINT AS recommends
        FROM (SELECT i, hash(i, 'survey', $seed) AS h FROM range($surveys) AS numbers(i))""",
        "answered_on",
    ),
    # The loans of the list that turned bad, each on a day of its own.
    "loan_classes": Events("""
        SELECT code('G', i, 8) AS change, code('L', i, 8) AS loan,
               customer(hash(i, 'borrower', $seed), $customers) AS customer, $first + (h % $days)::INTEGER AS day,
               'substandard' AS classification
        FROM (SELECT i, hash(i, 'loan', $seed) AS h FROM range($loans) AS numbers(i)) WHERE h % 53 = 0"""),
    "loan_exits": Events("""
        SELECT code('E', i, 8) AS exit, code('L', i, 8) AS loan,
               customer(hash(i, 'borrower', $seed), $customers) AS customer, $first + (h % $days)::INTEGER AS day,
               CASE WHEN h % 2 = 0 THEN 'special_mention' ELSE 'normal' END AS classification,
               (100000 + h % 50000000)::BIGINT AS amount
        FROM (SELECT i, hash(i, 'exit', $seed) AS h FROM range($loans) AS numbers(i)) WHERE h % 20 = 0"""),
    "recoveries": Events("""
        SELECT code('R', i, 8) AS recovery, customer(hash(i, 'borrower', $seed), $customers) AS customer,
               code('L', i, 8) AS loan, $first + (h % $days)::INTEGER AS day,
               CASE WHEN h % 2 = 0 THEN 'non_performing' ELSE 'written_off' END AS kind,
               (100000 + h % 50000000)::BIGINT AS amount
        FROM (SELECT i, hash(i, 'recovery', $seed) AS h FROM range($loans) AS numbers(i)) WHERE h % 20 = 0"""),
    "foreclosed_assets": Events("""
        SELECT code('D', i, 8) AS disposal, code('X', i, 8) AS asset,
               customer(hash(i, 'borrower', $seed), $customers) AS customer, $first + (h % $days)::INTEGER AS day,
               (100000 + h % 50000000)::BIGINT AS proceeds, (200000 + h % 50000000)::BIGINT AS book_value
        FROM (SELECT i, hash(i, 'asset', $seed) AS h FROM range($loans) AS numbers(i)) WHERE h % 10 = 0"""),
    "three_checks": Events(
        """
        SELECT code('Q', i, 8) AS check, customer(hash(i // 2, 'borrower', $seed), $customers) AS customer,
               code('L', i // 2, 8) AS loan, CASE WHEN h % 2 = 0 THEN 'during' ELSE 'after' END AS stage,
               $first + (h % $days)::INTEGER AS due_on,
               CASE WHEN h % 9 <> 0 THEN $first + (h % $days + h % 7)::INTEGER END AS done_on
        FROM (SELECT i, hash(i, 'check', $seed) AS h FROM range(2 * $loans) AS numbers(i))""",
        "due_on",
    ),
    "operation_checks": Events("""
        SELECT code('O', i, 8) AS check, manager(i, $managers) AS manager, $first + (h % $days)::INTEGER AS day,
               h % 30 <> 0 AS compliant
        FROM (SELECT i, hash(i, 'operation', $seed) AS h FROM range(10 * $managers) AS numbers(i))"""),
    "control_reviews": Events("""
        SELECT code('V', i, 8) AS review, manager(i, $managers) AS manager, 'audit' AS reviewer,
               $first + (h % $days)::INTEGER AS day, ((60 + h % 41) * 1000000)::BIGINT AS score
        FROM (SELECT i, hash(i, 'review', $seed) AS h FROM range(3 * $managers) AS numbers(i))"""),
}

# Every account changes its balance once a month in the quarter, on a day of its own, and never in the base quarter.
MOVED = """
    SELECT account, $month AS first, $month + (1 + hash(i, $month, 'day', $seed) % ($length - 1))::INTEGER AS turn,
           (1 + hash(i, $month, 'before', $seed) % 20000000)::BIGINT AS before,
           (1 + hash(i, $month, 'after', $seed) % 20000000)::BIGINT AS after
    FROM invented ORDER BY i"""
SPANS = {
    "closed": "SELECT account, first AS valid_from, turn AS valid_until, before AS balance FROM moved",
    "open": "SELECT account, turn AS valid_from, $until AS valid_until, after AS balance FROM moved",
    "whole": "SELECT account, first AS valid_from, $until AS valid_until, after AS balance FROM moved",
}
"""Balance spans of one month; `whole` fills the part `open` of a month in which nothing moved."""
