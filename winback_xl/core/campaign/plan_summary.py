"""A plan in five lines, for Python users."""

from __future__ import annotations

from typing import TYPE_CHECKING

from winback_xl.core import money
from winback_xl.core.wording import plural

if TYPE_CHECKING:
    import pandas as pd

    from winback_xl.core.campaign.campaign_plan import Plan


def summary(plan: Plan) -> str:
    """Return five lines: which campaign, its three tables, and what was found in the data.

    Parameters
    ----------
    plan : Plan
    """
    accounts = plan.campaign[plan.campaign["customer_id"].fillna("") != ""]
    offered = float(plan.make_goods["recommended"].sum()) if "recommended" in plan.make_goods else 0.0
    errors = sum(issue.severity == "error" for issue in plan.issues)
    warnings = sum(issue.severity == "warning" for issue in plan.issues)
    notes = len(plan.issues) - errors - warnings
    found = [
        plural(count, word)
        for count, word in ((errors, "error"), (warnings, "warning"), (notes, "note"))
        if count
    ]
    currency = f", amounts in {plan.currency}" if plan.currency else ""
    return "\n".join(
        (
            f"Plan {plan.campaign_id} as of {plan.as_of:%Y-%m-%d}{currency}",
            f"  .segments    {plural(len(plan.segments), 'customer')}{_counts(plan.segments, 'status')}",
            (
                f"  .make_goods  {plural(len(plan.make_goods), 'account')} with an open incident,"
                f" {money.show(offered, plan.currency)} recommended in all"
            ),
            f"  .campaign    {plural(len(accounts), 'account')}{_counts(accounts, 'decision')}",
            f"  .issues      {', '.join(found) or 'none'}; {plural(len(plan.set_aside), 'row')} set aside",
        )
    )


def _counts(frame: pd.DataFrame, name: str) -> str:
    if name not in frame:
        return ""
    stated = [f"{count:,} {word}" for word, count in frame[name].value_counts().items() if word != ""]
    return f": {', '.join(stated)}" if stated else ""
