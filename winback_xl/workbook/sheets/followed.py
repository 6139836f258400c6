"""A plan's campaign as its formulas show it now, whatever people typed since it was calculated."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

from winback_xl.core.tracking import follow_through
from winback_xl.inputs import playbook_file

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from winback_xl.core.campaign.campaign_plan import Plan
    from winback_xl.core.playbook import Playbook


def playbook_of(plan: Plan) -> Playbook:
    """Return the playbook of the campaign; a plan that was made without one follows the default."""
    return plan.playbook or playbook_file.load()


_BEING_SHOWN: ContextVar[list[tuple[Plan, pd.DataFrame]] | None] = ContextVar("_BEING_SHOWN", default=None)


@contextmanager
def calculated_once() -> Iterator[None]:
    """Keep what `followed` gives for each plan until the end of the block, in which no plan may change."""
    token = _BEING_SHOWN.set([])
    try:
        yield
    finally:
        _BEING_SHOWN.reset(token)


def followed(plan: Plan) -> pd.DataFrame:
    """Return the campaign with the values that its formula columns give, in the order of its rows."""
    seen = _BEING_SHOWN.get()
    for one, frame in seen or ():
        if one is plan:
            return frame.copy(deep=False)
    computed = follow_through.computed(
        plan.campaign, as_of=plan.as_of, settings=plan.settings, book=playbook_of(plan)
    )
    found = plan.campaign.assign(**{str(name): computed[name] for name in computed})
    if seen is not None:
        seen.append((plan, found))
    return found.copy(deep=False)
