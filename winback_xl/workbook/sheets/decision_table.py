"""Accounts by what is done about them: what is worked on now apart from what waits, with its worth and its cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from winback_xl.core.campaign import plan_summary
from winback_xl.core.campaign.plan_summary import CONTROL, NOT_NOW
from winback_xl.core.tracking import follow_through
from winback_xl.schema.columns import LISTS
from winback_xl.workbook.sheets import counts
from winback_xl.workbook.sheets.parts import numbers, text_field, texts
from winback_xl.workbook.spec import Field, Table

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from winback_xl.core.campaign.campaign_plan import Plan

_ROW = "tblByDecision[@[Decision]]"
_SAME = f"tblCampaign[Decision],{_ROW}"
_WAITING = "Of them not now"
_ALONE = 'tblCampaign[Decision],"Rest",tblCampaign[Control group],"Yes"'


def _waiting() -> str:
    """Return a formula without its equals sign: how many of the row's accounts have no wave, and no answer to Want back?."""
    wave, answer = 'tblCampaign[Wave],">0"', 'tblCampaign[Want back?],"?*"'
    return f"COUNTIFS({_SAME})-COUNTIFS({_SAME},{wave})-COUNTIFS({_SAME},{answer})+COUNTIFS({_SAME},{answer},{wave})"


def _accounts() -> str:
    waiting = f"tblByDecision[{_WAITING}]"
    return (
        f'=IF({_ROW}="{NOT_NOW}",SUM({waiting}),IF({_ROW}="{CONTROL}",COUNTIFS({_ALONE}),'
        f'COUNTIFS({_SAME})-tblByDecision[@[{_WAITING}]]-IF({_ROW}="Rest",COUNTIFS({_ALONE}),0)))'
    )


def table(plan: Plan, row: int) -> Table:
    """Return the accounts by what is done about them; value and cost are of what is done, never of what is not."""
    words = (*LISTS["Decision"], NOT_NOW, CONTROL)
    done = plan_summary.done_about(plan.campaign)
    # A person's Yes brings an account of any row back: it keeps its row, but one left alone counts with those at rest.
    pursued = follow_through.pursued(plan.campaign)
    mailed = (texts(plan.campaign, "decision") == "E-mail").to_numpy()
    value, cost = (numbers(plan.campaign, name) for name in ("expected_value", "our_cost"))
    effort = np.where(pursued, plan.settings.effort_cost, 0.0)

    decision = texts(plan.campaign, "decision").to_numpy()

    def sums(values: NDArray[np.float64], by: NDArray[np.object_] = decision) -> NDArray[np.float64]:
        found = pd.Series(values).groupby(by).sum()
        return np.array([found.get(word, 0.0) for word in words], dtype=np.float64)

    decided = texts(plan.campaign, "decision")[(done == NOT_NOW).to_numpy()]
    waiting = np.array([float((decided == word).sum()) for word in words])
    same = f"{_SAME},{{}}"
    chosen = counts.both_ways(f"COUNTIFS({same})")
    return Table(
        "tblByDecision", row, 0,
        (
            text_field("Decision", list(words), f"{NOT_NOW}: worth the effort, but in no wave: the budget or the capacity is used up, or they ordered since."),
            Field("Accounts", sums(np.ones(len(done)), done.to_numpy()), "count", "formula", formula=_accounts()),
            Field("To pursue", sums(pursued.astype(float)), "count", "formula", formula=f"={chosen}"),
            Field("Expected value", sums(np.where(pursued | mailed, value, 0.0)), "money", "formula",
                  help="Of those to pursue and of the e-mails, after our cost. Who is left alone or let go adds nothing.",
                  formula=f'=IF({_ROW}="E-mail",{counts.MAILS},{counts.both_ways(f"SUMIFS(tblCampaign[Expected value],{same})")})'),
            Field("Cost of offers", sums(np.where(pursued & ~mailed, cost, 0.0)), "money", "formula",
                  help="What the budget covers.",
                  formula=f'=IF({_ROW}="E-mail",0,{counts.both_ways(f"SUMIFS(tblCampaign[Our cost],{same})")})'),
            Field("Calls and e-mails", sums(effort + np.where(mailed, cost, 0.0)), "money", "formula",
                  help="What they cost; the budget does not cover it.",
                  formula=f'=set_effort_cost*tblByDecision[@[To pursue]]+IF({_ROW}="E-mail",SUMIFS(tblCampaign[Our cost],{_SAME}),0)'),
            Field(_WAITING, waiting, "count", "formula", help=f"Counted in the row {NOT_NOW}.",
                  formula=f'=IF(OR({_ROW}="Pursue",{_ROW}="Reassign"),{_waiting()},0)'),
        ),
        alt="Accounts of the campaign by what is done about them",
        plain=True,
    )  # fmt: skip
