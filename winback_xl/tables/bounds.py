"""Least and greatest value that makes sense, by table and column; for files, the open book and the formulas."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from winback_xl import columns

if TYPE_CHECKING:
    from collections.abc import Mapping

BOUNDS: Mapping[tuple[str, str], tuple[float, float]] = MappingProxyType(
    {
        (columns.INCIDENTS.name, "severity"): (1, 5),
        (columns.INCIDENTS.name, "fault"): (0, 1),
        (columns.INCIDENTS.name, "customer_fault"): (0, 1),
        **{
            (columns.INCIDENTS.name, name): (0, np.inf)
            for name in ("direct_loss", "hours_down", "cost_per_hour", "order_value", "days_late", "rework", "penalties",
                         "already_paid", "owed", "requested_amount", "fix_cost", "fix_cost_yearly")
        },
        (columns.CUSTOMERS.name, "share_of_wallet"): (0, 1),
        (columns.CUSTOMERS.name, "promotion_share"): (0, 1),
        (columns.CUSTOMERS.name, "nps"): (0, 10),
        (columns.CUSTOMERS.name, "referrals"): (0, np.inf),
        (columns.CUSTOMERS.name, "strategic_value"): (0, np.inf),
        (columns.CUSTOMERS.name, "difficulty"): (1, 5),
        **{(columns.REPS.name, name): (0, np.inf) for name in ("approval_limit", "weekly_contacts", "tenure_months")},
    }
)  # fmt: skip
"""By the name of the table in Excel and the name of the column."""
