"""The arguments of a make-good inside their bounds, as columns of one length."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from winback_xl.core.arguments import choice, distinct, number, together, yes
from winback_xl.core.incidents.legal_words import words_in
from winback_xl.core.incidents.open_incidents import RECOVERIES
from winback_xl.core.lifetime_value import customer_value
from winback_xl.core.make_good import compensation as forms
from winback_xl.core.make_good import offer_flags as proportions
from winback_xl.core.money import round_money

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from winback_xl.settings import Settings


def clean(
    settings: Settings,
    *,
    loss: Any,
    annual_revenue: Any,
    odds_gain: Any,
    fault: Any = 1.0,
    paid: Any = 0.0,
    owed: Any = 0.0,
    handling: Any = "rejected",
    prior_failures: Any = 0,
    form: Any = "cash",
    margin: Any = None,
    strategic_value: Any = 0.0,
    offer: Any = None,
    what_happened: Any = "",
    reported: Any = True,
    future_margin: Any = None,
    recovery: Any = "none",
    effort: Any = 0.0,
    rep_limit: Any = None,
) -> dict[str, NDArray[Any]]:
    """Return the arguments inside their bounds, as columns of one length."""
    text, texts = distinct("report of what happened", what_happened)
    found = np.array(
        [*words_in([str(one) for one in texts]), ""], dtype=object
    )  # the last is for a blank, -1
    rows = together(
        loss=number("loss", loss, low=0),
        annual_revenue=number("annual revenue", annual_revenue, low=0),
        odds_gain=number("odds gained", odds_gain, low=0, high=1),
        fault=number("fault", fault, low=0, high=1, blank=1.0),
        paid=number("amount already paid", paid, low=0, blank=0.0),
        owed=round_money(number("amount owed", owed, low=0, blank=0.0), settings.currency),
        handling=choice("handling", handling, proportions.HANDLING, blank="rejected"),
        prior_failures=number("number of prior failures", prior_failures, low=0, blank=0.0),
        form=forms.codes(form),
        margin=number("margin", margin, low=-1, high=1, blank=settings.margin),
        strategic_value=number("strategic value", strategic_value, low=0, blank=0.0),
        offer=number("offer", offer, low=0),
        counsel=np.asarray(found[text]),
        reported=yes("whether it was reported", reported),
        future_margin=number("future margin", future_margin),
        recovery=choice("earlier recovery", recovery, RECOVERIES, blank="none"),
        effort=number("effort", effort, low=0, blank=0.0),
        rep_limit=number("the rep's limit", rep_limit, low=0),
    )
    rows = {name: np.atleast_1d(column) for name, column in rows.items()}
    modelled = customer_value.future_margin(rows["annual_revenue"], rows["margin"], settings)
    rows["future_margin"] = np.where(np.isnan(rows["future_margin"]), modelled, rows["future_margin"])
    return rows
