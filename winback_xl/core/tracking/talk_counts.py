"""What follows from the talk log for each account: the last talk, the attempts since the last pause, whether they were heard.

The formulas of the workbook look at the first `WINDOW` rows of the log, which costs a tenth of a second for ten
thousand accounts; what is older is added up here, at every refresh, into the columns `OLDER`. Both together are the
whole log as long as nobody sorts it; the sheet Checks tells when somebody did.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from winback_xl.core.tracking import cell_values, talk_log

if TYPE_CHECKING:
    from numpy.typing import NDArray

WINDOW = 500
"""First rows of the log that formulas look at."""

EMPTY_ROWS = 6
"""Rows on top that wait for the next talks."""

OLDER = ("older_talk", "older_talks", "older_heard")
"""Day of the last older talk, how many of them are after the last pause, and how many of them listened."""

FROM_LOG = ("account_no", *OLDER)
"""What a row of the campaign keeps of the log and of the list of accounts."""

RECENT = ("recent_talks", "recent_talk", "recent_tries", "recent_heard")
"""The same of the first rows: how many, the day of the last, how many after the last pause, and how many listened."""


def with_talks(
    campaign: pd.DataFrame, talks: pd.DataFrame, cards: pd.DataFrame, *, in_place: bool = False
) -> pd.DataFrame:
    """Return a campaign with what its log says of each account.

    Parameters
    ----------
    campaign : DataFrame
        Columns ``customer_id`` and ``rest_until``.
    talks : DataFrame
        The log, in the order of the sheet.
    cards : DataFrame
        ``customer_id`` in the order of the list of accounts.
    in_place : bool
        Whether the empty rows of the sheet are among ``talks``.

    Returns
    -------
    DataFrame
        With ``account_no`` and the columns `OLDER` and `RECENT`; days are serial numbers of Excel in `RECENT`.
    """
    first = WINDOW if in_place else WINDOW - EMPTY_ROWS
    rows = talks.assign(_day=cell_values.numbers(talks["talk_date"]), _recent=np.arange(len(talks)) < first)
    ids, listed = campaign["customer_id"], cards["customer_id"].tolist()
    if len(rows):
        rows = rows[talk_log.dated(rows) & rows["customer_id"].isin(set(listed))]
    pauses = pd.Series(dtype="float64")
    if len(rows):
        pause = cell_values.numbers(campaign["rest_until"]).fillna(0.0) if "rest_until" in campaign else 0.0
        pauses = pd.Series(np.floor(pause), index=campaign.index).groupby(campaign["customer_id"]).first()
    rows = rows.assign(
        _after=rows["_day"] > rows["customer_id"].map(pauses).fillna(0.0).astype("float64"),
        _heard=rows["listened"].map(lambda text: str(text).casefold() == "yes"),
    )
    place = {one: float(at) for at, one in enumerate(listed, start=1)}
    made: dict[str, Any] = {"account_no": [place.get(one, 0.0) for one in ids.tolist()] if place else 0.0}
    for prefix, part in (("older", rows[~rows["_recent"]]), ("recent", rows[rows["_recent"]])):
        by_account = part.groupby("customer_id")
        last = _looked_up(ids, by_account["_day"].max()) if len(part) else pd.Series(np.nan, index=ids.index)
        counts = [
            _looked_up(ids, by_account[name].sum()).fillna(0.0)
            if len(part)
            else pd.Series(0.0, index=ids.index)
            for name in ("_after", "_heard")
        ]
        if prefix == "older":
            made |= {"older_talk": _days(last), "older_talks": counts[0], "older_heard": counts[1]}
        else:
            size = (
                _looked_up(ids, by_account.size()).fillna(0.0)
                if len(part)
                else pd.Series(0.0, index=ids.index)
            )
            made |= {
                "recent_talks": size,
                "recent_talk": last.fillna(0.0),
                "recent_tries": counts[0],
                "recent_heard": counts[1],
            }
    return campaign.assign(**made)


def _looked_up(ids: pd.Series, found: pd.Series) -> pd.Series:
    return ids.map(found).astype("float64")


def _days(serials: pd.Series) -> pd.Series:
    return pd.to_datetime(serials, unit="D", origin="1899-12-30").astype("datetime64[s]")


def latest_talk(campaign: pd.DataFrame) -> NDArray[np.float64]:
    """Return the day of `last_talk` as a serial number of Excel, 0 without any."""
    known = [_numbers(campaign, name) for name in ("last_contact", "older_talk", "recent_talk")]
    latest: NDArray[np.float64] = np.maximum(np.floor(np.max(known, axis=0)), 0.0)
    return latest


def last_talk(campaign: pd.DataFrame) -> NDArray[np.datetime64]:
    """Return the day of the last talk of each account: the typed one or the latest of the log, NaT without any."""
    latest = latest_talk(campaign)
    return np.where(latest > 0, _days(pd.Series(latest)).to_numpy("datetime64[D]"), np.datetime64("NaT", "D"))


def tries(campaign: pd.DataFrame) -> NDArray[np.float64]:
    """Return the attempts since the last pause: those typed, and the talks of the log after it."""
    pause = _numbers(campaign, "rest_until")
    older = np.where(pause >= _numbers(campaign, "older_talk"), 0.0, _numbers(campaign, "older_talks"))
    return np.asarray(_numbers(campaign, "attempts") + older + _numbers(campaign, "recent_tries"), np.float64)


def listened(campaign: pd.DataFrame) -> NDArray[np.object_]:
    """Return whether the customer has told their side: "Yes" by a talk of the log, else what was typed."""
    found = (_numbers(campaign, "older_heard") > 0) | (_numbers(campaign, "recent_heard") > 0)
    typed = campaign["listened"] if "listened" in campaign else pd.Series("", index=campaign.index)
    return np.where(found, "Yes", typed.astype(object).where(typed.notna(), "")).astype(object)


def followed(campaign: pd.DataFrame) -> pd.DataFrame:
    """Return a campaign in which last talk, attempts and listened say what was typed and what is in the log together.

    Parameters
    ----------
    campaign : DataFrame
        With the columns of `with_talks`, or without them where there is no log.
    """
    return campaign.assign(
        last_contact=last_talk(campaign), attempts=tries(campaign), listened=listened(campaign)
    )


def columns_of(campaign: pd.DataFrame, talked: pd.DataFrame) -> dict[str, NDArray[Any]]:
    """Return the formula columns that follow from the log; ``talked`` is `followed` of the campaign."""
    return {
        "recent_talks": _numbers(campaign, "recent_talks"),
        "latest_talk": latest_talk(campaign),
        "last_talk": talked["last_contact"].to_numpy(),
        "tries": talked["attempts"].to_numpy(),
        "heard": talked["listened"].to_numpy(object),
    }


def older_days(talks: pd.DataFrame, *, in_place: bool = False) -> float:
    """Return the sum of the days of the older talks, serial numbers: it changes when somebody sorts the log."""
    first = WINDOW if in_place else WINDOW - EMPTY_ROWS
    return float(cell_values.numbers(talks["talk_date"].iloc[first:]).fillna(0.0).sum())


def _numbers(campaign: pd.DataFrame, name: str) -> NDArray[np.float64]:
    if name not in campaign:
        return np.zeros(len(campaign))
    return cell_values.numbers(campaign[name]).fillna(0.0).to_numpy(np.float64)
