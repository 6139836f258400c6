"""What customers stopped buying: products of an optional column of the orders, by customer.

A product is gone when it has been missing for longer than the lapse limit of its own rhythm while the customer went on
ordering. Of customers who order nothing any more, it is what they bought in the year up to their last order.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from winback_xl.core.money import show
from winback_xl.core.orders.day_numbers import OWN_YEAR
from winback_xl.core.orders.order_days import OrderDays
from winback_xl.core.tally import tally

if TYPE_CHECKING:
    from collections.abc import Sequence

    from winback_xl.core.orders.ledger import Ledger
    from winback_xl.core.tally import Bools, Floats, Ints
    from winback_xl.settings import Settings

_NAMED, _IN_WHY = 3, 2  # products that a sentence has room for
_LONGEST = 40  # characters of a name
_BOUGHT = 2  # order days that make a product one of theirs: a text that never comes again is a remark
_NO_PRODUCT = re.compile(
    r"^(?:\w+ )?(?:postage|shipping|freight|carriage|delivery|handling|discount|rounding|deposit|adjustment|manual|surcharge|fees?|charges?|commission|samples?|tax|vat"
    r"|gift card|versand(?:kosten)?|fracht|rabatt|gebühr|frais de port|livraison|remise|envío|descuento|spedizione|sconto|verzend(?:kosten)?|korting)"
    r"(?: (?:costs?|charges?|fees?))?$"
)  # fmt: skip


class Stopped(NamedTuple):
    """What each account stopped buying, in one text each; "" where the orders do not show it.

    Parameters
    ----------
    full, short : list of str
        With amounts and days, and in a few words.
    """

    full: list[str]
    short: list[str]


class _Pairs(NamedTuple):
    """One row for each product of each account."""

    account: Ints
    name: np.ndarray
    last: Ints
    worth: Floats
    dropped: Bools
    theirs: Bools


def of_accounts(ledger: Ledger, ids: pd.Series, gone: Bools, *, currency: str, settings: Settings) -> Stopped:
    """Describe what accounts stopped buying.

    Parameters
    ----------
    ledger : Ledger
        The orders up to the day that "today" means, with their products where the file names them.
    ids : Series of str, shape (n_accounts,)
        Customers.
    gone : ndarray of bool, shape (n_accounts,)
        Who orders nothing any more.
    currency : str
        Of all amounts.
    settings : Settings
        The lapse limit.

    Returns
    -------
    Stopped
        Texts of length n_accounts. Amounts are those of the year up to the last order (of the customer, or of a product
        that is missing from later orders), less credits; left out where an order line of the account has no amount.
    """
    nothing = [""] * len(ids)
    found = ledger.products()
    if found is None or not len(ids):
        return Stopped(nothing, list(nothing))
    code = ledger.ids.get_indexer(pd.Index(ids))
    place = np.full(len(ledger.ids), -1)
    place[code[code >= 0]] = np.flatnonzero(code >= 0)
    pairs = _pairs(ledger, place, *_named(found[0].astype(np.int64), found[1], ledger.row), gone, settings)
    if pairs is None:
        return Stopped(nothing, list(nothing))
    full, short = list(nothing), list(nothing)
    chosen = pairs.theirs & (gone[pairs.account] | pairs.dropped)
    order = np.lexsort((pairs.name, -np.nan_to_num(pairs.worth), pairs.account))
    order = order[chosen[order]]
    ends = np.flatnonzero(np.append(np.diff(pairs.account[order]) != 0, [True] * bool(len(order)))) + 1
    for rows in np.split(order, ends[:-1]) if len(order) else []:
        at = int(pairs.account[rows[0]])
        full[at], short[at] = (_of_lost if gone[at] else _of_current)(pairs, rows, currency)
    return Stopped(full, short)


def _named(code: Ints, words: Sequence[str], row: Ints) -> tuple[Ints, np.ndarray]:
    """Return the product of each row, -1 for none, and the names: one for each way to write it, without what only looks like a product."""
    folded, first = np.unique(
        np.array([word.casefold() for word in words], dtype=object), return_inverse=True
    )
    names = np.empty(len(folded), dtype=object)
    names[first[::-1]] = np.array(words, dtype=object)[::-1]
    real = np.array([not _NO_PRODUCT.match(word) for word in folded], dtype=bool)
    number = np.append(np.where(real[first], first, -1), -1)
    return number[code[row]].astype(np.int64), names


def _pairs(
    ledger: Ledger, place: Ints, product: Ints, names: np.ndarray, gone: Bools, settings: Settings
) -> _Pairs | None:
    account = place[ledger.customer]
    used = np.flatnonzero((account >= 0) & (product >= 0) & (ledger.order | ledger.credit))
    key, pair = np.unique(account[used] * len(names) + product[used], return_inverse=True)
    whose, which = key // max(len(names), 1), key % max(len(names), 1)
    bought = ledger.order[used]
    days = OrderDays.of_pairs(pair[bought], ledger.day[used][bought], len(key))
    if not days.count.any():
        return None
    customer = np.zeros(len(gone), np.int64)
    customer[place[place >= 0]] = np.flatnonzero(place >= 0)
    end = ledger.order_days.last[customer[whose]]
    if settings.lapse_mode == "fixed":
        limit = np.full(len(key), float(settings.fixed_days))
    else:
        limit = np.maximum(settings.limit_multiple * days.gap_medians(), settings.limit_floor_days)
    with np.errstate(invalid="ignore"):
        dropped = (days.count >= settings.own_cadence_order_days) & (end - days.last > limit)
    until = np.where(gone[whose], end, days.last)
    value, inside = ledger.value[used], ledger.day[used] > (until - OWN_YEAR)[pair]
    worth = tally(pair, len(key), weights=np.where(inside, np.rint(np.nan_to_num(value) * 1e4), 0.0)) / 1e4
    unknown = tally(whose[pair[bought & np.isnan(value)]], len(gone)) > 0
    worth = np.where(unknown[whose] | (not ledger.has_values), np.nan, worth)
    recent = tally(pair[bought & inside], len(key)) > 0
    theirs = (days.count >= _BOUGHT) & recent & ~(worth <= 0)
    return _Pairs(whose, names[which], days.last, worth, dropped, theirs)


def _of_lost(pairs: _Pairs, rows: Ints, currency: str) -> tuple[str, str]:
    """Describe what a customer bought who orders nothing any more, and what they had stopped buying before."""
    said = [_with(pairs, at, currency) for at in rows[:_NAMED]]
    full = f"In their last year they bought {_and_more(said, len(rows))}."
    early = rows[pairs.dropped[rows]]
    if len(early):
        first = early[np.argmin(pairs.last[early])]
        full += f" The first to go was {_brief(pairs.name[first])}, last bought on {_day(pairs.last[first])}."
    return full, f"Bought {_and_more([_brief(pairs.name[at]) for at in rows[:_IN_WHY]], len(rows))}."


def _of_current(pairs: _Pairs, rows: Ints, currency: str) -> tuple[str, str]:
    """Describe what is missing from the orders of a customer who still buys."""
    said = [
        f"{_with(pairs, at, currency, ' in the year before')}, last bought on {_day(pairs.last[at])}"
        for at in rows[:_NAMED]
    ]
    more = len(rows) - len(said)
    tail = f"; and {more:,} more" if more > 0 else ""
    full = f"They still order, but no longer {'; '.join(said)}{tail}. Ask who supplies it now."
    return (
        full,
        f"No longer buys {_and_more([_brief(pairs.name[at]) for at in rows[:_IN_WHY]], len(rows), 'or')}.",
    )


def _with(pairs: _Pairs, at: int, currency: str, when: str = "") -> str:
    worth = float(pairs.worth[at])
    amount = "" if np.isnan(worth) else f" ({show(round(worth) or worth, currency)}{when})"
    return f"{_brief(pairs.name[at])}{amount}"


def _and_more(said: Sequence[str], of: int, word: str = "and") -> str:
    if of > len(said):
        return f"{', '.join(said)} and {of - len(said):,} more"
    return f"{', '.join(said[:-1])} {word} {said[-1]}" if len(said) > 1 else said[0]


def _brief(name: object) -> str:
    text = " ".join(str(name).split())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1].rstrip()}\u2026"


def _day(number: int) -> str:
    day = pd.Timestamp(np.datetime64(int(number), "D"))
    return f"{day.day} {day:%B %Y}"
