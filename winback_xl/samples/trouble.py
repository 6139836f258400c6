"""Made-up incidents: complaints, and the credit notes and cancellations that followed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from winback_xl.samples.trade import BAD_CARRIER, to_weekday

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from winback_xl.samples.accounts import Account
    from winback_xl.samples.trade import Numbers

    Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Trouble:
    """One kind of complaint. Amounts marked "of the order" are shares of the value of the order concerned.

    A severity of 0 is one that nobody graded.
    """

    kind: str
    words: str
    cause: str
    remedy: str
    scope: str = ""
    severity: int = 3
    handling: str = "accepted"
    fault: float = 1.0
    direct: float = 0.0  # of the order
    rework: float = 0.0  # of the order
    penalties: float = 0.0  # of the order
    hours: float = 0.0
    cost_per_hour: float = 0.0
    days_late: int = 0
    owed: float = 0.0
    asks: float = 0.0
    theirs: float = 0.0  # share of the fault
    fix_cost: float = 0.0  # cost of the fix, once
    yearly: float = 0.0  # cost of the fix, a year


_DOWNTIME = Trouble(
    "Downtime",
    "The seal kit failed after two days and the paper machine stood still for twelve hours",
    "Seal kit from a wrong batch",
    "Pay for the twelve lost hours, and keep a spare on our site",
    "specific",
    0,
    "rejected",
    hours=12,
    cost_per_hour=2_500,
    asks=30_000,
)
_CARRIER = Trouble(
    "Late delivery",
    "Ordered in good time, and the pallet came more than a week late; nobody informed us",
    "New carrier",
    "Ship with the old carrier again",
    severity=4,
    handling="rejected",
    days_late=11,
    penalties=0.05,
    fix_cost=2_400,
    yearly=900,
)
_CARRIERS = (
    _CARRIER,
    replace(_CARRIER, words="Your carrier lost the pallet for a week and we rented a pump meanwhile", days_late=8, direct=0.3),
    replace(_CARRIER, words="Two deliveries in a row late, and the tracking page said delivered", days_late=14),
    replace(_CARRIER, words="We had to stop an installation because half of the delivery was missing", days_late=9, hours=6,
            cost_per_hour=240),
)  # fmt: skip
_LEAVERS = (
    Trouble("Wrong or damaged goods", "All 40 couplings had the wrong thread; we sent them back", "Picking error",
            "Right parts at no charge, and checked before they leave", "specific", 4, "rejected", direct=0.4, rework=0.25),
    Trouble("Personality conflict", "I will not be talked to like that again", "Rep and buyer fell out over a return",
            "Send somebody else", "specific", 4, "rejected", asks=0),
    Trouble("Billing error", "Charged twice for the same delivery, and reminded of it three times", "Double posting",
            "Pay the money back, with one person to call", "specific", 3, "rejected", owed=1_250, direct=0.05, asks=1_250),
    Trouble("Price", "Prices went up 14% and we read it on the invoice", "Price increase without notice",
            "Hold the old price for running orders", "systemic open", 3, asks=600),
    Trouble("Service failure", "The technician came on the wrong day and without the tool", "Dispatch",
            "Do the service again, properly, at a weekend", "specific", 3, "rejected", hours=5, cost_per_hour=320),
    Trouble("Sales practice", "We were promised the price until year end and got another in June", "Promise not passed on",
            "Keep the promise", "specific", 4, "rejected", direct=0.3, fix_cost=150),
    Trouble("Support", "Three days on hold while our line ran at half speed", "Hotline understaffed",
            "A named person who picks up", "systemic open", 3, hours=9, cost_per_hour=180, fix_cost=3_000),
    Trouble("Personality conflict", "Your rep went over my head to our director", "Rep bypassed the buyer",
            "A new rep, and an apology", "specific", 3, "rejected", asks=0),
    Trouble("Customer-side change", "We closed the second shift and need half as much", "Line closed at the customer",
            "None, it is not about you", "specific", 1, fault=0.0),
    Trouble("Price", "A rival is 9% cheaper on bearings", "Price increase without notice",
            "Match it on the ten main items", "systemic open", 2, asks=900),
    Trouble("Wrong or damaged goods", "Two of six drives arrived with cracked housings", "Packaging",
            "Replace both and pay the express freight", "specific", 4, "rejected", direct=0.35, penalties=0.1, fault=0.8, theirs=0.05),
)  # fmt: skip
_SURVIVED = (
    _CARRIERS[2],
    Trouble("Wrong or damaged goods", "Half of the lot was out of tolerance", "Supplier lot", "Replacement within the week",
            "specific", 3, "rejected", direct=0.5, rework=0.1),
    Trouble("Late delivery", "Stock said yes, then it took nine days more", "Stock count wrong", "A call when a date slips",
            "specific", 3, days_late=9),
    _CARRIERS[3],
    Trouble("Billing error", "The agreed discount was missing on four invoices", "Price list not loaded", "Correct the invoices",
            "systemic fixed", 2, owed=430),
    Trouble("Downtime", "The valve block was mixed up and we lost a shift", "Labelling error", "A spare block on consignment",
            "systemic fixed", 4, "rejected", hours=6, cost_per_hour=650),
    Trouble("Service failure", "The regrind came back with the wrong angle", "Drawing out of date", "Do it again by Friday",
            "specific", 3, "rejected", rework=0.4),
)  # fmt: skip
_OPEN_NOW = (
    Trouble("Wrong or damaged goods", "The guard bracket broke and an operator was nearly injured; this is unsafe",
            "Bracket from a recalled lot", "All brackets of that lot out of our plant, this week", "specific", 5, "rejected",
            direct=0.5, hours=4, cost_per_hour=400),
    Trouble("Wrong or damaged goods", "Metric instead of imperial: an afternoon of drilling", "Item master error",
            "Credit our hours, that is all", "specific", 2, rework=0.6, hours=4, cost_per_hour=220, asks=350),
    Trouble("Other", "The data sheet was two revisions old", "Web shop not updated", "Send the current sheets", "specific", 1, fault=0.5, theirs=0.3),
    Trouble("Late delivery", "Promised for Tuesday, came the week after", "Stock count wrong", "Tell us before we ask",
            "specific", 2, days_late=6),
)  # fmt: skip
_LONG_GONE = (
    Trouble("Price", "Third price increase in a year", "Price increase without notice", "A price list that holds for a year",
            "systemic open", 2, asks=500),
    Trouble("Support", "Nobody answered our drawings for six weeks", "Hotline understaffed", "An engineer who replies",
            "systemic open", 3, direct=0.2),
)  # fmt: skip

_CASES = (
    ("left angry", _LEAVERS, 1.0, "open"),
    ("left late", _CARRIERS, 1.0, "open"),
    ("survivor", _SURVIVED, 1.0, "solved"),
    ("gave up", _LONG_GONE, 1.0, "open"),
    ("fan", _OPEN_NOW[:1], 0.08, "open"),
    ("steady", _OPEN_NOW[1:], 0.12, "open"),
)
"""Which stories have which troubles, what share of their accounts complained, and how it stands today."""


@dataclass(frozen=True, slots=True)
class Case:
    """One complaint about one order: the trouble, the row of the order, and whether it is solved."""

    trouble: Trouble
    order: int
    status: str


def cases(accounts: Sequence[Account], orders: pd.DataFrame, as_of: np.datetime64) -> list[Case]:
    """Return who complained of what: leavers about their last order, survivors about one long before it."""
    return list(_cases(accounts, orders, as_of))


def _cases(accounts: Sequence[Account], orders: pd.DataFrame, as_of: np.datetime64) -> Iterator[Case]:
    rows_of = orders.groupby("account").indices
    age = (as_of - orders["day"].to_numpy().astype("datetime64[D]")).astype(np.int64)
    value = orders["value"].to_numpy()
    for story, troubles, share, status in _CASES:
        of_story = [place for place, account in enumerate(accounts) if account.story == story]
        for turn, place in enumerate(of_story[: max(1, round(share * len(of_story)))]):
            # Only the first of those that left in anger has the downtime.
            is_hero = turn == 0 and story == "left angry"
            trouble, rows = (
                _DOWNTIME if is_hero else troubles[turn % len(troubles)],
                np.asarray(rows_of[place]),
            )
            row = _survived(rows, age, value, trouble) if status == "solved" else _latest(rows, age)
            if row is not None:
                yield Case(trouble, row, status)


def _latest(rows: Rows, age: Rows) -> int | None:
    """Return the latest order that is old enough to have been delivered and complained about."""
    old_enough = rows[age[rows] >= 24]
    return int(old_enough[-1]) if len(old_enough) else None


def _survived(rows: Rows, age: Rows, value: Numbers, trouble: Trouble) -> int | None:
    """Return a sizeable order after which the customer has come back at least three times."""
    possible = rows[:-3]
    if trouble.cause == _CARRIER.cause:
        possible = possible[(age[possible] >= BAD_CARRIER[0]) & (age[possible] <= BAD_CARRIER[1])]
    else:
        possible = possible[(age[possible] > 60) & (age[possible] < 650)]
    sizeable = possible[value[possible] >= 0.8 * value[rows].mean()]
    choice = sizeable if len(sizeable) else possible
    return int(choice[len(choice) // 2]) if len(choice) else None


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
