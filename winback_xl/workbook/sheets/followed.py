"""A plan's campaign as its formulas show it now, whatever people typed since it was calculated."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, TypeVar, cast

from winback_xl.core.tracking import follow_through
from winback_xl.inputs import playbook_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pandas as pd

    from winback_xl.core.campaign.campaign_plan import Plan
    from winback_xl.core.playbook import Playbook

T = TypeVar("T")


def playbook_of(plan: Plan) -> Playbook:
    """Return the playbook of the campaign; a plan that was made without one follows the default."""
    return plan.playbook or playbook_file.load()


_BEING_SHOWN: ContextVar[list[tuple[Plan, str, Any]] | None] = ContextVar("_BEING_SHOWN", default=None)


@contextmanager
def calculated_once() -> Iterator[None]:
    """Keep what `once` gives for each plan until the end of the block, in which no plan may change."""
    token = _BEING_SHOWN.set([])
    try:
        yield
    finally:
        _BEING_SHOWN.reset(token)


def once(plan: Plan, what: str, calculate: Callable[[Plan], T]) -> T:
    """Return what a function gives for a plan; several sheets that show it calculate it once."""
    seen = _BEING_SHOWN.get()
    for one, name, found in seen or ():
        if one is plan and name == what:
            return cast("T", found)
    made = calculate(plan)
    if seen is not None:
        seen.append((plan, what, made))
    return made


def followed(plan: Plan) -> pd.DataFrame:
    """Return the campaign with the values that its formula columns give, in the order of its rows."""
    return once(plan, "followed", _followed).copy(deep=False)


def _followed(plan: Plan) -> pd.DataFrame:
    computed = follow_through.computed(
        plan.campaign, as_of=plan.as_of, settings=plan.settings, book=playbook_of(plan)
    )
    return plan.campaign.assign(**{str(name): computed[name] for name in computed})
