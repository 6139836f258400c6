"""The make-good: what is owed, a fair share of the loss, a token; held against what winning them back is worth."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from winback_xl.core.arguments import choice, distinct, number, together, words_out, yes
from winback_xl.core.lifetime_value import customer_value
from winback_xl.core.make_good import compensation as forms
from winback_xl.core.make_good import offer_flags as proportions
from winback_xl.core.make_good import rationale
from winback_xl.core.make_good.compensation import FORM_OF_FAILURE, form_for
from winback_xl.core.make_good.legal_words import words_in
from winback_xl.core.make_good.offer_flags import FLAG_WORDS, proportion
from winback_xl.core.make_good.sized_offer import Sized
from winback_xl.core.money import round_money, round_offer, round_to

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from winback_xl.settings import Settings

__all__ = [
    "FLAG_WORDS", "FORM_OF_FAILURE", "approver", "explain", "form_for", "proportion", "size",
]  # fmt: skip

_APPROVERS = ("Rep", "Manager", "Director", "CFO", "Counsel", "")
_COUNSEL, _NOBODY = 4, 5
_TOKEN_STEP = 5.0
_CLOSE = 1e-9  # amounts this close are equal: see money.py on decimals in floats


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
        What the effort adds to the odds, 0 to 1.
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
        value. An apology needs no money of its own: money lost beside the hurt is made good in cash.
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
    settings : Settings
        Every share, limit and step.

    Returns
    -------
    DataFrame
        One row each: ``attributable`` (our part of the loss), ``future_margin``, ``worth`` (odds gained x future
        margin + strategic value), ``room`` (face value that the worth allows beside the token), ``owed``, ``low``,
        ``recommended``, ``high`` (with what is owed), ``token``, ``our_cost`` (recommended and token, without what
        is owed), ``net`` (worth less our cost), ``approver``, ``ratio`` (offer and token over our part, or
        over what is owed where that is more; NaN without either) and ``flags`` (codes of `FLAG_WORDS`, joined by "; "). Amounts in account currency,
        rounded to its smallest unit; NaN where the loss or the worth is unknown.

    Raises
    ------
    OutOfRangeError
        A number lies outside its bounds; argument and row are named.
    UsageError
        A word is unknown, an argument is no number, or lengths differ.

    References
    ----------
    Shares: Gelbrich, Gaethke & Gregoire (2015), Journal of Service Research 18(1). Never above 1.5 x: Haesevoets et
    al. (2017). Prior failures: Grewal, Roggeveen & Tsiros (2008). Restitution plus token: articles 000, 001, 004.
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
        sizes(
            loss, annual_revenue, odds_gain, settings=settings, fault=fault, paid=paid, owed=owed, handling=handling,
            prior_failures=prior_failures, form=form, margin=margin, strategic_value=strategic_value, offer=offer,
            what_happened=what_happened, reported=reported, future_margin=future_margin,
        )
    )  # fmt: skip


def size_and_explain(
    loss: ArrayLike, annual_revenue: ArrayLike, odds_gain: ArrayLike, *, settings: Settings, **details: Any
) -> tuple[pd.DataFrame, list[str]]:
    """Return what `size` and `explain` give for the same arguments, worked out once."""
    found = _work(settings, loss=loss, annual_revenue=annual_revenue, odds_gain=odds_gain, **details)
    return pd.DataFrame(_columns(found, settings)), _sentences(found, settings)


def sizes(
    loss: ArrayLike, annual_revenue: ArrayLike, odds_gain: ArrayLike, *, settings: Settings, **details: Any
) -> dict[str, NDArray[Any]]:
    """Return the columns of `size` as arrays; its arguments are those of `size`."""
    return _columns(
        _work(settings, loss=loss, annual_revenue=annual_revenue, odds_gain=odds_gain, **details), settings
    )


def _columns(found: Sized, settings: Settings) -> dict[str, NDArray[Any]]:
    worth = round_money(found.worth, settings.currency)
    return {
        "attributable": round_money(found.attributable, settings.currency),
        "future_margin": round_money(found.future_margin, settings.currency),
        "worth": worth,
        "room": round_money(found.room, settings.currency),
        "owed": found.owed,
        "low": found.offers[0],
        "recommended": found.offers[1],
        "high": found.offers[2],
        "token": found.token,
        "our_cost": found.our_cost,
        # of the rounded figures, so that readers who subtract what they see get the same
        "net": round_money(worth - found.our_cost, settings.currency),
        "approver": words_out(_APPROVERS, found.approver),
        "ratio": found.ratio,
        "flags": proportions.flags(found.ceiling, found.proportion, found.unknown, found.counsel),
    }


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
    'Our part of the loss is 13,000 (60 % of 30,000, less 5,000 already paid). Rejected deliveries need 60-120 % of \
it: 7,800 to 15,500. Recommended: 13,000, plus a token of 500. Winning them back is worth 29,843 to us (odds +19.4 \
points x future margin 153,832). Our cost of 13,500 pays off; a Director may approve it.'
    """
    return _sentences(
        _work(settings, loss=loss, annual_revenue=annual_revenue, odds_gain=odds_gain, **details), settings
    )


