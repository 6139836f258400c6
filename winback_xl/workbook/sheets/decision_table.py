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
_ALONE = 'tblCampaign[Decision],"Rest",tblCampaign[Control group],"Yes"'


def _waiting(decision: str) -> str:
    """Return a formula: how many accounts have this decision, no wave, and no answer to Want back?."""
    wave = 'tblCampaign[Wave],">0"'
    same = f"tblCampaign[Decision],{decision}"
    answers = [f'{same},tblCampaign[Want back?],"{word}"' for word in LISTS["Want back"]]
    decided = "".join(f"-COUNTIFS({one})+COUNTIFS({one},{wave})" for one in answers)
    return f"COUNTIFS({same})-COUNTIFS({same},{wave}){decided}"


def _accounts() -> str:
    pursue, reassign = (_waiting(f'"{word}"') for word in ("Pursue", "Reassign"))
    own = f'IF(OR({_ROW}="Pursue",{_ROW}="Reassign"),{_waiting(_ROW)},IF({_ROW}="Rest",COUNTIFS({_ALONE}),0))'
    return (
        f'=IF({_ROW}="{NOT_NOW}",{pursue}+{reassign},IF({_ROW}="{CONTROL}",COUNTIFS({_ALONE}),'
        f"COUNTIFS({_SAME})-({own})))"
    )


def _pursued(terms: str) -> str:
    """Return a formula without its equals sign: a sum over the accounts to pursue of the row."""
    alone = counts.both_ways(terms.format(f"{_ALONE},{{}}"))
    same = counts.both_ways(terms.format(f"{_SAME},{{}}"))
    return f'IF({_ROW}="{CONTROL}",{alone},{same}-IF({_ROW}="Rest",{alone},0))'


def table(plan: Plan, row: int) -> Table:
    """Return the accounts by what is done about them; value and cost are of what is done, never of what is not."""
    words = (*LISTS["Decision"], NOT_NOW, CONTROL)
    done = plan_summary.done_about(plan.campaign)
    # A person's Yes brings an account of any row back; it keeps its row.
    pursued = follow_through.pursued(plan.campaign)
    mailed = (texts(plan.campaign, "decision") == "E-mail").to_numpy()
    value, cost = (numbers(plan.campaign, name) for name in ("expected_value", "our_cost"))
    effort = np.where(pursued, plan.settings.effort_cost, 0.0)

    def sums(values: NDArray[np.float64]) -> NDArray[np.float64]:
        found = pd.Series(values).groupby(done.to_numpy()).sum()
        return np.array([found.get(word, 0.0) for word in words], dtype=np.float64)

    def mail(heading: str) -> str:
        return f'SUMIFS(tblCampaign[{heading}],tblCampaign[Decision],"E-mail")'

    chosen = _pursued("COUNTIFS({})")
    return Table(
        "tblByDecision", row, 0,
        (
            text_field("Decision", list(words), f"{NOT_NOW}: worth the effort, but in no wave: the budget or the capacity is used up, or they ordered since."),
            Field("Accounts", sums(np.ones(len(done))), "count", "formula", formula=_accounts()),
            Field("To pursue", sums(pursued.astype(float)), "count", "formula", formula=f"={chosen}"),
            Field("Expected value", sums(np.where(pursued | mailed, value, 0.0)), "money", "formula",
                  help="Of those to pursue and of the e-mails, after our cost. Who is left alone or let go adds nothing.",
                  formula=f'=IF({_ROW}="E-mail",{mail("Expected value")},{_pursued("SUMIFS(tblCampaign[Expected value],{})")})'),
            Field("Cost of offers", sums(np.where(pursued & ~mailed, cost, 0.0)), "money", "formula",
                  help="What the budget covers.",
                  formula=f'=IF({_ROW}="E-mail",0,{_pursued("SUMIFS(tblCampaign[Our cost],{})")})'),
            Field("Calls and e-mails", sums(effort + np.where(mailed, cost, 0.0)), "money", "formula",
                  help="What they cost; the budget does not cover it.",
                  formula=f'=set_effort_cost*({chosen})+IF({_ROW}="E-mail",{mail("Our cost")},0)'),
        ),
        alt="Accounts of the campaign by what is done about them",
        plain=True,
    )  # fmt: skip
