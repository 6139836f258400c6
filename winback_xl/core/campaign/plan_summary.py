"""A plan in five lines, for Python users, and in a table of what is done about its accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from winback_xl.core import money
from winback_xl.core.tracking import follow_through
from winback_xl.core.wording import plural

if TYPE_CHECKING:
    import pandas as pd

    from winback_xl.core.campaign.campaign_plan import Plan

NOT_NOW, CONTROL = "Not called now", "Control group, left alone"
"""What is done about accounts that would be worth a call but are in no wave, and about those left alone on purpose."""

_WORKED = ("Pursue", "Reassign")


def done_about(campaign: pd.DataFrame) -> pd.Series:
    """Return what is done about each account: its decision, or `NOT_NOW` or `CONTROL`.

    Parameters
    ----------
    campaign : DataFrame
        ``decision``, ``wave``, ``want_back`` and ``control_group``.
    """
    decision = campaign["decision"].fillna("").astype(str)
    answered = campaign["want_back"].fillna("").astype(str) != ""
    waits = decision.isin(_WORKED) & ~follow_through.pursued(campaign) & ~answered
    if "control_group" in campaign:
        alone = campaign["control_group"].fillna("").astype(str).str.strip().str.casefold() == "yes"
        decision = decision.mask((decision == "Rest") & alone, CONTROL)
    return decision.mask(waits, NOT_NOW)


def by_decision(plan: Plan) -> list[tuple[str, int, float, float, float]]:
    """Return what is done about how many accounts: label, accounts, expected value, cost of offers, of calls and e-mails.

    Money is NaN where nothing is offered: what letting go saves and what waiting accounts would be worth are not added to
    what the plan does. Only Pursue is shown where it has no account.

    Parameters
    ----------
    plan : Plan
        Before anybody typed into it.
    """
    rows, nothing = plan.campaign, float("nan")
    done = done_about(rows)
    found: list[tuple[str, int, float, float, float]] = []
    for name in ("Pursue", "Reassign", "E-mail", NOT_NOW, CONTROL, "Rest", "Let go"):
        part = rows[done == name]
        if not len(part) and name != "Pursue":
            continue
        value, cost = float(part["expected_value"].sum()), float(part["our_cost"].sum())
        if name in _WORKED:
            found.append((name, len(part), value, cost, plan.settings.effort_cost * len(part)))
        elif name == "E-mail":
            found.append((name, len(part), value, 0.0, cost))
        else:
            found.append((name, len(part), nothing, nothing, nothing))
    return found


def only_tokens(rows: pd.DataFrame, given: pd.DataFrame) -> str:
    """Say that there is nothing to make good where no complaint was given; "" where an offer is more than a token."""
    if len(given) or not rows["token"].sum() or rows["recommended"].sum():
        return ""
    return "No complaints were given, so there is nothing to make good: offers are tokens only."


def not_now_stated(plan: Plan) -> str:
    """Say how many accounts are worth a call that budget and capacity do not reach; "" for none."""
    many = int((done_about(plan.campaign) == NOT_NOW).sum())
    if not many:
        return ""
    are = plural(many, "more account is", "more accounts are")
    return f"{are} worth a call, but budget or capacity is used up before (Not called now)."


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