def _sentences(found: Sized, settings: Settings) -> list[str]:
    return rationale.sentences(found, words_out(_APPROVERS, found.approver), settings)


def approver(our_cost: ArrayLike, settings: Settings) -> Any:
    """Return who may decide a make-good of this cost to us: str, or ndarray of object; empty where unknown.

    >>> from winback_xl.settings import Settings
    >>> approver([500, 500.01, 25_000, 25_001], Settings()).tolist()
    ['Rep', 'Manager', 'Director', 'CFO']
    """
    return words_out(_APPROVERS, _approver(number("cost to us", our_cost, low=0), settings))


def _work(settings: Settings, **given: Any) -> Sized:
    """Size every row: see `size` for the arguments."""
    rows = _clean(settings, **given)
    reported = rows["reported"] | (rows["loss"] > 0) | (rows["owed"] > 0)
    accepted = rows["handling"] == proportions.HANDLING["accepted"]
    cost_factor = forms.cost_factor(rows["form"], rows["margin"])
    ours = np.maximum(rows["fault"] * rows["loss"] - rows["paid"], 0.0)
    attributable = np.where(
        round_money(ours, settings.currency) == 0, 0.0, ours
    )  # what floats leave is no loss
    worth = np.maximum(rows["odds_gain"] * rows["future_margin"], 0.0) + rows["strategic_value"]
    unknown = np.isnan(attributable) | np.isnan(worth)
    token = np.where(unknown, np.nan, _token(attributable, worth, settings))
    room = np.maximum((worth - token) / cost_factor, 0.0)
    shares = _shares(accepted, rows["prior_failures"], settings)
    goodwill, ceiling = _goodwill(shares, attributable, rows["owed"], room, accepted, settings)
    our_cost = round_money(cost_factor * goodwill[1] + token, settings.currency)
    offers = round_money(rows["owed"] + goodwill, settings.currency)
    judged = np.where(np.isnan(rows["offer"]), offers[1] + token, rows["offer"])
    harm = np.maximum(attributable, rows["owed"])  # to pay back what is owed is never too much
    ratio = np.divide(judged, harm, out=np.full(len(judged), np.nan), where=harm > 0)
    return Sized(
        **{name: rows[name] for name in _KEPT}, accepted=accepted, cost_factor=cost_factor,
        attributable=attributable, worth=worth, unknown=unknown, room=room, token=token, shares=shares,
        offers=offers, our_cost=our_cost, ratio=ratio, ceiling=ceiling,
        approver=np.where(rows["counsel"] != "", _COUNSEL, _approver(our_cost, settings)),
        proportion=np.where(reported, proportions.codes(judged, harm, accepted, settings), proportions.NOT_JUDGED),
        reported=reported,
    )  # fmt: skip


_KEPT = (
    "loss", "fault", "paid", "owed", "prior_failures", "odds_gain", "future_margin", "strategic_value", "offer", "counsel",
)  # fmt: skip


