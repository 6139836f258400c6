"""Least and greatest value that makes sense, by table and column; for files, the open book and the formulas."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from winback_xl.schema import columns

if TYPE_CHECKING:
    from collections.abc import Mapping

LARGEST = 1e15
"""A number of more digits is no amount, and Excel would not keep its last ones."""

BOUNDS: Mapping[tuple[str, str], tuple[float, float]] = MappingProxyType(
    {
        **{(columns.ORDERS.name, name): (-LARGEST, LARGEST) for name in ("order_value", "margin")},
        (columns.INCIDENTS.name, "severity"): (1, 5),
        (columns.INCIDENTS.name, "fault"): (0, 1),
        (columns.INCIDENTS.name, "customer_fault"): (0, 1),
        **{
            (columns.INCIDENTS.name, name): (0, LARGEST)
            for name in ("direct_loss", "hours_down", "cost_per_hour", "order_value", "days_late", "rework", "penalties",
                         "already_paid", "owed", "requested_amount", "fix_cost", "fix_cost_yearly")
        },
        **{(columns.OUTCOMES.name, name): (0, LARGEST) for name in ("agreed_amount", "our_part")},
        (columns.CUSTOMERS.name, "share_of_wallet"): (0, 1),
        (columns.CUSTOMERS.name, "promotion_share"): (0, 1),
        (columns.CUSTOMERS.name, "nps"): (0, 10),
        (columns.CUSTOMERS.name, "referrals"): (0, LARGEST),
        (columns.CUSTOMERS.name, "strategic_value"): (0, LARGEST),
        (columns.CUSTOMERS.name, "difficulty"): (1, 5),
        **{(columns.REPS.name, name): (0, LARGEST) for name in ("approval_limit", "weekly_contacts", "tenure_months")},
    }
)  # fmt: skip
"""By the name of the table in Excel and the name of the column."""
