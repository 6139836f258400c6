"""What followed the made-up complaints: late shipments, credit notes and cancellations, and the list of complaints."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from winback_xl.samples.trade import to_weekday

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from winback_xl.samples.accounts import Account
    from winback_xl.samples.trouble import Case

    Rows = NDArray[np.int64]


def ship_late(orders: pd.DataFrame, found: Sequence[Case]) -> pd.DataFrame:
    """Return the orders with those complained of as late shipped as late as the complaint says."""
    late = [case for case in found if case.trouble.days_late]
    shipped = orders["shipped"].copy()
    rows = [case.order for case in late]
    delay = pd.to_timedelta([case.trouble.days_late for case in late], unit="D")
    shipped.iloc[rows] = orders["required"].iloc[rows].to_numpy() + delay.to_numpy()
    return orders.assign(shipped=shipped)


def credits_of(
    accounts: Sequence[Account],
    orders: pd.DataFrame,
    found: Sequence[Case],
    as_of: np.datetime64,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Return credit notes and cancellations: for solved cases, small corrections, and orders called off.

    Columns: ``order`` (row it refers to), ``day``, ``value`` (below 0), ``type``.
    """
    story = np.array([account.story for account in accounts])[orders["account"]]
    value = orders["value"].to_numpy()
    settled = np.array([case.order for case in found if case.status == "solved"], dtype=np.int64)
    clean = np.array([account.exact for account in accounts])[orders["account"]]
    corrected = np.flatnonzero(~clean & (rng.random(len(orders)) < 0.02))
    fickle = np.isin(story, ["shops around", "slow", "once"])
    called_off = np.flatnonzero(fickle & (rng.random(len(orders)) < 0.03))
    rows = np.concatenate([settled, corrected, called_off])
    share = np.concatenate(
        [
            rng.uniform(0.45, 0.9, len(settled)),
            rng.uniform(0.01, 0.06, len(corrected)),
            np.ones(len(called_off)),
        ]
    )
    after = rng.integers(12, 35, len(rows))
    made = pd.DataFrame(
        {
            "order": rows,
            "day": orders["day"].to_numpy()[rows] + after.astype("timedelta64[D]"),
            "value": -np.round(value[rows] * share, 2),
            "type": ["Credit note"] * (len(settled) + len(corrected)) + ["Cancellation"] * len(called_off),
        }
    )
    return made[made["day"].to_numpy() <= as_of].drop_duplicates("order").reset_index(drop=True)


def incident_table(
    numbers: Sequence[str],
    orders: pd.DataFrame,
    found: Sequence[Case],
    credited: pd.DataFrame,
    as_of: np.datetime64,
) -> pd.DataFrame:
    """Return the complaints as the CRM exports them, by date; blank where nobody filled it in.

    Parameters
    ----------
    numbers : sequence of str
        Customer number of each place in the orders.
    orders, credited : DataFrame
        As from `ledger_of` and `credits_of`.
    found : sequence of Case
        The complaints.
    as_of : datetime64
        No complaint is later.
    """
    paid = credited.set_index("order")["value"]
    rows = []
    for turn, case in enumerate(found):
        order = orders.iloc[case.order]
        arrived = order["shipped"] if pd.notna(order["shipped"]) else order["day"]
        day = to_weekday(np.array([arrived + pd.Timedelta(days=1 + turn % 5)], "datetime64[D]"), as_of)[0]
        rows.append(
            _incident(numbers[order["account"]], day, order["value"], case, -paid.get(case.order, 0.0))
        )
    table = pd.DataFrame(rows).sort_values(["Case date", "Customer No"], ignore_index=True)
    table.insert(0, "Case number", [f"K-{2_041 + 3 * row}" for row in range(len(table))])
    return table


def _incident(number: str, day: np.datetime64, value: float, case: Case, paid: float) -> dict[str, object]:
    trouble = case.trouble

    def of_order(share: float) -> float | None:
        return round(share * value, -1) if share else None

    return {
        "Customer No": number,
        "Case date": day,
        "Description": trouble.words,
        "Complaint type": trouble.kind,
        "Priority": trouble.severity or None,
        "Claim amount": of_order(trouble.direct),
        "Downtime hours": trouble.hours or None,
        "Hourly cost": trouble.cost_per_hour or None,
        "Affected order value": value if trouble.days_late else None,
        "Delay days": trouble.days_late or None,
        "Rework cost": of_order(trouble.rework),
        "Penalty": of_order(trouble.penalties),
        "Our fault": trouble.fault,
        "Customer's fault": trouble.theirs or None,
        "Compensation paid": paid or None,
        "Amount owed": trouble.owed or None,
        "Accepted or rejected": trouble.handling,
        "Root cause": trouble.cause,
        "Systemic": trouble.scope or None,
        "Cost of the fix": trouble.fix_cost or None,
        "Yearly fix cost": trouble.yearly or None,
        "Requested action": trouble.remedy,
        "Amount requested": trouble.asks or None,
        "Case status": case.status,
    }
