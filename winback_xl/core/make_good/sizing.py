"""The make-good: what is owed, a fair share of the loss, a token; held against what winning them back is worth."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from winback_xl.core.arguments import words_out
from winback_xl.core.incidents.open_incidents import RECOVERIES
from winback_xl.core.make_good import approvers, offer_arguments, rationale
from winback_xl.core.make_good import compensation as forms
from winback_xl.core.make_good import offer_amounts as amounts
from winback_xl.core.make_good import offer_flags as proportions
from winback_xl.core.make_good.compensation import FORM_OF_FAILURE, form_for
from winback_xl.core.make_good.offer_amounts import Sized
from winback_xl.core.make_good.offer_flags import FLAG_WORDS, proportion
from winback_xl.core.money import round_money
from winback_xl.core.orders.on_demand import OnDemand

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike, NDArray

    from winback_xl.settings import Settings

__all__ = [
    "FLAG_WORDS", "FORM_OF_FAILURE", "explain", "form_for", "proportion", "size",
]  # fmt: skip


def size(
    loss: ArrayLike,
    annual_revenue: ArrayLike,
    odds_gain: ArrayLike,
    *,
    fault: ArrayLike = 1.0,
    paid: ArrayLike = 0.0,
    owed: ArrayLike = 0.0,
    handling: ArrayLike = "rejected",
    prior_failures: ArrayLike = 0,
    form: ArrayLike = "cash",
    margin: ArrayLike | None = None,
    strategic_value: ArrayLike = 0.0,
    offer: ArrayLike | None = None,
    what_happened: ArrayLike = "",
    reported: ArrayLike = True,
    future_margin: ArrayLike | None = None,
    recovery: ArrayLike = "none",
    effort: ArrayLike = 0.0,
    settings: Settings,
) -> pd.DataFrame:
    """Return a fair make-good for each row: what to offer, what it costs us, and who may decide it.

    Parameters
    ----------
    loss : array_like of float
        What it cost the customer, account currency, >= 0, with what is owed in it. Everything broadcasts.
    annual_revenue : array_like of float
        What the customer bought in a year, >= 0.
    odds_gain : array_like of float
        What a full make-good adds to the odds, 0 to 1; what an offer brings of it, see `offer_amounts`.
    fault : array_like of float
        Our share of the fault, 0 to 1. Blank is 1.
    paid : array_like of float
        What they already got for it, >= 0.
    owed : array_like of float
        What contract or billing owes them: paid first and never capped, >= 0.
    handling : array_like of str
        "rejected" (blank too) or "accepted": what the customer did with the flawed delivery.
    prior_failures : array_like of int
        Failures in the 12 months before, >= 0.
    form : array_like of str
        cash (blank too), discount, credit, in-kind or apology. Credit and in-kind cost us 1 - margin of their face
        value. An apology needs no money of its own: money lost next to the hurt is made good in cash.
    margin : array_like of float, optional
        Gross margin, share of revenue, -1 to 1. Blank is `settings.margin`.
    strategic_value : array_like of float
        Named worth beyond the margin, >= 0; raises the ceiling.
    offer : array_like of float, optional
        An offer that somebody made or thinks of, >= 0: the proportion and ratio are then of this offer.
    what_happened : array_like of str
        The report; words of law, safety or injury in it send the row to Counsel.
    reported : array_like of bool
        Whether there is a report at all. Without one there is nothing to apologise for yet, and no proportion to judge.
    future_margin : array_like of float, optional
        Margin of the coming years where it is known; else it comes from revenue and margin.
    recovery : array_like of str
        How an earlier make-good went: fair, not fair or none (blank too). Not fair: a manager decides at least.
    effort : array_like of float
        What else winning them back costs us, >= 0; raises the strategic value that is needed.
    rep_limit : array_like of float, optional
        What the account's rep may approve alone, money; blank: the setting.
    settings : Settings
        Every share, curve, limit and step.

    Returns
    -------
    DataFrame
        One row each: ``attributable`` (our part of the loss), ``future_margin``, ``worth`` (odds gained x future
        margin + strategic value: what a full make-good brings), ``room`` (face value that the worth allows beyond the
        token), ``owed``, ``fair`` (the recommended share of the loss), ``low``, ``recommended``, ``high`` (with what is
        owed), ``token``, ``our_cost`` (recommended and token, without what is owed), ``net_low``, ``net``, ``net_high``
        (what each of the three brings less what it costs us), ``strategic_needed`` (strategic value that would make the
        fair amount pay off; 0 where it does), ``approver``, ``ratio`` (offer and token over our part, or
        over what is owed where that is more; NaN without either), ``recovery_failed`` (an earlier make-good was not fair),
        ``legal`` (words of law, safety or injury) and ``flags`` (codes of `FLAG_WORDS`, joined by "; ").
        Amounts in account currency, rounded to its smallest unit; NaN where the loss or the worth is unknown.

        The recommendation has the greatest net in the band, and stops at the room. It never falls while loss, fault or
        prior failures grow. Amounts below `settings.token_min` fold into the token.

    Raises
    ------
    OutOfRangeError
        A number is outside its bounds; argument and row are named.
    UsageError
        A word is unknown, an argument is not a number, or lengths differ.

    References
    ----------
    Shares: Gelbrich, Gaethke & Gregoire (2015), Journal of Service Research 18(1). Never above 1.5 x: Haesevoets et
    al. (2017). Response: see `offer_amounts`. Prior failures: Basso & Pizzutti (2016): after a failed recovery more money is
    a weak answer. Restitution plus token: articles 000, 001, 004.
    Value ceiling: article 003. These studies are experiments with consumers: for trade, take them as a guide.

    Examples
    --------
    >>> from winback_xl.settings import Settings
    >>> sized = size(30_000, 250_000, 0.194, fault=0.6, paid=5_000, settings=Settings())
    >>> sized[["low", "recommended", "high", "token", "our_cost"]].to_numpy().tolist()
    [[7800.0, 13000.0, 15500.0, 500.0, 13500.0]]
    >>> sized.loc[0, "approver"]
    'Director'
    """
    return pd.DataFrame(
        dict(sizes(
            loss, annual_revenue, odds_gain, settings=settings, fault=fault, paid=paid, owed=owed, handling=handling,
            prior_failures=prior_failures, form=form, margin=margin, strategic_value=strategic_value, offer=offer,
            what_happened=what_happened, reported=reported, future_margin=future_margin, recovery=recovery, effort=effort,
        ))
    )  # fmt: skip


def size_and_explain(
    loss: ArrayLike, annual_revenue: ArrayLike, odds_gain: ArrayLike, *, settings: Settings, **details: Any
) -> tuple[pd.DataFrame, list[str]]:
    """Return what `size` and `explain` give for the same arguments, calculated once."""
    found = _work(settings, loss=loss, annual_revenue=annual_revenue, odds_gain=odds_gain, **details)
    return pd.DataFrame(dict(_columns(found, settings))), _sentences(found, settings)


def sizes(
    loss: ArrayLike, annual_revenue: ArrayLike, odds_gain: ArrayLike, *, settings: Settings, **details: Any
) -> OnDemand:
    """Return the columns of `size` as arrays; its arguments are those of `size`."""
    return _columns(
        _work(settings, loss=loss, annual_revenue=annual_revenue, odds_gain=odds_gain, **details), settings
    )


def _columns(found: Sized, settings: Settings) -> OnDemand:
    def money(amount: NDArray[np.float64]) -> Callable[[], NDArray[np.float64]]:
        return lambda: round_money(amount, settings.currency)

    return OnDemand(
        {
            "attributable": money(found.attributable),
            "future_margin": money(found.future_margin),
            "worth": money(found.worth),
            "room": money(found.room),
            "owed": found.owed,
            "fair": money(found.fair),
            "low": found.offers[0],
            "recommended": found.offers[1],
            "high": found.offers[2],
            "token": found.token,
            "our_cost": found.our_cost,
            "net_low": money(found.nets[0]),
            "net": money(found.nets[1]),
            "net_high": money(found.nets[2]),
            "strategic_needed": found.needed,
            "approver": lambda: words_out(approvers.APPROVERS, found.approver),
            "ratio": found.ratio,
            "recovery_failed": found.recovery_failed,
            "legal": lambda: found.counsel != "",
            "flags": lambda: proportions.flags(
                found.ceiling, found.proportion, found.unknown, found.counsel, found.recovery_failed
            ),
        }
    )


def explain(
    loss: ArrayLike, annual_revenue: ArrayLike, odds_gain: ArrayLike, *, settings: Settings, **details: Any
) -> list[str]:
    """Return for each row the sentences that name every number in its make-good.

    Parameters
    ----------
    loss, annual_revenue, odds_gain, settings, **details
        The arguments of `size`.

    Returns
    -------
    list of str
        One or two sentences a row, one row for single values.

    Examples
    --------
    >>> from winback_xl.settings import Settings
    >>> explain(30_000, 250_000, 0.194, fault=0.6, paid=5_000, settings=Settings())[0]
    'Our part of the loss is 13,000 (60% of 30,000, less 5,000 already paid). A rejected delivery needs \
60-120% of it: 7,800 to 15,500. Recommended: 13,000, plus a token of 500. Winning them back gains\
 29,843 (odds +19.4 points x future margin 153,832). This brings 95% of it, 28,351, for our \
cost of 13,500: net 14,851 (net at the low end 653.01, at the high end 13,791). A Director can \
approve it.'
    """
    return _sentences(
        _work(settings, loss=loss, annual_revenue=annual_revenue, odds_gain=odds_gain, **details), settings
    )


def _sentences(found: Sized, settings: Settings) -> list[str]:
    return rationale.sentences(found, words_out(approvers.APPROVERS, found.approver), settings)


def _work(settings: Settings, **given: Any) -> Sized:
    """Size every row: see `size` for the arguments."""
    rows = offer_arguments.clean(settings, **given)
    reported = rows["reported"] | (rows["loss"] > 0) | (rows["owed"] > 0)
    accepted = rows["handling"] == proportions.HANDLING["accepted"]
    failed = rows["recovery"] == RECOVERIES["not fair"]
    cost_factor = forms.cost_factor(rows["form"], rows["margin"])
    ours = np.maximum(rows["fault"] * rows["loss"] - rows["paid"], 0.0)
    attributable = np.where(
        round_money(ours, settings.currency) == 0, 0.0, ours
    )  # what floats leave is not a loss
    worth = np.maximum(rows["odds_gain"] * rows["future_margin"], 0.0) + rows["strategic_value"]
    unknown = np.isnan(attributable) | np.isnan(worth)
    token = np.where(unknown, np.nan, amounts.token(attributable, worth, cost_factor, settings))
    room = np.maximum((worth - token) / cost_factor, 0.0)
    curve = amounts.curve(amounts.shares(accepted, rows["prior_failures"], settings), accepted, settings)
    wanted = curve.shares * attributable
    wanted[1] = amounts.best(attributable, worth, cost_factor, curve)
    goodwill, ceiling = amounts.goodwill(wanted, attributable, rows["owed"], room, settings)
    costs = cost_factor * goodwill + token
    answers = amounts.answers(goodwill, rows["owed"], token, attributable, curve)
    by_cost = approvers.by_cost(round_money(costs[1], settings.currency), settings, rows["rep_limit"])
    offers = round_money(rows["owed"] + goodwill, settings.currency)
    judged = np.where(np.isnan(rows["offer"]), offers[1] + token, rows["offer"])
    harm = np.maximum(attributable, rows["owed"])  # to pay back what is owed is never too much
    ratio = np.divide(judged, harm, out=np.full(len(judged), np.nan), where=harm > 0)
    # Where the worth is the limit, the row says so and asks: the amount is not an offer that could offend.
    ours_below = np.isnan(rows["offer"]) & (ceiling == proportions.CEILINGS.index("EXCEEDS_VALUE"))
    return Sized(
        **{name: rows[name] for name in _KEPT}, accepted=accepted, cost_factor=cost_factor,
        attributable=attributable, worth=worth, unknown=unknown, room=room, token=token, shares=curve.shares,
        fair=np.maximum(curve.shares[1] * attributable, rows["owed"]),
        offers=offers, our_cost=round_money(costs[1], settings.currency), ratio=ratio, ceiling=ceiling,
        answers=answers, nets=answers * worth - costs,
        needed=amounts.strategic_needed(rows, attributable, worth, answers[1] * worth - costs[1], cost_factor, curve, settings),
        approver=approvers.raised(by_cost, counsel=rows["counsel"] != "", failed=failed),
        proportion=np.where(
            reported & ~ours_below, proportions.codes(judged, harm, accepted, settings), proportions.NOT_JUDGED
        ),
        reported=reported, recovery_failed=failed,
    )  # fmt: skip


_KEPT = (
    "loss", "fault", "paid", "owed", "prior_failures", "odds_gain", "future_margin", "strategic_value", "offer", "counsel",
    "effort",
)  # fmt: skip
