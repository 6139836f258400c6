"""Calculate what a mistake cost the customer, and list every number used."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from winback_xl.core.arguments import choice, number, together, words_out
from winback_xl.core.money import round_money, show_all

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from numpy.typing import ArrayLike

    from winback_xl.core.tally import Floats
    from winback_xl.settings import Settings

_HANDLING = ("rejected", "accepted")
NOTHING_STATED = "No loss is stated: ask the customer. Until then, an apology and a token."


def amount(
    direct: ArrayLike = 0.0,
    hours: ArrayLike = 0.0,
    cost_per_hour: ArrayLike = 0.0,
    order_value: ArrayLike = 0.0,
    days_late: ArrayLike = 0.0,
    rework: ArrayLike = 0.0,
    penalties: ArrayLike = 0.0,
    *,
    settings: Settings,
) -> Floats:
    """Return what a mistake cost the customer.

    The sum of the direct loss, hours down x cost of an hour, the order value x `settings.late_rate_per_day`
    x days late (at most `settings.late_cap` of the order value), rework and penalties. Unknown parts (NaN,
    None) count as nothing.

    Parameters
    ----------
    direct, cost_per_hour, order_value, rework, penalties : array_like of float
        Account currency, >= 0. Broadcast.
    hours : array_like of float
        Hours the customer stood still, >= 0.
    days_late : array_like of float
        Days after the promise; negative is early and costs nothing.
    settings : Settings
        The assumed cost of a late day and its cap.

    Returns
    -------
    ndarray of float
        Account currency, >= 0, rounded to its smallest unit.

    Raises
    ------
    OutOfRangeError
        An amount or the hours are negative.
    UsageError
        An argument is not a number, or the lengths differ.

    Examples
    --------
    >>> from winback_xl.settings import Settings
    >>> float(amount(hours=12, cost_per_hour=2_500, settings=Settings()))
    30000.0
    >>> amount(order_value=[9921.30, 224, 1000], days_late=[16, 23, 40], settings=Settings()).tolist()
    [793.7, 22.4, 100.0]
    """
    stated = _stated(
        {
            "direct": direct, "hours": hours, "cost_per_hour": cost_per_hour, "order_value": order_value,
            "days_late": days_late, "rework": rework, "penalties": penalties,
        }
    )  # fmt: skip
    return _total(_parts(stated, settings), settings)


def estimate(incidents: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Return the incidents with their loss, how it was reached, and clean inputs for the make-good.

    Parameters
    ----------
    incidents : DataFrame
        Columns as in `winback_xl.schema.columns.INCIDENTS`; any of them may be absent.
    settings : Settings
        The assumed cost of a late day and its cap; the currency.

    Returns
    -------
    DataFrame
        The same rows and index. Added: ``loss`` (account currency, 0 where nothing is stated) and ``loss_basis``
        (a sentence with every number used, and what could not be counted). Cleaned: ``fault`` (share, 1 where
        blank), ``already_paid`` and ``owed`` (0 where blank), ``handling`` ("rejected" where blank).

    Raises
    ------
    OutOfRangeError
        An amount is negative or a fault is outside 0 to 1; the argument and the row are named.
    UsageError
        A handling is neither rejected nor accepted, or a cell that should be a number is none.
    """
    names = {"direct": "direct_loss", "hours": "hours_down"}
    arguments = ("direct", "hours", "cost_per_hour", "order_value", "days_late", "rework", "penalties")
    stated = _stated({one: _column(incidents, names.get(one, one), np.nan) for one in arguments})
    handling = _column(incidents, "handling", "")
    clean = incidents.assign(
        fault=number("fault", _column(incidents, "fault", 1.0), low=0, high=1, blank=1.0),
        already_paid=number("amount already paid", _column(incidents, "already_paid", 0.0), low=0, blank=0.0),
        owed=number("amount owed", _column(incidents, "owed", 0.0), low=0, blank=0.0),
        handling=words_out(
            _HANDLING, choice("handling", handling, {"rejected": 0, "accepted": 1}, blank="rejected")
        ),
    )
    parts = _parts(stated, settings)
    loss = np.broadcast_to(_total(parts, settings), len(incidents))
    texts = {
        name: show_all(values, settings.currency)
        for name, values in {**parts, "total": loss}.items()
        if name not in ("hours", "days_late", "late_share")
    }
    return clean.assign(loss=loss, loss_basis=_basis(parts, stated, texts, settings))


