"""What the sheet Customers shows for the sample: what the core says, and where each customer's orders stand in Sorted."""

from __future__ import annotations

import math
from bisect import bisect_right
from typing import TYPE_CHECKING, Any

from winback_xl.core.money import round_to
from winback_xl.core.orders.day_numbers import OWN_YEAR
from winback_xl.core.segments.loyalty import HABITUAL, LOYAL
from winback_xl.serial_days import serial
from winback_xl.templates.starter import names
from winback_xl.templates.starter.names import CREDIT, KINDS, ORDER
from winback_xl.templates.starter.order_sheets import columns_of

if TYPE_CHECKING:
    import pandas as pd

    from winback_xl.settings import Settings
    from winback_xl.templates.starter.sample_orders import Example


def columns(example: Example) -> dict[str, list[Any]]:
    """Return the columns of the sheet by name, "" for a blank cell."""
    ordered = columns_of(example)
    starts = [place for place, start in enumerate(ordered["start"], start=1) if start != ""]
    places = list(zip(ordered["block"], ordered["day"], strict=True))
    known = {name: float(row) for row, name in enumerate(example.known["customer"], start=1)}
    rows = [
        _row(example, ordered, places, known, number, start) for number, start in enumerate(starts, start=1)
    ]
    return {name: [row[name] for row in rows] for name in rows[0]}


def _row(
    example: Example,
    ordered: dict[str, list[Any]],
    places: list[tuple[float, float]],
    known: dict[str, float],
    number: int,
    start: int,
) -> dict[str, Any]:
    customer = KINDS * (ordered["block"][start - 1] // KINDS)
    name = example.orders["customer"].iloc[int(customer / KINDS) - 1]
    one, chosen = example.history.loc[name], names.delivered()

    def up_to(block: float, day: float = math.inf) -> float:
        """Return the last row up to a day of a block."""
        return float(bisect_right(places, (block, day)))

    end, cred = up_to(customer + ORDER), up_to(customer + CREDIT)
    at = known.get(name, "")
    wallet: Any = "" if at == "" else _blank(example.known["share_of_wallet"].iloc[int(at) - 1])
    elsewhere = wallet != "" and wallet < chosen.wallet_threshold
    weights = chosen.weight_frequency + chosen.weight_continuity + chosen.weight_regularity
    row = {
        **{held: _blank(one[held]) for held in _TAKEN},
        "customer": name, "start": float(start), "block": customer, "end": end, "cred": cred, "at": at, "wallet": wallet,
        "periods": max(float(one["periods_open"]), 1.0), "survived": float(one["failures_survived"] > 0), "pace": _blank(one["cadence"]),
        "often": one["behaviour_frequency"], "regularity": one["behaviour_regularity"],
        "weights": weights + (0 if wallet == "" else chosen.weight_wallet), "elsewhere": elsewhere,
    }  # fmt: skip
    if not one["order_days"]:
        blank = dict.fromkeys(("first", "last", "wstart", "ystart", "ycred", "rank", "run_rate"), "")
        return row | blank | {"span": 0.0, "squares": 0.0, "why": "No order."}
    last, many = serial(one["last_order"].date()), float(one["window_days"])
    wstart = up_to(customer + ORDER, example.as_of - chosen.loyalty_window_days) + 1
    gaps = [gap for gap in ordered["gap"][int(wstart) : int(end)] if gap != ""]
    rank: Any = ""
    if one["status"] in names.LOST:
        rank = float(one["run_rate"]) * names.ROWS + (example.room.orders - number) / names.ROWS
    return row | {
        "first": serial(one["first_order"].date()), "last": last, "wstart": wstart,
        "span": last - ordered["day"][int(wstart) - 1] if many else 0.0,
        "squares": float(sum(gap**2 for gap in gaps)) if many > 2 else 0.0, "ystart": up_to(customer + ORDER, last - OWN_YEAR) + 1,
        "ycred": max(end, up_to(customer + CREDIT, last - OWN_YEAR)) + 1, "rank": rank, "why": _why(one, chosen, elsewhere=elsewhere),
    }  # fmt: skip


_TAKEN = (
    "status", "level", "run_rate", "days_since", "cadence", "limit", "order_days", "behaviour", "attitude", "gap_median",
    "window_days", "periods_bought", "average_order",
)  # fmt: skip


def _why(one: pd.Series, chosen: Settings, *, elsewhere: bool) -> str:
    """Return the sentence that the formula of the sheet makes."""
    limit = float(round_to(one["limit"], 1))
    silent = f"{one['days_since']:g} days since the last order. "
    usual = f"Too few orders for a rhythm of their own: others reorder within {limit:g} days. "
    if one["order_days"] >= chosen.own_cadence_order_days:
        usual = f"Usual gap {float(round_to(one['cadence'], 0.1)):g} days, so the limit is {limit:g}. "
    if one["level"] == LOYAL:
        level = f"Steady orders, and {one['attitude']:g} points of attitude."
    elif one["level"] == HABITUAL:
        level = "Steady orders, but no sign yet that they would stay after a mistake."
    elif one["window_days"] < chosen.loyalty_min_order_days:
        level = f"Only {one['window_days']:g} order days in the loyalty window."
    elif elsewhere:
        level = "They buy more elsewhere."
    else:
        level = f"Behaviour score {float(round_to(one['behaviour'], 0.01)):g}, below {chosen.behaviour_threshold:g}."
    return silent + usual + level


def _blank(value: Any) -> Any:
    if isinstance(value, str):
        return value
    return "" if value is None or value != value else float(value)  # noqa: PLR0124 - NaN is not itself
