"""Sentences that explain how a make-good was calculated, with every number."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from winback_xl.core.make_good.approvers import CAN_APPROVE
from winback_xl.core.make_good.offer_flags import FLAG_WORDS, PROPORTIONS
from winback_xl.core.money import show_all

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from winback_xl.core.make_good.offer_amounts import Sized
    from winback_xl.settings import Settings

_MODELLED = 1_000.0  # from here on modelled figures are shown without cents, which no model can support
_SEVERAL = 2

_EFFORT_ALONE = (
    "The effort brings this, not the token: what a token adds where nothing went wrong has not been measured. It costs {}:"
    " net {}."
)
"""What is said of an offer that is a token only, to somebody with nothing to make good."""


def sentences(found: Sized, approvers: NDArray[np.object_], settings: Settings) -> list[str]:
    """Return for each row: our part of the loss, what to offer for it, and what it is worth to us.

    Parameters
    ----------
    found : Sized
        What `make_good` calculated.
    approvers : ndarray of object
        Who may decide, a word of the list Approver.
    settings : Settings
        The currency.
    """
    parts = (_loss(found, settings), _owed(found, settings), _offer(found), _asked(found, settings))
    worth = _worth(found, approvers, settings)
    return [" ".join(filter(None, row)) for row in zip(*parts, worth, strict=True)]


def _percent(shares: NDArray[np.float64]) -> list[str]:
    places, distinct = pd.factorize(shares, use_na_sentinel=False)
    texts = [f"{100 * share:.4g}" for share in distinct.tolist()]
    return [texts[place] for place in places.tolist()]


def _loss(found: Sized, settings: Settings) -> list[str]:
    """Explain how our part of the loss comes from the loss, the fault and what was paid."""
    rows = zip(
        show_all(found.attributable, settings.currency), show_all(found.loss), _percent(found.fault), show_all(found.paid),
        found.attributable.tolist(), found.loss.tolist(), found.fault.tolist(), found.paid.tolist(), found.owed.tolist(),
        found.reported.tolist(),
        strict=True,
    )  # fmt: skip
    texts = []
    for ours_text, loss_text, percent, paid_text, ours, loss, fault, paid, owed, reported in rows:
        if not reported:
            texts.append("No incident is recorded: ask what happened, and listen.")
            continue
        if loss == 0:
            texts.append(f"No money loss is recorded{' beyond what we owe' if owed else ''}.")
            continue
        ours_of = loss_text if fault == 1 else f"{percent}% of {loss_text}"
        basis = f"{ours_of}, less {paid_text} already paid" if paid else ours_of
        if ours > 0 and basis == loss_text:
            basis = "all of it"
        lead = (
            f"Our part of the loss is {ours_text}" if ours != 0 else "None of the loss is left to make good"
        )
        texts.append(f"{lead} ({basis}).")
    return texts


def _owed(found: Sized, settings: Settings) -> list[str]:
    texts = show_all(found.owed, settings.currency)
    return [
        f"{text} is owed: pay it first; it is not part of the offer." if owed else ""
        for text, owed in zip(texts, found.owed.tolist(), strict=True)
    ]


def _offer(found: Sized) -> list[str]:
    """State which shares of the loss apply, what they amount to, and where the worth to us limits them."""
    low, recommended, high = (show_all(offer) for offer in found.offers)
    rows = zip(
        _need(found), show_all(found.fair), low, recommended, high,
        show_all(found.token), show_all(found.room, whole_from=_MODELLED),
        found.ceiling.tolist(),
        found.token.tolist(), found.attributable.tolist(), found.unknown.tolist(),
        found.owed.tolist(), show_all(found.owed), found.offers[1].tolist(), found.reported.tolist(),
        found.fault.tolist(),
        strict=True,
    )  # fmt: skip
    texts = []
    for (
        need, fair, lows, offer, highs, token_text, room, ceiling, token, ours, unknown, owed, owed_text, best, reported, fault,
    ) in rows:  # fmt: skip
        span = f"recommended {offer}" if lows == highs else f"{lows} to {highs}. Recommended: {offer}"
        gesture = f"a token of {token_text}" if token else "no token"
        if unknown:
            text = ""
        elif ours == 0:
            sorry = ", and an apology for what went wrong" if reported and fault > 0 else ""
            text = f"{gesture[0].upper()}{gesture[1:]}{sorry}."
        elif ceiling:
            shown = f"what is shown beyond the {owed_text} owed" if owed else f"the {offer} shown"
            ends = f": {shown} is a limit, not an offer." if best > owed else "."
            text = (
                f"{need}: {fair} would be fair, but winning them back carries {room} at most, and that brings "
                f"less than it costs{ends}"
            )
        elif owed and best == owed:
            text = f"{need}: the {offer} owed covers that. Beyond it, {gesture}."
        elif best == 0:
            text = f"For such a small loss, {gesture} is enough."
        else:
            text = f"{need}: {span}, plus {gesture}."
        texts.append(text)
    return texts


def _need(found: Sized) -> list[str]:
    """State which shares of the loss apply: few distinct ones, so each is written once."""
    key = 2 * found.prior_failures + found.accepted
    _, first, places = np.unique(key, return_index=True, return_inverse=True)
    written = []
    for row in first.tolist():
        lead = "An accepted delivery" if found.accepted[row] else "A rejected delivery"
        prior = found.prior_failures[row]
        before = f" after {prior:g} earlier failure{'s' if prior >= _SEVERAL else ''}" if prior else ""
        low, high = 100 * found.shares[0, row], 100 * found.shares[2, row]
        written.append(f"{lead}{before} needs {low:.4g}-{high:.4g}% of it")
    return [written[place] for place in places.tolist()]


def _asked(found: Sized, settings: Settings) -> list[str]:
    """Judge the offer that was put in, if one was."""
    if np.isnan(found.offer).all():
        return [""] * len(found.offer)
    texts = []
    for offer, text, ratio, code in zip(
        found.offer.tolist(),
        show_all(found.offer, settings.currency),
        found.ratio.tolist(),
        found.proportion.tolist(),
        strict=True,
    ):
        words = FLAG_WORDS.get(PROPORTIONS[code], "")
        judged = ratio == ratio and words  # noqa: PLR0124 - NaN is the one number unequal to itself
        if offer != offer or not judged:  # noqa: PLR0124
            texts.append("")
        else:
            texts.append(f"The offer of {text} is {100 * ratio:.4g}% of our part. {words}")
    return texts


def _worth(found: Sized, approvers: NDArray[np.object_], settings: Settings) -> list[str]:
    """Describe what a full make-good would bring, what this one brings and costs, and who decides."""
    goodwill = np.where(
        found.cost_factor == 1, 0.0, found.offers[1] - found.owed
    )  # named only where it costs less
    brings = found.answers * found.worth
    rows = zip(
        show_all(found.worth, settings.currency, whole_from=_MODELLED), _percent(found.odds_gain),
        show_all(found.future_margin, whole_from=_MODELLED), show_all(found.strategic_value),
        show_all(found.our_cost), show_all(goodwill), _percent(found.cost_factor),
        found.strategic_value.tolist(), found.our_cost.tolist(), goodwill.tolist(),
        found.unknown.tolist(), approvers.tolist(), found.counsel.tolist(), found.token.tolist(),
        _percent(np.round(found.answers[1], 3)), show_all(brings[1], whole_from=_MODELLED),
        *(show_all(net, whole_from=_MODELLED) for net in found.nets), (found.offers[0] < found.offers[2]).tolist(),
        show_all(found.needed, settings.currency), found.needed.tolist(), found.recovery_failed.tolist(),
        show_all(found.effort, whole_from=_MODELLED), (found.nets[1] > 0).tolist(),
        (~found.reported & (found.attributable == 0)).tolist(),
        strict=True,
    )  # fmt: skip
    texts = []
    for (
        worth, points, margin, strategic_text, cost_text, given, percent, strategic, cost, goodwill_one, unknown, approver,
        counsel, token, answer, brought, net_low, net, net_high, spread, needed_text, needed, failed,
        effort, pays, nothing_wrong,
    ) in rows:  # fmt: skip
        stop = f"Stop: the report says {counsel}, so Counsel decides first."
        if unknown:
            parts = ["The value of winning them back is unknown, so no amount is proposed."]
        else:
            more = f", plus strategic value {strategic_text}" if strategic else ""
            beside = ", plus the token" if token else ""
            made = f" ({percent}% of {given}{beside})" if goodwill_one else ""
            ends = f" (net at the low end {net_low}, at the high end {net_high})" if spread else ""
            parts = [
                f"Winning them back gains {worth} (odds +{points} points x future margin {margin}{more}).",
                _EFFORT_ALONE.format(cost_text, net)
                if cost and nothing_wrong
                else f"This brings {answer}% of it, {brought}, for our cost of {cost_text}{made}: net {net}{ends}."
                if cost
                else "No further cost.",
                (f"Effort and their share of the fix cost {effort}: more than that. " if pays else "")
                + f"Choose: enter a strategic value of {needed_text} or more, or close on good terms: pay what we owe, and apologise."
                if needed
                else CAN_APPROVE[approver]
                if cost and not counsel
                else "",
            ]
        if failed:
            parts.append(FLAG_WORDS["RECOVERY_FAILED"])
        texts.append(" ".join(filter(None, [*parts, stop if counsel else ""])))
    return texts
