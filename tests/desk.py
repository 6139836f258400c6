"""One made-up campaign that several tests work in: as built, and as people left it."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import pandas as pd

from winback_xl import samples
from winback_xl.core.tracking import follow_through
from winback_xl.settings import Settings
from winback_xl.workbook.sheets.followed import playbook_of
from winback_xl.workflows import planning, reading

if TYPE_CHECKING:
    from winback_xl.core.campaign.campaign_plan import Plan

AS_OF = pd.Timestamp("2026-10-31")


@cache
def tables() -> reading.Tables:
    sample = samples.make(seed=3, customers=80)
    return reading.read(
        sample.orders, customers=sample.customers, incidents=sample.incidents, reps=sample.reps, as_of=AS_OF
    )


@cache
def built() -> Plan:
    return planning.plan_tables(tables(), planning.Wishes(settings=Settings()))


def edited(**cells: dict[int, object]) -> Plan:
    """Return the plan after people typed: column -> row -> what they typed; formulas follow."""
    plan = built()
    rows = plan.campaign.copy()
    for name, typed in cells.items():
        for row, value in typed.items():
            rows[name] = rows[name].astype(object) if isinstance(value, str) else rows[name]
            rows.loc[row, name] = value
    computed = follow_through.computed(rows, as_of=plan.as_of, settings=plan.settings, book=playbook_of(plan))
    return replace(plan, campaign=rows.assign(**{str(name): computed[name] for name in computed}))
