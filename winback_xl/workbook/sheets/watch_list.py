"""The Watch list: accounts that are paused or lost, what would reopen them, and when to check again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from winback_xl.core.outcomes import watch_list
from winback_xl.workbook.sheets.parts import HEADER_ROW, text_field
from winback_xl.workbook.spec import Cell, Field, Rule, Sheet, Table

if TYPE_CHECKING:
    from winback_xl.core.campaign.campaign_plan import Plan

NAME = "Watch list"
_LOOK = '=IF(tblWatch[@[Next look]]="","",IF(tblWatch[@[Next look]]<=set_as_of,"Look now",""))'
EMPTY = "No account is paused or lost: there is nothing to watch."


def sheet(plan: Plan) -> Sheet:
    """Return one row an account that rests or was lost, the next look first."""
    rows = watch_list.rows(plan.campaign, as_of=plan.as_of, settings=plan.settings)
    day = plan.as_of.to_numpy()
    due = np.where((rows["next_look"] <= plan.as_of).to_numpy(bool), "Look now", "").astype(object)
    table = Table(
        "tblWatch",
        HEADER_ROW,
        0,
        (
            Field("Customer ID", rows["customer_id"], "id", "key", help="As in the campaign."),
            text_field("Customer", list(rows["customer"]), "Name of the customer.", width=34),
            text_field("Why it is here", list(rows["state"]), "Resting, or how it was lost."),
            text_field("Owner", list(rows["owner"]), "Who looks.", width=18),
            Field(
                "Watch for",
                rows["trigger"],
                "long",
                "calculated",
                help="What would reopen it. Type your own in Campaign.",
                width=40,
            ),
            Field(
                "Next look",
                rows["next_look"],
                "date",
                "calculated",
                help="Rest until, or the next short contact after the last one.",
            ),
            Field(
                "Due",
                due,
                "text",
                "formula",
                formula=_LOOK,
                help="Look now: the day of the next look has come.",
                width=12,
            ),
            Field(
                "What to do",
                rows["todo"],
                "long",
                "calculated",
                help="A short contact, without selling.",
                width=60,
            ),
        ),
        alt="Paused and lost accounts, with what to watch for and when to check again",
        rules=(Rule('={Due}="Look now"', "warn", "Due"),),
        lines=2,
    )
    # Always written: in an open workbook the sentence of an earlier, empty list would stay above the rows.
    nothing = (Cell(HEADER_ROW - 1, 0, "" if len(rows) else EMPTY, look="note", span=5),)
    return Sheet(
        NAME,
        "Watch list",
        f"Accounts to check again later: things change. As of {pd.Timestamp(day):%Y-%m-%d}.",
        cells=nothing,
        tables=(table,),
        freeze=(HEADER_ROW + 1, 2),
    )
