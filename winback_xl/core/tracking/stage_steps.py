"""What each stage asks for and how long it may take, by the place of the stage in the list Stage, from 1."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from winback_xl.core.tracking.playbook import Stage
from winback_xl.schema.columns import CAMPAIGN, LISTS

if TYPE_CHECKING:
    from winback_xl.core.tracking.playbook import Playbook

ROAD = LISTS["Stage"].index("Aftercare") + 1
"""Stages up to this place are on the road to a win; those behind it have left it."""

RESTING = LISTS["Stage"].index("Resting") + 1
"""Place of the stage in which an account is left in peace."""


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
