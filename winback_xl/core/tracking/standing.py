"""Where an account stands, in the few words that Today counts by, and what it brought beyond what comes by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from winback_xl.core.tracking.due import idle
from winback_xl.core.tracking.progress import LISTENED, ROAD

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from winback_xl.core.tracking.campaign_rows import CampaignRows

STEPS = (
    "To decide",
    "To listen",
    "To put right",
    "To agree",
    "To deliver",
    "To confirm",
    "To ask again",
    "Won",
)
"""What is next, in the order of the work; the place of a word, from 1, is its number."""

DECIDE, ASK, WON, CONFIRMED = 1, 7, 8, 9

OF_STAGE = (2, 2, 3, 3, 3, 3, 4, 5, 6, 7, 7, 7, 0, 2, 0, 0)
"""Number of the step at each stage of the list Stage, once somebody decided; 0: nobody works on it."""

SHOW_OWNER, EVERYONE = "show_owner", "Everyone"
"""Name of the cell on Today that says whose accounts it shows, and its word for all of them."""

MONEY_DAYS = ("won_date", "delivered_on", "last_contact")
"""The first of these days that a row has is the one from which its money counts."""


def pursued(rows: CampaignRows) -> NDArray[np.bool_]:
    """Return which accounts are worked on: a person said Yes, or nobody decided and the plan has a wave for it."""
    decided = rows.is_("want_back", "No", "Later")
    return rows.is_("want_back", "Yes") | (~decided & (rows.filled_number("wave") > 0))


def shown(rows: CampaignRows) -> NDArray[np.float64]:
    """Return 1 for every row: a new workbook shows everyone."""
    return np.ones(len(rows))


def contacted(rows: CampaignRows) -> NDArray[np.float64]:
    """Return 1 where we spoke with an account that is worked on, 0 where not yet, NaN where nobody works on it."""
    reached = rows.filled_number("reached")
    heard = (reached >= LISTENED) & (reached <= ROAD)
    heard |= rows.is_("stage", "Warm-lost") | rows.is_("listened", "Yes")
    out = pursued(rows) & ~rows.failed("want_back", "wave", "stage", "listened")
    return np.where(out, heard.astype(float), np.nan)


def step(rows: CampaignRows) -> NDArray[np.float64]:
    """Return the number of the step, `WON` or `CONFIRMED` for a win, 0 where nobody works on the account now."""
    reached = rows.filled_number("reached").astype(int)
    found = np.array((0, *OF_STAGE))[reached]
    found = np.where((reached == 1) & ~rows.is_("want_back", "Yes"), DECIDE, found)
    found = np.where(np.isnan(rows.number("contacted")) | idle(rows), 0, found)
    won = np.where(np.isnan(rows.number("customer_confirmed")), WON, CONFIRMED)
    found = np.where(rows.is_("outcome", "Won"), won, found)
    return np.where(rows.failed("outcome"), 0, found).astype(float)


def added(rows: CampaignRows) -> NDArray[np.float64]:
    """Return net recovered less the part of a win that would have come by itself, NaN before there is any."""
    gained = rows.filled_number("won_revenue") * rows.settings.margin * rows.filled_number("anyway")
    return rows.number("net_recovered") - np.where(rows.confirmed_win, gained, 0.0)


def money_on(rows: CampaignRows) -> NDArray[np.datetime64]:
    """Return the day from which the money of a row counts, NaT before there is any; at the latest today."""
    day = np.full(len(rows), rows.as_of)
    for name in reversed(MONEY_DAYS):
        day = np.where(np.isnan(rows.number(name)), day, rows.date(name))
    day = np.minimum(day, rows.as_of)
    return np.where(np.isnan(rows.number("net_recovered")), np.datetime64("NaT", "D"), day)
