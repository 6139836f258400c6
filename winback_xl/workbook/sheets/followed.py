"""A plan's campaign as its formulas show it now, whatever people typed since it was calculated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from winback_xl.core.tracking import follow_through
from winback_xl.inputs import playbook_file

if TYPE_CHECKING:
    import pandas as pd

    from winback_xl.core.campaign.campaign_plan import Plan
    from winback_xl.core.playbook import Playbook


def playbook_of(plan: Plan) -> Playbook:
    """Return the playbook of the campaign; a plan that was made without one follows the default."""
    return plan.playbook or playbook_file.load()


def followed(plan: Plan) -> pd.DataFrame:
    """Return the campaign with the values that its formula columns give, in the order of its rows."""
    computed = follow_through.computed(
        plan.campaign, as_of=plan.as_of, settings=plan.settings, book=playbook_of(plan)
    )
    return plan.campaign.assign(**{str(name): computed[name] for name in computed})
