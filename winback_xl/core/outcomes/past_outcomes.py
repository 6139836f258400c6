"""How closed accounts ended: what was advised, whether somebody tried, what was agreed, and who came back."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from winback_xl.core.make_good import own_gain, win_odds
from winback_xl.core.orders.day_numbers import days as day_numbers
from winback_xl.core.returns import own_effect, past_states, return_rate
from winback_xl.core.tracking import cell_values, talk_counts
from winback_xl.core.tracking.account_state import LEFT_ALONE_ARM
from winback_xl.errors import NotEnoughError
from winback_xl.schema.columns import LISTS, OUTCOMES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from winback_xl.core.orders.ledger import Ledger
    from winback_xl.core.returns.own_effect import OwnEffect
    from winback_xl.core.returns.past_states import States
    from winback_xl.core.returns.return_rate import ReturnRates
    from winback_xl.settings import Settings

KINDS = MappingProxyType(
    {"base": float, "gain": float, "worked": bool, "back": bool, "share": float, "money": float}
)
COLUMNS = ("customer_id", *KINDS)
_LOST = ("Lost", "Warm-lost")
_YES_NO = {"yes": True, "no": False, "Yes": True, "No": False, True: True, False: False}
_REMEMBERED = (
    20_000  # outcomes that a workbook keeps: more would not move the advice, but make the file large
)
_MOST_DAYS = 60  # different days of contact that are looked at, the latest ones


def of_campaign(
    campaign: pd.DataFrame,
    make_goods: pd.DataFrame | None = None,
    *,
    until: pd.Timestamp | None,
    settings: Settings,
) -> pd.DataFrame:
    """Return the closed accounts of a campaign.

    Parameters
    ----------
    campaign : DataFrame
        Columns of `winback_xl.schema.columns.CAMPAIGN_ROWS`.
    make_goods : DataFrame, optional
        ``customer_id`` and ``attributable``: our part of the loss; without it the loss in the campaign counts.
    until : Timestamp or None
        The last day with orders on file.
    settings : Settings
        ``return_days``: an account without an outcome is closed once it was followed for so long.

    Returns
    -------
    DataFrame
        One row a closed account: ``customer_id``, ``base`` and ``gain`` as they were advised when it was listed,
        ``worked`` (somebody tried), ``back``, ``share`` (agreed over our part of the loss) and ``money`` (agreed where
        there was no loss); NaN where nothing was agreed.

    Notes
    -----
    Typed outcomes close an account: Won means back, Lost and Warm-lost not, Let go not where somebody tried. Else the
    ledger says so at the end of the horizon. Who was neither tried nor drawn to be left alone teaches nothing: somebody
    passed them over for a reason.
    """
    needed = ("outcome", "arm", "listed_on", "ordered_again", "rate_listed", "gain_listed", "agreed_amount")
    rows = cell_values.understood(campaign.reindex(columns=[*dict.fromkeys((*campaign.columns, *needed))]))
    outcome = rows["outcome"].fillna("").astype(str).to_numpy(dtype=object)
    worked = tried(rows)
    alone = (rows["arm"].fillna("") == LEFT_ALONE_ARM).to_numpy(bool) & ~worked
    listed = cell_values.days(rows["listed_on"])
    after = (cell_values.days(rows["ordered_again"]) - listed).dt.days.to_numpy(float)
    came = np.nan_to_num(after, nan=np.inf) <= settings.return_days
    over = np.zeros(len(rows), bool)
    if until is not None:
        over = ((until - listed).dt.days >= settings.return_days).to_numpy(bool)
    said_won = worked & (outcome == "Won")
    said_lost = worked & np.isin(outcome, (*_LOST, "Let go")) & ~(over & came)
    closed = said_won | said_lost | (over & (worked | alone))
    base = cell_values.numbers(rows["rate_listed"]).to_numpy()
    keep = closed & ~np.isnan(base)
    ours = _our_part(rows, make_goods)
    agreed = rows["agreed_amount"].to_numpy(np.float64)
    found = pd.DataFrame(
        {
            "customer_id": rows["customer_id"].to_numpy(dtype=object),
            "base": base,
            "gain": np.nan_to_num(cell_values.numbers(rows["gain_listed"]).to_numpy()),
            "worked": worked,
            "back": said_won | (came & ~said_lost),
            **_amounts(agreed, ours),
        }
    )
    kept: pd.DataFrame = found[keep].reset_index(drop=True)
    return kept


def of_table(table: pd.DataFrame, ledger: Ledger, settings: Settings) -> pd.DataFrame:
    """Return the closed accounts of a table of earlier contacts, as `of_campaign` does.

    Parameters
    ----------
    table : DataFrame
        Columns of `winback_xl.schema.columns.OUTCOMES`; ``customer_id`` and ``date`` are needed.
    ledger : Ledger
        Who was silent on the day, and who ordered in the ``settings.return_days`` after.
    settings : Settings

    Notes
    -----
    Only customers who were Lapsed or Cold on the day say something of winning back. The latest 60 days of contact are
    looked at.
    """
    rows = table.reindex(columns=[*dict.fromkeys((*table.columns, *(c.name for c in OUTCOMES.columns)))])
    customer = np.asarray(ledger.ids.get_indexer(pd.Index(rows["customer_id"])), dtype=np.int64)
    day = day_numbers(rows["date"])
    known = (customer >= 0) & (day >= 0) & (day <= ledger.as_of)
    rows, customer, day = rows[known], customer[known], day[known]
    days, learned = ledger.order_days, return_rate.learn(ledger, settings)
    parts = [
        _on_day(rows[day == one], customer[day == one], past_states.on(days, one, settings), learned)
        for one in np.unique(day).tolist()[-_MOST_DAYS:]
    ]
    until = ledger.as_of - settings.return_days
    found = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=[*COLUMNS, "day", "said"])
    closed = found["said"].astype(bool) | (found["day"] <= until)
    kept: pd.DataFrame = found.loc[closed, list(COLUMNS)].reset_index(drop=True)
    return kept


def _on_day(
    rows: pd.DataFrame, customer: NDArray[np.int64], states: States, learned: ReturnRates
) -> pd.DataFrame:
    """Return the contacts of one day whose customers were silent then."""
    settings = learned.settings
    at = np.full(int(max(states.customer.max(initial=-1), customer.max(initial=-1))) + 1, -1)
    at[states.customer] = np.arange(len(states))
    place = at[customer]
    gone = place >= 0
    gone[gone] = np.isin(states.status[place[gone]], past_states.SILENT)
    rows, then = rows[gone], states.where(place[gone])
    base = learned.of(then, settings.return_days)
    level = np.where(then.habitual, LISTS["Level"][1], LISTS["Level"][0])
    silence = own_gain.silence(then.ratio, base, settings)
    authors = win_odds.win(then.status, level, silence, "specific", settings)
    most = learned.most_with_effort(then, settings.return_days)
    _, gain = own_gain.odds(
        np.atleast_1d(authors[0]), np.atleast_1d(authors[1]), base, reach=win_odds.reach(settings), most=most
    )
    said = rows["came_back"].map(_YES_NO)
    ours, agreed = (pd.to_numeric(rows[name]).to_numpy(np.float64) for name in ("our_part", "agreed_amount"))
    return pd.DataFrame(
        {
            "customer_id": rows["customer_id"].to_numpy(dtype=object),
            "base": base,
            "gain": gain,
            "worked": rows["worked"].map(_YES_NO).fillna(value=True).astype(bool).to_numpy(),
            "back": np.where(said.notna(), said == True, then.within(settings.return_days)),  # noqa: E712 - blanks are no
            **_amounts(agreed, ours),
            "day": then.day,
            "said": said.notna().to_numpy(),
        }
    )


def _amounts(agreed: NDArray[np.float64], ours: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
    """Return the amount over our part of the loss, or as money where there was no loss; NaN where nothing was agreed."""
    given, loss = agreed > 0, ours > 0
    share = np.divide(agreed, ours, out=np.full(len(agreed), np.nan), where=given & loss)
    return {"share": share, "money": np.where(given & ~loss, agreed, np.nan)}


def _our_part(rows: pd.DataFrame, make_goods: pd.DataFrame | None) -> NDArray[np.float64]:
    """Return our part of the loss of each account; where only the whole loss is known, that."""
    whole = pd.to_numeric(rows.reindex(columns=["loss"])["loss"], errors="coerce")
    if make_goods is not None and "attributable" in make_goods:
        known = make_goods.drop_duplicates("customer_id").set_index("customer_id")["attributable"]
        whole = pd.to_numeric(rows["customer_id"].map(known), errors="coerce").fillna(whole)
    return whole.fillna(0).to_numpy(np.float64)


def tried(accounts: pd.DataFrame) -> NDArray[np.bool_]:
    """Return which accounts somebody talked to or tried to."""
    tracker = talk_counts.followed(accounts).reindex(columns=["attempts", "last_contact", "listened"])
    tries = tracker["attempts"] > 0
    found = tries | tracker["last_contact"].notna() | (tracker["listened"] == "Yes")
    return found.to_numpy(bool)


def together(*parts: pd.DataFrame | None) -> pd.DataFrame | None:
    """Return the outcomes of several campaigns in one table; None without any."""
    there = [part[list(KINDS)] for part in parts if part is not None and len(part)]
    return pd.concat(there, ignore_index=True) if there else None


def remembered(outcomes: pd.DataFrame | None) -> pd.DataFrame:
    """Return what a workbook keeps of the outcomes of earlier campaigns: the latest ones, and nobody's name."""
    if outcomes is None or not len(outcomes):
        return pd.DataFrame()
    kept: pd.DataFrame = outcomes.loc[:, list(KINDS)].tail(_REMEMBERED)
    exact = dict.fromkeys(("base", "gain", "share"), 4) | {"money": 2}
    return kept.astype(KINDS).round(exact).reset_index(drop=True)


def effect_of(outcomes: pd.DataFrame | None, settings: Settings) -> OwnEffect | None:
    """Return what the outcomes say of the advice, or None while they are too few."""
    if outcomes is None or not len(outcomes):
        return None
    share, money = (outcomes[name].to_numpy(np.float64, na_value=np.nan) for name in ("share", "money"))
    base, gain = (outcomes[name].to_numpy(np.float64) for name in ("base", "gain"))
    worked, back = (outcomes[name].to_numpy(bool) for name in ("worked", "back"))
    advised = gain * own_gain.answer(share, settings)  # so much the response curve had this amount bring
    try:
        return own_effect.fit(base, advised, worked, back, share, money, settings.own_outcomes)
    except NotEnoughError:
        return None
