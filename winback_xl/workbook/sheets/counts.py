"""Numbers of Numbers, Checks and Retention: each as a native formula and as its value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from winback_xl.core.tracking import cell_values, follow_through
from winback_xl.core.wording import plural
from winback_xl.schema.columns import LISTS
from winback_xl.workbook.sheets import now
from winback_xl.workbook.sheets.followed import followed
from winback_xl.workbook.sheets.parts import UNKNOWN, numbers, texts, whole

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from winback_xl.core.campaign.campaign_plan import Plan

LOYAL = LISTS["Level"][-1]


@dataclass(frozen=True, slots=True)
class Count:
    """A number: the formula, and what it gives today."""

    formula: str
    value: float | str


def _share(part: float, whole: float) -> float | str:
    return part / whole if whole else UNKNOWN


def both_ways(terms: str) -> str:
    """Return a sum over the accounts to pursue: a person's Yes, and the plan's proposal while nobody decided.

    ``terms`` is the call with ``{}`` where the criteria go. Blank cells are counted as all less those with a word,
    since hosts differ on what the criteria "" and "=" find (LibreOffice leaves out blanks at the end).
    """
    yes, proposed = 'tblCampaign[Want back?],"Yes"', 'tblCampaign[Wave],">0"'
    words = [f'{proposed},tblCampaign[Want back?],"{word}"' for word in LISTS["Want back"]]
    decided = "".join(f"-{terms.format(criteria)}" for criteria in words)
    return f"{terms.format(yes)}+{terms.format(proposed)}{decided}"


def amount(plan: Plan, value: float) -> str:
    """Write an amount of the plan's currency without decimals."""
    return f"{plan.currency} {whole(value)}".strip()


def customers(plan: Plan) -> Count:
    """Count the customers."""
    return Count("=COUNTA(tblSegments[Customer ID])", len(plan.segments))


def lapsed_or_cold(plan: Plan) -> Count:
    """Count who is silent for longer than their rhythm allows."""
    status = texts(plan.segments, "status")
    return Count(
        '=COUNTIF(tblSegments[Status],"Lapsed")+COUNTIF(tblSegments[Status],"Cold")',
        int(status.isin(["Lapsed", "Cold"]).sum()),
    )


_STAYS = f'tblSegments[Level],"{LOYAL}",tblSegments[Status],"<>Lapsed",tblSegments[Status],"<>Cold"'


def _stays(plan: Plan) -> NDArray[np.bool_]:
    """Return who is Loyal and still buys: who has left did not stay."""
    gone = texts(plan.segments, "status").isin(["Lapsed", "Cold"])
    return ((texts(plan.segments, "level") == LOYAL) & ~gone).to_numpy()


def resilient(plan: Plan) -> Count:
    """Return the share of customers that would allow one big mistake and stay."""
    loyal = int(_stays(plan).sum())
    return Count(
        f'=IFERROR(COUNTIFS({_STAYS})/COUNTA(tblSegments[Customer ID]),"{UNKNOWN}")',
        _share(loyal, len(plan.segments)),
    )


def resilient_revenue(plan: Plan) -> Count:
    """Return the share of the last 12 months' revenue from customers that would stay."""
    revenue = np.maximum(numbers(plan.segments, "revenue_12m"), 0)
    loyal = _stays(plan)
    part = f'SUMIFS(tblSegments[Revenue 12 m],{_STAYS},tblSegments[Revenue 12 m],">0")'
    return Count(
        f'=IFERROR({part}/SUMIF(tblSegments[Revenue 12 m],">0"),"{UNKNOWN}")',
        _share(float(revenue[loyal].sum()), float(revenue.sum())),
    )


def to_pursue(plan: Plan) -> Count:
    """Count the accounts to pursue."""
    return Count(f"={both_ways('COUNTIFS({})')}", int(follow_through.pursued(plan.campaign).sum()))


PURSUE, GIVEN, MOVED, GIVEN_MOVED, ALL = (
    "pursue_here",
    "pursue_given",
    "moved_here",
    "moved_given",
    "pursue_all",
)
"""Names of the cells of Numbers that `pursued_stated` reads."""


