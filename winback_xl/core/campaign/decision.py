"""Decide for each account: pursue, rest, reassign, send one e-mail, or let go."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from winback_xl.core.arguments import choice, number, together, words_out, yes
from winback_xl.core.money import show_all

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

    from winback_xl.settings import Settings

_WANT_BACK = MappingProxyType({"": 0, "Yes": 1, "No": 2, "Later": 3})


def decide(
    expected_value: ArrayLike,
    odds: ArrayLike,
    want_back: ArrayLike = "",
    rests: ArrayLike = 0,
    personal_conflict: ArrayLike = False,
    *,
    fair: ArrayLike = 0.0,
    ceiling: ArrayLike = 0.0,
    strategic_needed: ArrayLike = 0.0,
    net: ArrayLike = np.nan,
    fix_share: ArrayLike = 0.0,
    email_value: ArrayLike = 0.0,
    settings: Settings,
) -> tuple[Any, Any]:
    """Propose what to do about each customer, with the reason in words.

    The first rule that holds decides:

    1. not wanted back: Let go, on good terms;
    2. the expected value is not above zero: E-mail where one e-mail returns more than it costs, else Let go; handing
       over to another rep would not change that. Where a make-good is sized, the reason names what costs more than it
       returns (the make-good, their share of the fix, or the effort), and the choice;
    3. rested `settings.max_rests` times: Let go: more time will not pay off;
    4. wanted back later: Rest;
    5. a conflict between persons: Reassign;
    6. odds below `settings.min_odds`: Rest;
    7. else: Pursue.

    Parameters
    ----------
    expected_value : array_like of float
        Gained margin less our cost and the effort, account currency. Unknown (NaN): left out of the decision.
    odds : array_like of float
        Odds to win the customer back, 0 to 1. Unknown: left out of the decision.
    want_back : array_like of str
        Yes, No, Later, or blank while nobody has decided.
    rests : array_like of int
        How often the customer was left in peace already, >= 0.
    personal_conflict : array_like of bool
        Whether customer and rep do not get on; Yes and No will do.
    fair, ceiling, strategic_needed : array_like of float
        A fair make-good, the most that the worth carries, and the strategic value from which on the fair amount pays off,
        account currency; 0 where it pays off already.
    net : array_like of float
        What the recommended make-good returns less its cost, account currency; unknown (NaN): the reason does not name it.
    fix_share : array_like of float
        Their share of the cost of fixing the cause, account currency, >= 0.
    email_value : array_like of float
        What one e-mail returns less its cost, account currency; 0 where it does not pay off or may not be sent.
    settings : Settings
        `min_odds`, `max_rests`, `effort_cost`, `currency`.

    Returns
    -------
    decision, why : str or ndarray of object
        Words of the list Decision and one or two sentences each: single values in, single values out.

    Raises
    ------
    OutOfRangeError
        The odds are outside 0 to 1, or rests are negative.
    UsageError
        A word is unknown, an argument is not a number, or the lengths differ.

    References
    ----------
    Articles 001 and 003 (decide first whether you want the customer back; not "no matter what"), 002 (the opera
    is over; another salesperson, if the value is worth it).

    Examples
    --------
    >>> from winback_xl.settings import Settings
    >>> decide(4_000, 0.394, "Yes", settings=Settings())
    ('Pursue', 'Expected value 4,000, odds 39.4%: worth the effort.')
    """
    rows = together(
        expected_value=number("expected value", expected_value),
        odds=number("odds", odds, low=0.0, high=1.0),
        want_back=choice("answer to 'Want back?'", want_back, _WANT_BACK, blank=""),
        rests=number("number of rests", rests, low=0.0, blank=0.0),
        personal_conflict=yes("personal conflict", personal_conflict),
        fair=number("fair amount", fair, blank=0.0),
        ceiling=number("ceiling", ceiling, blank=0.0),
        strategic_needed=number("strategic value needed", strategic_needed, blank=0.0),
        net=number("net of the make-good", net),
        fix_share=number("share of the fix", fix_share, low=0.0, blank=0.0),
        email_value=number("value of an e-mail", email_value, blank=0.0),
    )
    single = rows["odds"].ndim == 0
    rows = {name: np.atleast_1d(column) for name, column in rows.items()}
    value, chance, want, rested = (rows[name] for name in ("expected_value", "odds", "want_back", "rests"))
    rules = (
        want == _WANT_BACK["No"],
        (value <= 0) & (rows["email_value"] > 0),
        value <= 0,
        rested >= settings.max_rests,
        want == _WANT_BACK["Later"],
        rows["personal_conflict"],
        chance < settings.min_odds,
    )
    rule = np.select(rules, range(len(rules)), default=len(rules))
    decision = words_out(_DECISION_OF_RULE, rule)
    why = np.empty(len(rule), dtype=object)
    why[:] = _reasons(
        rule,
        value=value,
        email=rows["email_value"],
        chance=chance,
        want=want,
        rested=rested,
        settings=settings,
    )
    for row in np.flatnonzero((rule == _NO_VALUE) & (rows["strategic_needed"] > 0)).tolist():
        asked = _ASKED if want[row] == _WANT_BACK["Yes"] else ""
        costs = _what_costs({name: float(rows[name][row]) for name in _COSTS}, settings)
        needed = show_all([rows["strategic_needed"][row]], settings.currency, whole_from=1000)[0]
        why[row] = f"{costs}{asked} {_CHOICE.format(needed)}"
    return (decision[0], why[0]) if single else (decision, why)


def email_value(rows: pd.DataFrame, settings: Settings) -> NDArray[np.float64]:
    """Return what one e-mail to each account returns less its cost: what is left where a call does not pay off.

    Parameters
    ----------
    rows : DataFrame
        ``future_margin`` (money), ``incidents`` ("" for none open), and ``email`` where the customer list has
        addresses.
    settings : Settings
        `email_gain`, `email_cost`, `email_cap`.

    Returns
    -------
    ndarray of float, shape (n,)
        Account currency, above 0 only for accounts that may get the e-mail: no complaint open (it is owed an answer by
        a person), an address on file where addresses are known, among the best up to the cap.

    References
    ----------
    Hillstrom 2008: 64,000 past buyers, an e-mail at random; orders within two weeks 1.07% against 0.57% without.
    """
    worth = settings.email_gain * rows["future_margin"].fillna(0).to_numpy(float) - settings.email_cost
    allowed = (rows["incidents"] == "").to_numpy(bool) & (worth > 0)
    if "email" in rows and (rows["email"] != "").any():
        allowed &= (rows["email"] != "").to_numpy(bool)
    worth = np.where(allowed, worth, 0.0)
    if settings.email_cap > 0:
        worth[np.argsort(-worth, kind="stable")[settings.email_cap :]] = 0.0
    return worth


def propose_email(rows: pd.DataFrame, value: NDArray[np.float64], settings: Settings) -> None:
    """Set worth, cost and offer of the accounts with the decision E-mail to those of the e-mail.

    Parameters
    ----------
    rows : DataFrame
        With ``decision``; ``expected_value``, ``our_cost``, ``token`` and ``rationale`` are changed in place.
    value : ndarray of float, shape (n,)
        As `email_value` gives it.
    settings : Settings
        `email_cost`.
    """
    mailed = (rows["decision"] == "E-mail").to_numpy(bool)
    rows["expected_value"] = np.where(mailed, value, rows["expected_value"])
    rows["our_cost"] = np.where(mailed, settings.email_cost, rows["our_cost"])
    rows["token"] = np.where(mailed, 0.0, rows["token"])
    rows["rationale"] = np.where(
        mailed, "One e-mail that asks, with no offer and no token.", rows["rationale"]
    )


_DECISION_OF_RULE = ("Let go", "E-mail", "Let go", "Let go", "Rest", "Reassign", "Rest", "Pursue")
_REASONS = (
    "You do not want this customer back: pay what we owe, apologise, and part on good terms.",
    "Expected value {value}: not worth a call, but one e-mail returns {email} more than it costs, if it raises the chance of an order by {gain} points (Settings, Gain of one e-mail). Answer everybody who replies.",
    "Expected value {value}: winning them back costs more than it returns.{asked} Close on good terms, or enter a strategic value.",
    "Paused {rests} times already: more time will not pay off. Keep the record, and find another prospect.",
    "You want this customer back later: no contact until then. Expected value {value}, odds {odds}.",
    "Customer and rep do not get on; expected value {value}: another rep is worth it. Odds {odds}.{ask}",
    "Odds {odds} are below {least}: pause, watch for a change, and try again later. Expected value {value}.",
    "Expected value {value}, odds {odds}: worth the effort.{ask}",
)
_NO_VALUE = 2  # place of the rule on the expected value
_COSTS = ("fair", "ceiling", "net", "fix_share")
_CHOICE = (
    "Choose: enter a strategic value of {} or more, or close on good terms: pay what we owe, and apologise."
)
_ASK = " Decide 'Want back?' before any offer."
_ASKED = " You answered Yes to 'Want back?', but the value does not cover the cost."


def _what_costs(row: Mapping[str, float], settings: Settings) -> str:
    """Name what makes winning one customer back cost more than it returns: the make-good, the fix or the effort."""
    names = (*_COSTS, "effort")
    amounts = (*(abs(row[name]) for name in _COSTS), settings.effort_cost)
    said = dict(zip(names, show_all(amounts, settings.currency, whole_from=1000), strict=True))
    if row["net"] > 0:
        fix = f"their share of fixing the cause is {said['fix_share']}, and " if row["fix_share"] > 0 else ""
        return (
            f"The offer alone would return {said['net']} more than it costs, but {fix}"
            f"the effort costs {said['effort']}."
        )
    if row["fair"] > row["ceiling"]:
        return f"A fair make-good of {said['fair']} costs more than the {said['ceiling']} that winning them back can carry."
    if row["net"] < 0:
        return f"A make-good costs {said['net']} more than it brings, and the effort costs {said['effort']}."
    return f"A fair make-good of {said['fair']} costs more than it brings."


def _reasons(
    rule: NDArray[np.intp],
    *,
    value: NDArray[np.float64],
    email: NDArray[np.float64],
    chance: NDArray[np.float64],
    want: NDArray[np.intp],
    rested: NDArray[np.float64],
    settings: Settings,
) -> list[str]:
    values = show_all(value, settings.currency, whole_from=1000)
    emails = show_all(email, settings.currency, whole_from=1000)
    least = f"{100 * settings.min_odds:.3g}%"
    return [
        _REASONS[at].format(
            value=money,
            email=one,
            gain=f"{100 * settings.email_gain:.3g}",
            odds="unknown" if odd != odd else f"{100 * odd:.3g}%",  # noqa: PLR0124 - NaN is the one number unequal to itself
            rests=f"{rests:g}",
            least=least,
            ask="" if wanted else _ASK,
            asked=_ASKED if wanted == _WANT_BACK["Yes"] else "",
        )
        for at, money, one, odd, wanted, rests in zip(
            rule.tolist(), values, emails, chance.tolist(), want.tolist(), rested.tolist(), strict=True
        )
    ]
