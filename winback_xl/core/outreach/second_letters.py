"""What happened since the letter that said what changed: whether there is a second letter to write, and about what."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from winback_xl.core.tracking import cell_values, talk_log
from winback_xl.core.wording import in_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

_NEWS = ("last_talk", "thank_you_call", "approved_on", "delivered_on", "customer_confirmed")
"""Days of the campaign that a second letter can be about."""


class Talk(NamedTuple):
    """The latest talk since the letter, as the log has it; "" for what it does not say, and for no talk.

    Days are in words; ``promised_by`` is "" once it is over.
    """

    day: str = ""
    said: str = ""
    promised: str = ""
    promised_by: str = ""
    kept: bool = False


def written_on(campaign: pd.DataFrame) -> pd.Series:
    """Return the day of the letter that said what changed, NaT where none was sent."""
    return cell_values.days(campaign["plan_emailed"])


def news(campaign: pd.DataFrame) -> NDArray[np.bool_]:
    """Return where a letter was sent and something happened later than that day: a talk, a call, an approval, a delivery.

    Parameters
    ----------
    campaign : DataFrame
        Rows of the campaign, formula columns as they stand.
    """
    sent = written_on(campaign)
    found = np.zeros(len(campaign), bool)
    for name in _NEWS:
        found |= (cell_values.days(campaign[name]) > sent).to_numpy(bool)
    return found


def latest_talks(campaign: pd.DataFrame, talks: pd.DataFrame, today: pd.Timestamp) -> Mapping[str, Talk]:
    """Return the latest talk of each account that is later than its letter.

    Parameters
    ----------
    campaign : DataFrame
        ``customer_id`` and ``plan_emailed``.
    talks : DataFrame
        The log; columns `winback_xl.core.tracking.talk_log.COLUMNS`.
    today : Timestamp
        Which promises are still to come.
    """
    sent = dict(zip(campaign["customer_id"], written_on(campaign), strict=True))
    dated = talk_log.newest_first(talks[talk_log.dated(talks)]) if len(talks) else talks
    found: dict[str, Talk] = {}
    days, by = (cell_values.days(dated[name]).tolist() for name in ("talk_date", "promised_by"))
    texts = [_texts(dated[name].tolist()) for name in ("said", "promised", "kept")]
    for one, day, until, said, promised, kept in zip(
        dated["customer_id"].tolist(), days, by, *texts, strict=True
    ):
        if one not in found and day > sent.get(one, pd.NaT):
            ahead = in_words(until) if until >= today else ""
            found[one] = Talk(in_words(day), said, promised, ahead, kept.casefold() == "yes")
    return found


def _texts(values: Sequence[object]) -> list[str]:
    return ["" if value is None or value != value else str(value).strip() for value in values]  # noqa: PLR0124