def by_decision(plan: Plan, word: str, *, chosen: bool) -> Count:
    """Count the accounts with a decision: all of them, or those of them to pursue."""
    has = texts(plan.campaign, "decision") == word
    if chosen:
        has &= follow_through.pursued(plan.campaign)
    formula = f'SUMIF(tblByDecision[Decision],"{word}",tblByDecision[To pursue])'
    if not chosen:  # those in no wave have a row of their own there
        formula = f'COUNTIF(tblCampaign[Decision],"{word}")'
    return Count(f"={formula}", int(has.sum()))


def pursued_stated(plan: Plan) -> Count:
    """Explain the number of accounts to pursue: proposed, reassigned, and added by a person."""
    every = int(follow_through.pursued(plan.campaign).sum())
    pursue, given, moved, given_moved = (
        int(by_decision(plan, word, chosen=chosen).value)
        for word in ("Pursue", "Reassign") for chosen in (True, False)
    )  # fmt: skip
    more, wait = f"{ALL}-{PURSUE}-{MOVED}", f"{GIVEN}+{GIVEN_MOVED}-{PURSUE}-{MOVED}"
    words = (" to pursue: ", " of ", " with the decision Pursue, ", " of ", " with the decision Reassign")
    added, left = " more you want back", " not now (No, Later, or not in a wave)"
    first, second, third, fourth = (f"FIXED({name},0)" for name in (PURSUE, GIVEN, MOVED, GIVEN_MOVED))
    formula = (
        f'=FIXED({ALL},0)&"{words[0]}"&{first}&"{words[1]}"&{second}&"{words[2]}"&{third}&"{words[3]}"&{fourth}'
        f'&"{words[4]}"&IF({more}>0,", "&FIXED({more},0)&"{added}","")&IF({wait}>0,"; "&FIXED({wait},0)&"{left}","")&"."'
    )
    others, waiting = every - pursue - moved, given + given_moved - pursue - moved
    text = (
        f"{every:,}{words[0]}{pursue:,}{words[1]}{given:,}{words[2]}{moved:,}{words[3]}{given_moved:,}{words[4]}"
        f"{f', {others:,}{added}' if others else ''}{f'; {waiting:,}{left}' if waiting else ''}."
    )
    return Count(formula, text)


def due_stated(plan: Plan) -> Count:
    """Explain how many accounts are late, and where to see which."""
    days = followed(plan)["days_overdue"]
    late, today = (f"COUNTIFS({which})" for which in (now.LATE, now.TODAY))
    middle, end = " overdue, ", " due today. Due in Campaign shows which."
    return Count(
        f'=FIXED({late},0)&"{middle}"&FIXED({today},0)&"{end}"',
        f"{(days > 0).sum():,}{middle}{(days == 0).sum():,}{end}",
    )


def _sum_pursued(plan: Plan, heading: str, name: str) -> Count:
    return Count(
        "=" + both_ways(f"SUMIFS(tblCampaign[{heading}],{{}})"),
        float(numbers(plan.campaign, name)[follow_through.pursued(plan.campaign)].sum()),
    )


def expected_value(plan: Plan) -> Count:
    """Sum what pursuing them is worth."""
    return _sum_pursued(plan, "Expected value", "expected_value")


def make_good_cost(plan: Plan) -> Count:
    """Sum what the proposed make-goods of the pursued accounts cost us."""
    return _sum_pursued(plan, "Our cost", "our_cost")


def effort(plan: Plan) -> Count:
    """Return what the calls to the accounts to pursue cost us."""
    many = int(follow_through.pursued(plan.campaign).sum())
    return Count(f"=set_effort_cost*({both_ways('COUNTIFS({})')})", plan.settings.effort_cost * many)


def expected_of_mails(plan: Plan) -> Count:
    """Return what the e-mails to accounts that are not worth a call are expected to bring, after what they cost."""
    mailed = (texts(plan.campaign, "decision") == "E-mail").to_numpy()
    value = numbers(plan.campaign, "expected_value")[mailed]
    formula = 'SUMIFS(tblCampaign[Expected value],tblCampaign[Decision],"E-mail")'
    return Count(f"={formula}", float(np.nansum(value)))


