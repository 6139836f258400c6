"""The form of a make-good: like for like, and what a form costs us."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from winback_xl.core.arguments import choice, words_out

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import ArrayLike, NDArray

FORM_OF_FAILURE: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "Late delivery": ("credit", "Lost time cannot be given back: a credit puts the deal right and brings the next order."),
        "Wrong or damaged goods": ("in-kind", "Faulty goods are best replaced."),
        "Service failure": ("in-kind", "A failed service is best repeated, properly."),
        "Downtime": ("cash", "Downtime cost them money: money for a money failure."),
        "Billing error": ("cash", "Money was taken wrongly: money for a money failure."),
        "Price": ("discount", "The price was the problem: give the money back through the price."),
        "Sales practice": ("apology", "Trust was hurt: an apology in person, and money only for money lost."),
        "Support": ("apology", "They missed attention: give them attention, and money only for money lost."),
        "Personality conflict": ("apology", "The problem is personal: an apology in person, and money only for money lost."),
        "Customer-side change": ("apology", "We made no mistake: a personal gesture keeps the door open."),
        "Other": ("credit", "Where no form matches the failure, credit for a later order works better than cash."),
    }
)  # fmt: skip
"""Form of the make-good for each failure type, and why: like for like (Roschk & Gelbrich 2014).

Where nothing matches, store credit beats cash (Mix & Match, Journal of Service Research 2020; Via's three field
experiments, Management Science 68)."""

_FAILURES = MappingProxyType({kind: at for at, kind in enumerate(FORM_OF_FAILURE)})
_FORMS = tuple(form for form, _ in FORM_OF_FAILURE.values())
_CODES = MappingProxyType({"cash": 0, "discount": 1, "credit": 2, "in-kind": 3, "inkind": 3, "apology": 4})
# Credit and goods cost us what they cost to make, not their face value. An apology needs no money of its own:
# where money was lost next to the hurt, that money is made good in cash, else the token is all there is.
_AT_COST = np.array([False, False, True, True, False])
AFTER_AMOUNT = MappingProxyType(
    {"cash": "in cash", "discount": "as a discount", "credit": "as a credit", "in-kind": "in kind"}
)
"""How a form reads after its amount: EUR 300 as a credit."""


def after_amount(form: str) -> str:
    """Return how a form reads after its amount, in cash where none is named.

    >>> after_amount("in-kind"), after_amount("")
    ('in kind', 'in cash')
    """
    return AFTER_AMOUNT.get(form, AFTER_AMOUNT["cash"])


_LEAST_COST = 0.01  # goods given away are never quite free, and a ceiling needs a cost to divide by


def form_for(failure_type: ArrayLike) -> Any:
    """Return the form of make-good that fits a failure.

    Money for a money failure, an exchange for flawed goods, the service done again for a failed service, an
    apology in person for a lack of attention, and credit for what matches nothing.

    Parameters
    ----------
    failure_type : array_like of str
        Words of the list Failure type, in any case; blank is Other.

    Returns
    -------
    str or ndarray of object
        Words of the list Form: single values in, single values out.

    Raises
    ------
    UsageError
        A failure type is not on the list; the nearest one is named.

    References
    ----------
    Roschk & Gelbrich (2014), Journal of Service Research 17(2).

    Examples
    --------
    >>> form_for("Billing error"), form_for("wrong or damaged goods"), form_for("Support"), form_for("Other")
    ('cash', 'in-kind', 'apology', 'credit')
    """
    return words_out(_FORMS, choice("failure type", failure_type, _FAILURES, blank="Other"))


def codes(form: ArrayLike) -> NDArray[np.intp]:
    """Return the code of each form; blank is cash."""
    return choice("form", form, _CODES, blank="cash")


def cost_factor(code: NDArray[np.intp], margin: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return what one unit of face value costs us: 1, or 1 - margin for credit and in-kind."""
    return np.asarray(np.where(_AT_COST[code], np.maximum(1 - margin, _LEAST_COST), 1.0))
