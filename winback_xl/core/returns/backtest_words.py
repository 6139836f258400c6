"""The look back in words: how far to trust which number."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from winback_xl.core.wording import plural

if TYPE_CHECKING:
    from winback_xl.core.returns.past_forecasts import Backtest
    from winback_xl.settings import Settings

_CLOSE, _FAR = 0.06, 0.12  # calibration errors of the return rate
_NEAR, _OFF = 0.15, 0.4  # by how much a total may be off


def headline(found: Backtest) -> str:
    """State in one line how the lapse flag and the return rate did."""
    dates = found.dates
    if not dates["silent"].sum():
        return f"Checked against {plural(len(dates), 'earlier date')}: nobody was lapsed then."
    precision = float(np.average(dates["precision"], weights=np.maximum(dates["flagged"], 1)))
    said, seen = _rates(found)
    return (
        f"Checked against {plural(len(dates), 'earlier date')}: of those called lapsed or cold, {precision:.0%} did not"
        f" order in the {found.followed} days after; {said:.0%} were expected back, {seen:.0%} came."
        f" {_trusted(found.rate_error, 'the return rates')}"
    )


def page(found: Backtest, settings: Settings) -> list[str]:
    """Say, one paragraph a number, how far to trust it."""
    return [
        headline(found),
        _flag(found),
        _limit(found, settings),
        _rate(found),
        _orders(found),
        _caution(found),
    ]


def _rates(found: Backtest) -> tuple[float, float]:
    known = found.dates[found.dates["silent"] > 0]
    weights = known["silent"].to_numpy(float)
    return (
        float(np.average(known["rate_said"], weights=weights)),
        float(np.average(known["rate_seen"], weights=weights)),
    )


def _flag(found: Backtest) -> str:
    dates = found.dates
    own, fixed = float(dates["hit_rate"].mean()), float(dates["hit_rate_fixed"].mean())
    better = (
        "better than" if own > fixed + 0.005 else "no better than" if own < fixed - 0.005 else "as good as"
    )
    return (
        f"Lapse flag: hit rate {own:.2f} (1 is perfect), {better} one window for all customers ({fixed:.2f}). It found"
        f" {dates['recall'].mean():.0%} of those who did not order in the {found.followed} days after."
    )


def _limit(found: Backtest, settings: Settings) -> str:
    if np.isnan(found.best_limit):
        return (
            f"Lapse limit: {settings.limit_multiple:g} own gaps. No other limit was clearly better at both ends of the"
            " time looked at, so keep it."
        )
    return (
        f"Lapse limit: a limit of about {found.best_limit:g} own gaps would have served better than"
        f" {settings.limit_multiple:g} at two earlier dates (limit_multiple = {found.best_limit:g})."
    )


def _rate(found: Backtest) -> str:
    if not len(found.rates):
        return "Return rate: nobody was late at the earlier dates, so there is no evidence."
    said, seen = _rates(found)
    return (
        f"Return rate: {said:.0%} of the silent were expected back, {seen:.0%} came; over the tenths it was off by"
        f" {100 * found.rate_error:.0f} points on average. {_trusted(found.rate_error, 'it')}"
    )


def _trusted(error: float, what: str) -> str:
    """Say how far to trust the return rate by its error, a share."""
    if error <= _CLOSE:
        return f"Trust {what}."
    if error <= _FAR:
        return "Trust the ranking of the accounts more than the figure."
    return f"Take {what} as a rough guide: the months after were not like those before, a season perhaps."


def _orders(found: Backtest) -> str:
    said, seen = float(found.dates["orders_said"].sum()), float(found.dates["orders_seen"].sum())
    if not seen:
        return f"Expected orders: {said:,.0f} were expected, none came."
    off = said / seen - 1
    trust = (
        "Trust the total." if abs(off) <= _NEAR
        else "Trust the ranking of customers more than the total." if abs(off) <= _OFF
        else "Do not plan by the total."
    )  # fmt: skip
    return f"Expected orders: {said:,.0f} expected at these dates, {seen:,.0f} came ({off:+.0%}). {trust}"


def _caution(found: Backtest) -> str:
    if len(found.dates) > 1:
        return (
            "All of this is about what customers do without contact. A ledger cannot show what an offer adds: leave some accounts"
            " alone to find out."
        )
    return (
        "The ledger is short: one earlier date is little evidence. A ledger cannot show what an offer adds: leave some"
        " accounts alone to find out."
    )
