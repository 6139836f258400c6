"""Whether customers stay: statuses by month, and cohorts. All from the ledger, none of it from what people typed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pandas as pd

from winback_xl.core.returns import cohorts, month_ends

if TYPE_CHECKING:
    from winback_xl.core.orders.ledger import Ledger
    from winback_xl.settings import Settings


@dataclass(frozen=True, slots=True)
class Retention:
    """What the ledger says about staying.

    Parameters
    ----------
    months : DataFrame
        From `month_ends.build`.
    cohorts : DataFrame
        From `cohorts.build`.
    """

    months: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(month_ends.COLUMNS)))
    cohorts: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(cohorts.COLUMNS)))


def build(
    ledger: Ledger, history: pd.DataFrame, customers: pd.DataFrame | None, settings: Settings
) -> Retention:
    """Return it for a ledger; parameters as for `month_ends.build`."""
    months = month_ends.build(ledger, history, customers, settings)
    return Retention(months, cohorts.build(ledger.order_days, ledger.as_of))
