"""Compare an offer with the loss, and explain each flag of a make-good."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from winback_xl.core.arguments import choice, number, together, words_out

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import ArrayLike, NDArray

    from winback_xl.settings import Settings

FLAG_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "IN_BAND": "In proportion to the loss.",
        "CAPPED_BY_VALUE": "The fair amount is more than winning them back is worth to us: enter a strategic value, or close on good terms.",
        "EXCEEDS_VALUE": "Even the least that works is more than winning them back is worth to us: enter a strategic value, or close on good terms.",
        "RECOVERY_FAILED": "An earlier make-good was not fair to them: the manager takes it over, and shows the change before any money.",
        "NO_MONEY_LOSS": "No money loss of our making is left: a token, and an apology for what went wrong.",
        "SMALL_HARM": "A small loss: a token may do, and proportion is not judged.",
        "DISPROPORTIONATE": "So little against the loss that it is an insult.",
        "TOKEN_ONLY": "Against the loss this is a token, not a make-good.",
        "BELOW_EFFECTIVE_BAND": "Less than the least that works.",
        "OVER_150%": "More than the most that helps: beyond it satisfaction falls again.",
        "UNKNOWN_WORTH": "The loss or the worth of the customer is unknown, so no amount is proposed.",
        "ASKS_LESS": "They ask for less than this offer: what they ask for may be all it takes.",
        "ASKS_MORE": "They ask for more than this offer: find the middle, within what winning them back is worth.",
        "COUNSEL": "Words of law, safety or injury in the report: stop, and ask Counsel before anything is offered.",
    }
)
"""What each code in the flags means. COUNSEL is followed by the words found, in brackets."""

FLAG_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "IN_BAND": "In proportion",
        "CAPPED_BY_VALUE": "Limited by their worth",
        "EXCEEDS_VALUE": "More than their worth",
        "RECOVERY_FAILED": "Earlier make-good not fair",
        "NO_MONEY_LOSS": "No money loss",
        "SMALL_HARM": "Small loss",
        "DISPROPORTIONATE": "So little that it insults",
        "TOKEN_ONLY": "A token only",
        "BELOW_EFFECTIVE_BAND": "Too little to work",
        "OVER_150%": "Too much",
        "UNKNOWN_WORTH": "Worth unknown",
        "ASKS_LESS": "They ask for less",
        "ASKS_MORE": "They ask for more",
        "COUNSEL": "Counsel decides",
    }
)
"""What people read in the Flags columns for each code; COUNSEL is followed by the words found, in brackets."""


def named(flags: str) -> str:
    """Return the codes of one row as people read them.

    >>> named("COUNSEL (lawyer); IN_BAND"), named("")
    ('Counsel decides (lawyer); In proportion', '')
    """
    said = []
    for flag in flags.split("; "):
        code, bracket, words = flag.partition(" (")
        said.append(f"{FLAG_NAMES.get(code, code)}{bracket}{words}")
    return "; ".join(said)


HANDLING: Mapping[str, int] = MappingProxyType({"rejected": 0, "accepted": 1})
PROPORTIONS = (
    "NO_MONEY_LOSS", "SMALL_HARM", "DISPROPORTIONATE", "TOKEN_ONLY", "BELOW_EFFECTIVE_BAND", "OVER_150%", "IN_BAND", "",
)  # fmt: skip
CEILINGS = ("", "CAPPED_BY_VALUE", "EXCEEDS_VALUE")
NOT_JUDGED = len(PROPORTIONS) - 1
_CLOSE = 1e-9  # 0.6 x 28.5 over 28.5 is not exactly 0.6 in floats, but is in the band


def proportion(offer: ArrayLike, loss: ArrayLike, handling: ArrayLike, settings: Settings) -> Any:
    """Return how an offer stands to the loss that we caused, as a code of `FLAG_WORDS`.

    Parameters
    ----------
    offer, loss : array_like of float
        Account currency, >= 0. Broadcast.
    handling : array_like of str
        "rejected" (blank too) or "accepted"; decides the least share that works.
    settings : Settings
        The shares, and the small harm below which proportion is not judged.

    Returns
    -------
    str or ndarray of object
        NO_MONEY_LOSS, SMALL_HARM, DISPROPORTIONATE, TOKEN_ONLY, BELOW_EFFECTIVE_BAND, IN_BAND or OVER_150%; empty
        where a number is unknown.

    Raises
    ------
    OutOfRangeError
        An amount is negative.
    UsageError
        The handling is unknown, or lengths differ.

    References
    ----------
    Article 000 (15 for a loss of 30,000). Band: Gelbrich et al. (2015). Over 150%: Haesevoets et al. (2017).

    Examples
    --------
    >>> from winback_xl.settings import Settings
    >>> proportion([15, 30_000, 60_000], 30_000, "rejected", Settings()).tolist()
    ['DISPROPORTIONATE', 'IN_BAND', 'OVER_150%']
    """
    rows = together(
        offer=number("offer", offer, low=0),
        loss=number("loss", loss, low=0),
        handling=choice("handling", handling, HANDLING, blank="rejected"),
    )
    accepted = rows["handling"] == HANDLING["accepted"]
    return words_out(PROPORTIONS, codes(rows["offer"], rows["loss"], accepted, settings))


def codes(
    offer: NDArray[np.float64], loss: NDArray[np.float64], accepted: NDArray[np.bool_], settings: Settings
) -> NDArray[np.intp]:
    """Return the place in `PROPORTIONS` of each offer."""
    least = np.where(accepted, settings.accepted_low, settings.rejected_low)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):  # next to no loss is sorted out first
        share = offer / loss
    tests = (
        np.isnan(offer) | np.isnan(loss),
        loss <= 0,
        loss <= settings.small_harm,
        share < settings.disproportionate_share - _CLOSE,
        share < settings.token_only_share - _CLOSE,
        share < least - _CLOSE,
        share > settings.overcompensation + _CLOSE,
    )
    found = (NOT_JUDGED, 0, 1, 2, 3, 4, 5)
    return np.asarray(np.select(tests, found, default=PROPORTIONS.index("IN_BAND")))


_FLAG_TEXTS = np.asarray(
    [[("; ".join(filter(None, pair))) for pair in ((c, p) for p in PROPORTIONS)] for c in CEILINGS],
    dtype=object,
)


def flags(
    ceiling: NDArray[np.intp],
    proportions: NDArray[np.intp],
    unknown: NDArray[np.bool_],
    counsel: NDArray[np.object_],
    recovery_failed: NDArray[np.bool_],
) -> NDArray[np.object_]:
    """Return the codes of each row as one text, joined by "; "; the words that need counsel stand first."""
    texts = np.where(unknown, "UNKNOWN_WORTH", _FLAG_TEXTS[ceiling, proportions])
    for row in np.flatnonzero(recovery_failed):
        texts[row] = "; ".join(filter(None, (str(texts[row]), "RECOVERY_FAILED")))
    for row in np.flatnonzero(counsel != ""):
        texts[row] = f"COUNSEL ({counsel[row]}); {texts[row]}"
    return np.asarray(texts, dtype=object)
