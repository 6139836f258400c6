"""Made-up incidents: what went wrong, with whom and when, and whether it was settled."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from winback_xl.samples.trade import BAD_CARRIER

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd
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
