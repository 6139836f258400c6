"""What each account is offered: one make-good for its open incidents.

A customer with three open incidents is made one offer, against one worth: sized one by one, three offers would
each spend the whole value of the customer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from winback_xl.core.incidents.open_incidents import NOT_CONFIRMED
from winback_xl.core.lifetime_value import customer_value
from winback_xl.core.make_good import gifts, offer_flags, own_gain, sizing, win_odds
from winback_xl.core.returns import base_words
from winback_xl.core.segments import referrals

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from winback_xl.core.returns.own_effect import OwnEffect
    from winback_xl.settings import Settings


def size(
    accounts: pd.DataFrame, settings: Settings, *, as_of: pd.Timestamp, effect: OwnEffect | None = None
) -> pd.DataFrame:
    """Add odds and the make-good to accounts.

    Parameters
    ----------
    accounts : DataFrame
        Segments columns, with the columns of `by_customer` (blank where there is no incident), ``fix`` (a value of the
        list "Specific or systemic"), ``strategic_value``, ``fix_share``, and ``referred`` and ``referral_worth`` of `referrals.ripple`.
    settings : Settings
        Every threshold.
    as_of : Timestamp
        The day that "today" means: a complaint answered within ``settings.solution_days`` of it gains more.
    effect : OwnEffect, optional
        What the team's own outcomes say of odds and gain.

    Returns
    -------
    DataFrame
        ``accounts`` with ``odds``, ``odds_gain``, what comes back without us (``return_rate``, always odds less gain,
        with its reason in ``return_why``), the advice before own outcomes (``rate_listed``, ``gain_listed``), ``form``,
        ``fault_split`` and the columns that `make_good.size` and `make_good.explain` give; the flags also say where the
        customer asks for less or more than the offer.
    """
    waited = _complaint_days(accounts, as_of)
    rate = own_gain.return_rate(accounts)
    silent = own_gain.silence(accounts["lapse_ratio"].to_numpy(float), rate, settings)
    authors = win_odds.win(
        accounts["status"].to_numpy(), accounts["level"].to_numpy(), silent,
        accounts["fix"].to_numpy(), settings, accounts["severity"].to_numpy(float), waited,
    )  # fmt: skip
    graver = win_odds.lowered(accounts["severity"].to_numpy(float), settings)
    live = win_odds.live(accounts["status"].to_numpy(), waited)
    limits: dict[str, Any] = {
        "live": live,
        "reach": win_odds.reach(settings),
        "most": own_gain.most(accounts),
    }
    listed = own_gain.when_listed(*own_gain.odds(*authors, rate, **limits), accounts)
    accepted = (accounts["handling"] == "accepted").to_numpy(bool)
    hurt = (accounts["loss"].fillna(0) > 0).to_numpy(bool)
    full = np.where(hurt, own_gain.full_share(accepted, settings), np.nan)
    chance, gain = own_gain.odds(*authors, rate, effect, full, left=graver, **limits)
    form, mixed = _forms(accounts)
    arguments: dict[str, Any] = {
        "loss": accounts["loss"].fillna(0).to_numpy(float),
        "annual_revenue": accounts["run_rate"].to_numpy(float),
        "odds_gain": gain,
        "fault": accounts["fault"].fillna(1).to_numpy(float),
        "paid": accounts["already_paid"].fillna(0).to_numpy(float),
        "owed": accounts["owed"].fillna(0).to_numpy(float),
        "handling": np.where(accepted, "accepted", "rejected"),
        "prior_failures": accounts["prior_failures"].fillna(0).to_numpy(float),
        "form": form,
        "margin": accounts["margin_rate"].fillna(settings.margin).clip(0, 0.99).to_numpy(float),
        "strategic_value": accounts["strategic_value"].fillna(0).to_numpy(float),
        "what_happened": accounts["words"].fillna("").to_numpy(),
        "reported": (accounts["incidents"] != "").to_numpy(),
        "recovery": accounts["earlier_recovery"].fillna("").to_numpy(),
        "effort": accounts["fix_share"].fillna(0).to_numpy(float) + settings.effort_cost,
        "rep_limit": accounts["rep_limit"].to_numpy(float) if "rep_limit" in accounts else None,
        "settings": own_gain.response(settings, effect),
    }
    again = accounts["relapsed"].to_numpy(bool) if "relapsed" in accounts else np.zeros(len(accounts), bool)
    ripple = (accounts["referral_worth"].to_numpy(float) > 0) | again
    if ripple.any():
        own = customer_value.future_margin(arguments["annual_revenue"], arguments["margin"], settings, again)
        arguments["future_margin"] = np.where(
            ripple, own + accounts["referral_worth"].to_numpy(float), np.nan
        )
    sized, stated = sizing.size_and_explain(**arguments)
    sized.index = accounts.index
    kept = accounts.drop(columns=[name for name in sized.columns if name in accounts])
    return pd.concat([kept, sized], axis=1).assign(
        odds=chance,
        odds_gain=gain,
        return_rate=chance - gain,
        return_why=base_words.sentences(
            accounts,
            chance,
            gain,
            live=live,
            waited=waited,
            left=graver,
            advised=authors[1],
            settings=settings,
        ),
        rate_listed=listed[0],
        gain_listed=listed[1],
        form=_form_shown(form, sized, arguments["reported"]),
        flags=_with_their_ask(sized, accounts["requested_amount"].to_numpy(float)).map(offer_flags.named),
        rationale=_with_gift(
            _with_reasons(stated, accounts, mixed, settings),
            sized["token"].to_numpy(float),
            settings,
        ),
        fault_split=_fault_split(accounts),
    )


_LONG_AGO = 1e6  # days: a complaint without a date was not answered quickly


def _complaint_days(accounts: pd.DataFrame, as_of: pd.Timestamp) -> NDArray[np.float64]:
    """Return how many days the latest open complaint is old; NaN where there is none, or only a hint of the ledger.

    Another, older complaint that is open too does not make a quick answer to the latest one worth less.
    """
    there = (accounts["incidents"] != "") & ~accounts["cause"].str.contains(NOT_CONFIRMED, regex=False)
    since = pd.to_datetime(accounts["date"]).to_numpy("datetime64[D]")
    days = (np.datetime64(as_of, "D") - since).astype(float)
    days = np.where(np.isnat(since), _LONG_AGO, np.maximum(days, 0.0))
    return np.where(there.to_numpy(bool), days, np.nan)


def _forms(accounts: pd.DataFrame) -> tuple[NDArray[np.object_], NDArray[np.bool_]]:
    """Return the form that fits each account's failure, and where it is credit because several ask for different ones.

    An apology needs no money of its own, so it leaves the form to the others.
    """
    form = np.asarray(sizing.form_for(accounts["failure_type"].fillna("")), dtype=object)
    mixed = np.zeros(len(accounts), dtype=bool)
    kinds = accounts["failure_types"].tolist() if "failure_types" in accounts else []
    for row, named in enumerate(kinds):
        if _AND not in named:
            continue
        fitting = sorted({*np.asarray(sizing.form_for(named.split(_AND))).tolist()} - {"apology"})
        mixed[row] = len(fitting) > 1
        form[row] = "credit" if mixed[row] else [*fitting, "apology"][0]
    return form, mixed


_AND = "; "


def _with_gift(sentences: list[str], tokens: NDArray[np.float64], settings: Settings) -> list[str]:
    """Describe what the token could be: a thing from the list in Settings."""
    given = gifts.fitting(tokens, settings.token_items)
    if not any(given):
        return sentences
    return [
        f"{said} As token: {gift[0].lower()}{gift[1:]}." if gift else said
        for said, gift in zip(sentences, given, strict=True)
    ]


def _form_shown(
    form: NDArray[np.object_], sized: pd.DataFrame, reported: NDArray[np.bool_]
) -> NDArray[np.object_]:
    """Return the form as people read it: no form without a report, and no amount of money called an apology."""
    money = (form == "apology") & (sized["recommended"] > sized["owed"]).to_numpy()
    return np.where(reported, np.where(money, "cash", form), "").astype(object)


def _with_reasons(
    stated: list[str], accounts: pd.DataFrame, mixed: NDArray[np.bool_], settings: Settings
) -> list[str]:
    """Add to the rationale why several failures get credit, what severity takes off the odds, and what referrals add."""
    said = list(stated)
    for row in np.flatnonzero(mixed).tolist():
        said[row] += " Their failures ask for different forms: credit fits them all."
    names = ("severity", "referred", "referral_worth")
    grave, many, worth = (accounts[name].to_numpy(float) for name in names)
    left = win_odds.lowered(grave, settings)
    for row in np.flatnonzero(left < 1).tolist():
        said[row] += (
            f" Severity {grave[row]:g} of 5 took {100 * (1 - left[row]):.3g}% off the low end of the odds."
        )
    for row in np.flatnonzero(worth > 0).tolist():
        said[row] += " " + referrals.explain(many[row], worth[row], settings)
    return said


def _fault_split(accounts: pd.DataFrame) -> list[str]:
    """State whose fault it was: ours, the customer's as far as known, and the rest."""
    texts = [""] * len(accounts)
    rows = np.flatnonzero(accounts["incidents"] != "")
    stated = accounts[["fault", "customer_fault"]].iloc[rows]
    for row, ours, theirs in zip(
        rows.tolist(), stated["fault"].fillna(1.0).tolist(), stated["customer_fault"].tolist(), strict=True
    ):
        known = theirs == theirs  # noqa: PLR0124 - NaN is the one number unequal to itself
        rest = max(1 - ours - (theirs if known else 0.0), 0.0)
        named = [
            (ours, "ours"),
            (theirs if known else 0.0, "theirs"),
            (rest, "others" if known else "not ours"),
        ]
        texts[row] = ", ".join(f"{100 * part:.3g}% {whose}" for part, whose in named if part > _NIL)
    return texts


_NIL = 0.0005  # less than a tenth of a per cent is not a share


def _with_their_ask(sized: pd.DataFrame, asked: NDArray[np.float64]) -> pd.Series:
    """Add to the flags where what the customer asks for is not what we would offer (article 001)."""
    offer = sized["recommended"].to_numpy(float)
    with np.errstate(invalid="ignore"):
        asks = np.select([(asked > 0) & (asked < offer), asked > offer], ["ASKS_LESS", "ASKS_MORE"], "")
    texts = sized["flags"].tolist()
    for row in np.flatnonzero(asks != "").tolist():
        texts[row] = "; ".join(filter(None, (texts[row], str(asks[row]))))
    return pd.Series(texts, index=sized.index, dtype=object)