def cost_of_row(column: str, heading: str) -> str:
    """Return a formula: what the offers of the accounts to pursue cost, of the row of a table of decisions or approvers."""
    same = f"tblCampaign[{heading}],{column}"
    return both_ways(f"SUMIFS(tblCampaign[Our cost],{same},{{}})")


def offers_of_row(column: str, heading: str) -> str:
    """Return a formula: how many of these offers there are."""
    return both_ways(f'COUNTIFS(tblCampaign[{heading}],{column},tblCampaign[Our cost],">0",{{}})')


def reached(plan: Plan) -> Count:
    """Return the share of the accounts to pursue that we have spoken with."""
    contacted = followed(plan)["contacted"].to_numpy(float)
    known = contacted[~np.isnan(contacted)]
    cells = "tblCampaign[Contacted]"
    return Count(
        f'=IF(COUNT({cells})=0,"{UNKNOWN}",SUM({cells})/COUNT({cells}))',
        _share(float(known.sum()), len(known)),
    )


def overdue(plan: Plan) -> Count:
    """Count the accounts whose next step is late."""
    days = followed(plan)["days_overdue"]
    return Count(f"=COUNTIFS({now.LATE})", int((days > 0).sum()))


def won(plan: Plan) -> Count:
    """Count the accounts called won that the customer confirmed."""
    said = texts(plan.campaign, "outcome") == "Won"
    confirmed = (
        cell_values.days(plan.campaign["customer_confirmed"]).notna()
        if "customer_confirmed" in plan.campaign
        else False
    )
    return Count(
        '=COUNTIFS(tblCampaign[Outcome],"Won",tblCampaign[Customer confirmed],">0")',
        int((said & confirmed).sum()),
    )


def net_recovered(plan: Plan) -> Count:
    """Sum what came back, after cost."""
    net = follow_through.net_recovered(plan.campaign, as_of=plan.as_of, settings=plan.settings)
    return Count("=SUM(tblCampaign[Net recovered])", float(np.nansum(net)))


def ripple(plan: Plan) -> Count:
    """State the revenue at risk through referrals of these accounts; "" where there is none."""
    revenue = numbers(plan.campaign, "referred_revenue")
    givers = int((revenue > 0).sum())
    lead, middle, end = (
        "Referrals at risk: ",
        " of this campaign referred customers who still buy, worth ",
        " a year.",
    )
    text = f"{lead}{plural(givers, 'account')}{middle}{whole(float(revenue.sum()))}{end}" if givers else ""
    count = 'COUNTIF(tblCampaign[Referred revenue],">0")'
    formula = f'="{lead}"&{count}&IF({count}=1," account"," accounts")&"{middle}"&FIXED(SUM(tblCampaign[Referred revenue]),0)&"{end}"'
    return Count(formula, text)


OFFERS, CALLS, WINS, MAILS = "cost_of_offers", "cost_of_calls", "expected_wins", "expected_of_e_mails"
"""Names of the cells of Numbers that `cost_of_a_win` reads."""


def expected_wins(plan: Plan) -> Count:
    """Sum the odds of the accounts to pursue: so many are expected back."""
    return _sum_pursued(plan, "Odds", "odds")


def cost_of_a_win(plan: Plan) -> Count:
    """Compare what a customer won back is expected to cost with what a new one costs; "" where that is unknown.

    Make-goods and effort of the accounts to pursue, over the wins that their odds promise (article 001).
    """
    spent = float(make_good_cost(plan).value) + float(effort(plan).value)
    wins, new = float(expected_wins(plan).value), plan.settings.new_customer_cost
    lead, middle, end = "Winning one back is expected to cost ", ", a new customer ", " (Settings)."
    cost = f"({OFFERS}+{CALLS})/{WINS}"
    formula = f'=IF(set_new_customer_cost=0,"",IFERROR("{lead}"&FIXED({cost},0)&"{middle}"&FIXED(set_new_customer_cost,0)&"{end}",""))'
    text = f"{lead}{whole(spent / wins)}{middle}{whole(new)}{end}" if new and wins else ""
    return Count(formula, text)
