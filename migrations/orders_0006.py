"""Indexes in orders that long lists are asked for: text by code points, missing values last (core/paging.py).

An index serves pages from both its ends, and where no value is missing both directions of its first column.
Alembic does not compare what is called `ordered_…`.
"""

from alembic import op

ORDERS = {
    "ordered_arrivals_business_day": ("arrivals", "business_day DESC NULLS LAST, arrival"),
    "ordered_audit_action": ("audit", 'action COLLATE "C", at DESC, record DESC'),
    "ordered_audit_at": ("audit", "at DESC, record DESC"),
    "ordered_audit_person": ("audit", 'person COLLATE "C", at DESC, record DESC'),
    "ordered_audit_subject": ("audit", 'subject COLLATE "C", at DESC, record DESC'),
    "ordered_customers_customer": ("customers", 'customer COLLATE "C"'),
    "ordered_customers_name": ("customers", 'name COLLATE "C", customer COLLATE "C"'),
    "ordered_deliveries_business_day": ("deliveries", "business_day DESC, delivery"),
    "ordered_deliveries_delivered_at": ("deliveries", "delivered_at DESC, delivery"),
    "ordered_deliveries_fact": ("deliveries", 'fact COLLATE "C", delivery'),
    "ordered_runs_finished_at": ("runs", 'finished_at DESC NULLS LAST, run COLLATE "C"'),
    "ordered_runs_period": ("runs", 'period COLLATE "C" DESC, run COLLATE "C"'),
    "ordered_runs_requested_at": ("runs", 'requested_at DESC, run COLLATE "C"'),
    "ordered_shares_customer": ("shares", 'customer COLLATE "C", manager COLLATE "C", valid_from'),
    "ordered_shares_first_day": (
        "shares",
        'valid_from DESC, customer COLLATE "C", manager COLLATE "C"',
    ),
    "ordered_shares_manager": ("shares", 'manager COLLATE "C", customer COLLATE "C", valid_from'),
    "ordered_shares_share": (
        "shares",
        'share_ppm DESC, customer COLLATE "C", manager COLLATE "C", valid_from',
    ),
    "ordered_targets_indicator": ("targets", 'indicator COLLATE "C", period COLLATE "C", manager COLLATE "C"'),
    "ordered_targets_manager": ("targets", 'manager COLLATE "C", period COLLATE "C", indicator COLLATE "C"'),
    "ordered_targets_period": (
        "targets",
        'period COLLATE "C" DESC, manager COLLATE "C", indicator COLLATE "C"',
    ),
}


def create_orders() -> None:
    """All of them."""
    for name, (table, columns) in ORDERS.items():
        op.execute(f"CREATE INDEX {name} ON bank.{table} (bank_id, {columns})")


def drop_orders() -> None:
    """Without them."""
    for name in ORDERS:
        op.execute(f"DROP INDEX bank.{name}")