def with_losses(incidents: pd.DataFrame | None, settings: Settings) -> pd.DataFrame | None:
    """Return the incidents on file with the loss of each, or None where there are none."""
    return None if incidents is None else estimate(incidents, settings)


def _column(incidents: pd.DataFrame, name: str, absent: object) -> object:
    return incidents[name] if name in incidents.columns else np.full(len(incidents), absent, dtype=object)


def _stated(given: Mapping[str, object]) -> dict[str, Floats]:
    """Clean the arguments and bring them to one length; NaN where nothing is stated."""
    lows = {"days_late": -np.inf}
    labels = {"direct": "direct loss", "hours": "hours down"}
    clean = {
        name: number(labels.get(name, name.replace("_", " ")), value, low=lows.get(name, 0.0))
        for name, value in given.items()
    }
    return together(**clean)


def _parts(stated: Mapping[str, Floats], settings: Settings) -> dict[str, Floats]:
    """Count what is not stated as nothing; add the late share of the order value."""
    parts = {name: np.nan_to_num(values) for name, values in stated.items()}
    parts["days_late"] = np.maximum(parts["days_late"], 0.0)
    parts["late_share"] = np.minimum(settings.late_rate_per_day * parts["days_late"], settings.late_cap)
    return parts


def _total(parts: dict[str, Floats], settings: Settings) -> Floats:
    return round_money(
        parts["direct"]
        + parts["hours"] * parts["cost_per_hour"]
        + parts["order_value"] * parts["late_share"]
        + parts["rework"]
        + parts["penalties"],
        settings.currency,
    )


def _basis(
    parts: dict[str, Floats],
    stated: dict[str, Floats],
    texts: dict[str, list[str]],
    settings: Settings,
) -> list[str]:
    """Write one sentence a row: the parts that count, their sum, and what is missing to count the rest."""
    rows = len(texts["total"])
    late = parts["order_value"] * parts["late_share"]
    down = parts["hours"] * parts["cost_per_hour"]
    sentences: list[list[str]] = [[] for _ in range(rows)]
    for row in np.flatnonzero(parts["direct"] > 0).tolist():
        sentences[row].append(f"direct loss {texts['direct'][row]}")
    for row in np.flatnonzero(down > 0).tolist():
        sentences[row].append(f"{parts['hours'][row]:g} h down x {texts['cost_per_hour'][row]} an hour")
    for row in np.flatnonzero(late > 0).tolist():
        sentences[row].append(_late_words(parts, texts["order_value"][row], row, settings))
    for name in ("rework", "penalties"):
        for row in np.flatnonzero(parts[name] > 0).tolist():
            sentences[row].append(f"{name} {texts[name][row]}")
    zero = np.broadcast_to(stated["direct"] == 0, rows)  # a stated 0 is an answer, a blank is none
    whole = [_sentence(*row) for row in zip(sentences, texts["total"], zero.tolist(), strict=True)]
    for row, words in _missing(parts, stated).items():
        whole[row] = f"{whole[row]} {words}"
    return whole


def _late_words(parts: dict[str, Floats], value: str, row: int, settings: Settings) -> str:
    days, share = parts["days_late"][row], parts["late_share"][row]
    cap = f", at most {100 * settings.late_cap:g}%" if days * settings.late_rate_per_day > share else ""
    return (
        f"order value {value} x {100 * share:.4g}% "
        f"({days:g} {'day' if days == 1 else 'days'} late, assumed {100 * settings.late_rate_per_day:g}% a day{cap})"
    )


def _sentence(parts: list[str], total: str, stated_zero: bool) -> str:
    if not parts:
        return "The loss is stated as 0." if stated_zero else NOTHING_STATED
    text = " + ".join(parts)
    plain = len(parts) == 1 and " x " not in text  # "rework 500 = 500" says nothing
    return f"{text[0].upper()}{text[1:]}." if plain else f"{text[0].upper()}{text[1:]} = {total}."


def _missing(parts: dict[str, Floats], stated: dict[str, Floats]) -> dict[int, str]:
    """State which half of a product is blank, so that the other half did not count."""
    words: dict[int, str] = {}
    pairs = (
        ("hours", "cost_per_hour", "h down are not counted: what an hour costs is not stated"),
        ("days_late", "order_value", "days late are not counted: the order value is not stated"),
    )
    for known, needed, why in pairs:
        for row in np.flatnonzero((parts[known] > 0) & np.isnan(stated[needed])).tolist():
            words[row] = " ".join(filter(None, (words.get(row), f"{parts[known][row]:g} {why}.")))
    return words