def _clean(
    settings: Settings,
    *,
    loss: Any,
    annual_revenue: Any,
    odds_gain: Any,
    fault: Any = 1.0,
    paid: Any = 0.0,
    owed: Any = 0.0,
    handling: Any = "rejected",
    prior_failures: Any = 0,
    form: Any = "cash",
    margin: Any = None,
    strategic_value: Any = 0.0,
    offer: Any = None,
    what_happened: Any = "",
    reported: Any = True,
    future_margin: Any = None,
) -> dict[str, NDArray[Any]]:
    """Return the arguments inside their bounds, as columns of one length."""
    text, texts = distinct("report of what happened", what_happened)
    found = np.array(
        [*words_in([str(one) for one in texts]), ""], dtype=object
    )  # the last is for a blank, -1
    rows = together(
        loss=number("loss", loss, low=0),
        annual_revenue=number("annual revenue", annual_revenue, low=0),
        odds_gain=number("odds gained", odds_gain, low=0, high=1),
        fault=number("fault", fault, low=0, high=1, blank=1.0),
        paid=number("amount already paid", paid, low=0, blank=0.0),
        owed=round_money(number("amount owed", owed, low=0, blank=0.0), settings.currency),
        handling=choice("handling", handling, proportions.HANDLING, blank="rejected"),
        prior_failures=number("number of prior failures", prior_failures, low=0, blank=0.0),
        form=forms.codes(form),
        margin=number("margin", margin, low=-1, high=1, blank=settings.margin),
        strategic_value=number("strategic value", strategic_value, low=0, blank=0.0),
        offer=number("offer", offer, low=0),
        counsel=np.asarray(found[text]),
        reported=yes("whether it was reported", reported),
        future_margin=number("future margin", future_margin),
    )
    rows = {name: np.atleast_1d(column) for name, column in rows.items()}
    modelled = customer_value.future_margin(rows["annual_revenue"], rows["margin"], settings)
    rows["future_margin"] = np.where(np.isnan(rows["future_margin"]), modelled, rows["future_margin"])
    return rows


def _token(
    attributable: NDArray[np.float64], worth: NDArray[np.float64], settings: Settings
) -> NDArray[np.float64]:
    """Return the small gesture beside the restitution; none where it would cost more than they are worth."""
    gesture = np.clip(settings.token_share * attributable, settings.token_min, settings.token_max)
    rounded = round_to(gesture, _TOKEN_STEP)
    return np.asarray(np.where(worth + _CLOSE < rounded, 0.0, rounded))


def _shares(
    accepted: NDArray[np.bool_], prior_failures: NDArray[np.float64], settings: Settings
) -> NDArray[np.float64]:
    """Return low, recommended and high as shares of the loss, shape (3, n), raised for prior failures."""
    rejecting = (settings.rejected_low, settings.rejected_recommended, settings.rejected_high)
    accepting = (settings.accepted_low, settings.accepted_recommended, settings.accepted_high)
    base = np.where(accepted, np.reshape(accepting, (3, 1)), np.reshape(rejecting, (3, 1)))
    more = 1 + settings.prior_failure_step * np.minimum(prior_failures, settings.prior_failure_max)
    return np.asarray(np.minimum(base * more, settings.overcompensation))


def _goodwill(
    shares: NDArray[np.float64],
    attributable: NDArray[np.float64],
    owed: NDArray[np.float64],
    room: NDArray[np.float64],
    accepted: NDArray[np.bool_],
    settings: Settings,
) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Return what is offered beyond what is owed, shape (3, n), and which ceiling bit (a place in `CEILINGS`)."""
    fair = np.maximum(shares * attributable - owed, 0.0)
    most = np.maximum(settings.overcompensation * attributable - owed, 0.0)
    affordable = round_offer(np.minimum(fair, room), ceiling=np.minimum(room, most))
    beyond = fair[0] > room + _CLOSE  # even the least that works
    # Who rejected needs the whole low share before money does anything (an S-curve), so a part of it is wasted;
    # who accepted values the first money most, so a part is better than nothing.
    partial = beyond & accepted & (affordable[1] > 0)
    exceeds = beyond & ~partial
    capped = ~beyond & (round_offer(fair[1], ceiling=most) > affordable[1])
    which = np.select(
        [exceeds, partial, capped],
        [proportions.CEILINGS.index(code) for code in ("EXCEEDS_VALUE", "PARTIAL", "CAPPED_BY_VALUE")],
        default=proportions.CEILINGS.index(""),
    )
    return np.where(exceeds, 0.0, affordable), which


def _approver(our_cost: NDArray[np.float64], settings: Settings) -> NDArray[np.intp]:
    limits = (settings.rep_limit, settings.manager_limit, settings.director_limit)
    return np.where(np.isnan(our_cost), _NOBODY, np.searchsorted(limits, our_cost))
