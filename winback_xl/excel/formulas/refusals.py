"""What a formula refuses, and the settings that its arguments change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from winback_xl.core import money_scale
from winback_xl.core.arguments import number
from winback_xl.core.make_good import win_odds
from winback_xl.errors import NotEnoughError, OutOfRangeError, SettingsError, UsageError
from winback_xl.excel.formulas.settings_range import used
from winback_xl.settings import describe

if TYPE_CHECKING:
    import pandas as pd

    from winback_xl.settings import Settings, Value

_ABOUT = {about.name: about for about in describe()}
_CODE = 3  # letters of a currency code
_CLOSE = 5e-5  # gains are copied with four digits


def in_currency(currency: str) -> Settings:
    """Return the settings of this formula, with amounts in the size of a currency."""
    code = (currency or "").strip().upper()
    if not code:
        return used()
    if not (len(code) == _CODE and code.isalpha()):
        raise UsageError(
            f"'{currency:.20}' is not a currency.", "Give its ISO code, such as JPY.", "currency-unknown"
        )
    return money_scale.in_currency(used(), code)


def with_changes(**changes: Value) -> Settings:
    """Return the settings with some changed; out of bounds is a wrong number here, not a wrong setting."""
    try:
        return used().with_(**{name: _ABOUT[name].check(given) for name, given in changes.items()})
    except SettingsError as error:
        raise OutOfRangeError(error.what, error.hint, error.code) from error


def sure(found: Any, what: str, hint: str) -> Any:
    """Return a number, or explain why a single one is not known."""
    if np.ndim(found) == 0 and np.isnan(found):
        raise NotEnoughError(what, hint)
    return found


def some_order(there: object, as_of: pd.Timestamp) -> None:
    """Refuse a ledger without an order up to a day."""
    if not there:
        raise NotEnoughError(
            f"There is no order on or before {as_of:%Y-%m-%d}.", "Check the dates and the as-of date.", "no-orders"
        )  # fmt: skip


def no_odds(odds_gain: Any, own_gain: str) -> None:
    """Refuse odds where a gain belongs: greater than any effort adds, and no gain of a live complaint."""
    gains = number("odds gained", odds_gain, low=0, high=1)
    usual = (gains <= win_odds.greatest_gain(used()) + _CLOSE) | np.isnan(gains)
    for live in (used().complaint_gain, used().complaint_gain_quick):
        usual |= np.abs(gains - live) <= _CLOSE
    if own_gain == "Yes" or usual.all():
        return
    raise OutOfRangeError(
        f"The odds gained is {gains[~usual].flat[0]:g}: more than an effort adds. It looks like the odds themselves.",
        "Give WINBACK_GAIN instead of WINBACK_ODDS; or Yes as own_gain if it comes from your own results.",
        code="odds-for-gain",
    )
