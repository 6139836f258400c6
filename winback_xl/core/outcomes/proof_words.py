"""What the proof of a campaign says, in one sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from winback_xl.core.money import show
from winback_xl.core.wording import plural

if TYPE_CHECKING:
    from winback_xl.core.outcomes.lift import Lift
    from winback_xl.core.outcomes.proof import Proof


NO_ORDERS = "There are no orders after the day of the list yet: refresh the campaign, or give the orders to the report."


def of_lift(shown: Proof) -> str:
    """State the interval of the lift, or why there is none."""
    if np.isnan(shown.arms.lift):
        return NO_ORDERS if not shown.fresh else "Unknown without a control group."
    stated = "" if shown.arms.low > 0 or shown.arms.high < 0 else " Too few to know."
    return f"Worked on less left alone. 95% interval {shown.arms.low:+.0%} to {shown.arms.high:+.0%}.{stated}"


def of_margin(shown: Proof, currency: str) -> str:
    """State the interval of the margin added, or why there is none."""
    if np.isnan(shown.margin):
        return NO_ORDERS if not shown.fresh else "Unknown without a control group."
    if np.isnan(shown.margin_low):
        return "Nobody has ordered again."
    low, high = (show(round(value), currency) for value in (shown.margin_low, shown.margin_high))
    return f"Accounts that came back because of us, at the margin of one that came back. 95% interval {low} to {high}."


def span(followed: int, horizon: int) -> str:
    """State how long the accounts were followed: all of the horizon, or a part of it.

    >>> span(180, 180), span(27, 180)
    ('within 180 days', 'after 27 of 180 days')
    """
    return f"within {followed} days" if followed >= horizon else f"after {followed} of {horizon} days"


def with_control(arms: Lift, margin: float, over: str, currency: str) -> str:
    """State whether the campaign works, by both arms.

    Parameters
    ----------
    arms : Lift
        Both arms as they were drawn.
    margin : float
        Margin that the campaign added, money; NaN or 0 is not spoken of.
    over : str
        From `span`.
    currency : str
    """
    numbers = (
        f"{arms.worked_share:.0%} of the {plural(arms.worked, 'account')} worked on ordered again {over}, and"
        f" {arms.alone_share:.0%} of the {arms.alone:,} in the control group: {_points(arms.lift)} points (95% interval"
        f" {_points(arms.low)} to {_points(arms.high)})."
    )
    if arms.low > 0:
        brought = ""
        if margin and not np.isnan(margin):
            brought = f" That is a margin of {show(round(margin), currency)} more."
        return f"The campaign works: {numbers}{brought}"
    if arms.high < 0:
        return f"The control group came back more often: {numbers} Check what is done with the others."
    return f"Too few accounts to know whether the campaign has an effect: {numbers}"


def without_control(back: float, planned: int, usual: float, part: float, over: str) -> str:
    """State what came back of all that the plan listed, what usually does in that time, and what that takes off a win.

    Parameters
    ----------
    back, usual : float
        Share that ordered again, and that does so without contact in the same time, 0 to 1.
    planned : int
        Accounts that the plan listed to be worked on.
    part : float
        Part of a win that counts as returned anyway; NaN while nobody came back.
    over : str
        From `span`.

    Examples
    --------
    >>> without_control(0.25, 8, 0.05, 0.2, "within 180 days").partition(": ")[2]
    '25% of the 8 accounts that the plan listed to work on ordered again within 180 days; without any contact, about 5% of customers like these return in that time, so 20% of each win counts as returned anyway.'
    """
    charged = f", so {part:.0%} of each win counts as returned anyway" if part < 1 else ""
    return (
        f"There is no control group, so no lift can be shown: {back:.0%} of the {plural(planned, 'account')} that the plan"
        f" listed to work on ordered again {over}; without any contact, about {usual:.0%} of customers like these return in"
        f" that time{charged}."
    )


def _points(share: float) -> str:
    """Write a difference of shares in whole points; none is 0, without a sign."""
    whole = round(100 * share)
    return f"{whole:+d}" if whole else "0"
