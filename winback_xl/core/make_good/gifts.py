"""Small things to give: which of the user's list a token pays for (article 004: small tokens go far)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from winback_xl.errors import SettingsError

if TYPE_CHECKING:
    from numpy.typing import NDArray

_PART = re.compile(r"(?P<name>.*?\S)\s+(?P<price>\d+(?:\.\d+)?)")


class Gift(NamedTuple):
    """One thing to give, and its price in the money of the campaign."""

    name: str
    price: float


def parse(text: str) -> tuple[Gift, ...]:
    """Return the gifts of the setting ``token_items``, the cheapest first.

    Parameters
    ----------
    text : str
        Names with a price behind each, parted by semicolons; "" is an empty list.

    Raises
    ------
    SettingsError
        A part has no name or no price.

    Examples
    --------
    >>> parse("Lunch for two 100; Branded hat 25.50")
    (Gift(name='Branded hat', price=25.5), Gift(name='Lunch for two', price=100.0))
    """
    found = []
    for part in filter(None, (piece.strip() for piece in text.split(";"))):
        read = _PART.fullmatch(part)
        if read is None:
            raise SettingsError(
                f"Setting 'token_items' holds '{part[:60]}', which has no name or no price.",
                "Write a name and a price for each, such as: Branded hat 25; Lunch for two 100.",
                code="setting-refused",
            )
        found.append(Gift(read["name"], float(read["price"])))
    return tuple(sorted(found, key=lambda gift: gift.price))


def fitting(amounts: NDArray[np.float64], text: str) -> list[str]:
    """Return for each token the dearest thing that it pays for, "" where it pays for none.

    Parameters
    ----------
    amounts : ndarray of float, shape (n,)
        Tokens in money; NaN pays for nothing.
    text : str
        The setting ``token_items``.

    Examples
    --------
    >>> fitting(np.array([20.0, 25.0, 99.0, np.nan]), "Branded hat 25; Lunch for two 100")
    ['', 'Branded hat', 'Branded hat', '']
    """
    gifts = parse(text)
    names = ["", *(gift.name for gift in gifts)]
    places = np.searchsorted([gift.price for gift in gifts], np.nan_to_num(amounts), side="right")
    return [names[place] for place in places.tolist()]
