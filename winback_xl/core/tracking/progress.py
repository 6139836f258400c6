"""How far an account has come, what its stage asks for, and whether it is closed or held for legal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from winback_xl.core.playbook import Stage
from winback_xl.core.tracking import account_state
from winback_xl.schema.columns import CAMPAIGN, LISTS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from winback_xl.core.playbook import Playbook
    from winback_xl.core.tracking.campaign_rows import CampaignRows

ROAD = LISTS["Stage"].index("Aftercare") + 1
"""Stages up to this place are on the road to a win; those behind it have left it."""

RESTING = LISTS["Stage"].index("Resting") + 1
"""Place of the stage in which an account is left in peace."""

_PLACE = {name.casefold(): float(place) for place, name in enumerate(LISTS["Stage"], start=1)}
LISTENED, PLAN_SENT, THANKED, DELIVERED, CONFIRMED, WON = (
    LISTS["Stage"].index(name) + 1
    for name in ("Listened", "Plan e-mailed", "Thank-you call", "Delivered", "Customer confirmed", "Won")
)


@dataclass(frozen=True, slots=True)
class StageSteps:
    """Stages of the list Stage, in its order; ``own`` says which of them the playbook has."""

    stages: tuple[Stage, ...]
    own: tuple[bool, ...]

    @property
    def needs(self) -> tuple[str, ...]:
        """Headings of the cells that each stage asks for, with a comma between them."""
        return tuple(", ".join(CAMPAIGN[name].heading for name in stage.needs) for stage in self.stages)


def of_playbook(book: Playbook | None) -> StageSteps:
    """Return what each stage asks for under a playbook.

    A stage that the playbook does without asks for what the last one before it asks for: an account may be in it from
    before, or come to it by a cell that is filled.

    Parameters
    ----------
    book : Playbook or None
        Without one no stage asks for anything.
    """
    held = {stage.name: stage for stage in book.stages} if book else {}
    found: list[Stage] = []
    for place, name in enumerate(LISTS["Stage"]):
        stage = held.get(name)
        if stage is None:
            before = found[-1] if found and place < ROAD else Stage(name, "")
            stage = Stage(name, "", before.next_step, before.wait, before.unit, before.needs)
        found.append(stage)
    return StageSteps(tuple(found), tuple(name in held for name in LISTS["Stage"]))


def stage_no(rows: CampaignRows) -> NDArray[np.float64]:
    """Return the place of the stage in the list Stage, 1 for a stage that is not in it."""
    return np.array([_PLACE.get(text.casefold(), 1.0) for text in rows.text("stage")])


def reached(rows: CampaignRows, stage: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the furthest stage that Stage or a filled cell shows; without an offer none is agreed or delivered."""

    def day(name: str) -> NDArray[np.bool_]:
        return ~np.isnan(rows.number(name))

    offered = (
        rows.filled_number("recommended") + rows.filled_number("token") + rows.filled_number("agreed_amount")
    )
    thanked = (stage >= THANKED) | day("thank_you_call")
    shown = [
        stage,
        np.where(rows.is_("listened", "Yes"), LISTENED, 0),
        np.where(day("plan_emailed"), PLAN_SENT, 0),
        np.where(thanked, np.where(offered > 0, THANKED, DELIVERED), 0),
        np.where(day("delivered_on"), DELIVERED, 0),
        np.where(day("customer_confirmed"), CONFIRMED, 0),
        np.where(rows.is_("outcome", "Won"), WON, 0),
    ]
    later = rows.is_("want_back", "Later")
    found = np.where(later, RESTING, np.max(shown, axis=0))
    failed = rows.failed("listened", "outcome") | (thanked & rows.failed("agreed_amount"))
    failed = rows.failed("want_back") | (failed & ~later)
    place: NDArray[np.float64] = np.asarray(np.where((stage > ROAD) | failed, stage, found), np.float64)
    return place


def closed(rows: CampaignRows) -> NDArray[np.float64]:
    """Return 1 where there is no more work, as for a customer who asked not to be contacted."""
    over = rows.is_("outcome", "Lost", "Warm-lost", "Let go") | rows.is_("stage", "Let go", "Warm-lost")
    over |= rows.is_("no_contact", "Yes")
    found: NDArray[np.bool_] = over & ~rows.failed("outcome", "stage")
    return found.astype(np.float64)


def held(rows: CampaignRows) -> NDArray[np.float64]:
    """Return 1 where a case with legal words has no approval by Counsel."""
    free = account_state.released(rows.frame, rows.settings).to_numpy(bool)
    found: NDArray[np.bool_] = rows.is_("legal", "Yes") & ~free
    return found.astype(np.float64)
