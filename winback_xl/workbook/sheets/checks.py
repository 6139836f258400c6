"""The Checks sheet: does everything add up, what was found in the data, and which rows were set aside."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from winback_xl.core.outcomes import against_ledger
from winback_xl.core.tracking import cell_values, follow_through, talk_counts, talk_log
from winback_xl.core.wording import plural
from winback_xl.inputs.answers import in_settings
from winback_xl.schema.columns import LISTS
from winback_xl.workbook.sheets import counts, set_aside_table, unknown_talks
from winback_xl.workbook.sheets.checks_line import SEE, STRANGE, SUMMARY
from winback_xl.workbook.sheets.followed import followed, once
from winback_xl.workbook.sheets.parts import has_money, numbers, text_field, texts
from winback_xl.workbook.spec import Cell, Field, Rule, Sheet, Table

if TYPE_CHECKING:
    from winback_xl.core.campaign.campaign_plan import Plan
    from winback_xl.schema.columns import Kind

NAME = "Checks"
ONCE = "Every customer once in Campaign: different customers when built = rows now"
STAGES = "Every account has a stage from the list"

_SUMMARY_ROW, _TABLE_ROW = 2, 4
_CLOSE = 0.005  # half a cent
_WIDTHS = {0: 16.0, 1: 72.0, 2: 30.0, 3: 20.0, 4: 16.0, 5: 70.0}

"""Code of the finding that a word of a column called Status is not known, and its rows count as orders."""


@dataclass(frozen=True, slots=True)
class Check:
    """Two numbers that must be equal; a side without a formula was counted when the workbook was built."""

    what: str
    expected: float
    found: float
    expected_formula: str
    found_formula: str
    otherwise: str
    kind: Kind = "count"

    @property
    def result(self) -> str:
        """Summarise the Result column."""
        return "OK" if abs(self.expected - self.found) < _CLOSE else "CHECK"


def _sources(plan: Plan) -> list[Check]:
    return [
        Check(
            f"{source.table} ({source.file or 'table in memory'}): rows read = rows used + rows set aside",
            source.rows_in,
            source.rows_used + source.rows_set_aside,
            f"=INDEX(tblSources[Rows read],{place})",
            f"=INDEX(tblSources[Rows used],{place})+INDEX(tblSources[Rows set aside],{place})",
            "Rows were lost on the way in: please report it.",
        )
        for place, source in enumerate(plan.sources, start=1)
    ]


def _counted(column: str, words: tuple[str, ...]) -> str:
    return "+".join(f'COUNTIF({column},"{word}")' for word in words)


def _segments(plan: Plan) -> list[Check]:
    size = len(plan.segments)
    everybody = "=COUNTA(tblSegments[Customer ID])"
    level, status = texts(plan.segments, "level"), texts(plan.segments, "status")
    never = int((numbers(plan.segments, "order_days") == 0).sum())
    loyal = int((level == counts.LOYAL).sum())
    rebuild = "Segments was edited by hand: build it again."
    return [
        Check("Every customer has one of the three levels", size, int(level.isin(LISTS["Level"]).sum()), everybody,
              f"={_counted('tblSegments[Level]', LISTS['Level'])}", rebuild),
        Check("Every customer has a status, or never ordered", size, int(status.isin(LISTS["Status"]).sum()) + never,
              everybody,
              f"={_counted('tblSegments[Status]', LISTS['Status'])}"
              '+SUMPRODUCT((tblSegments[Customer ID]<>"")*(tblSegments[Order days]=0))', rebuild),
        Check("Customers that would stay after one serious mistake: when built = now", loyal, loyal, "",
              f'=COUNTIF(tblSegments[Level],"{counts.LOYAL}")', rebuild),
    ]  # fmt: skip


def _revenue(plan: Plan) -> list[Check]:
    if not has_money(plan) or math.isnan(plan.revenue_used):
        return []
    return [
        Check("Revenue of all customers = orders less credits in the rows used", plan.revenue_used,
              float(numbers(plan.segments, "revenue").sum()), "", "=SUM(tblSegments[Revenue, all])",
              "Segments was edited by hand: build it again.", "money"),
    ]  # fmt: skip


def _campaign(plan: Plan) -> list[Check]:
    frame = plan.campaign
    rows = '=SUMPRODUCT(--(tblCampaign[Customer ID]<>""))'
    decision, stage, approver = (texts(frame, name) for name in ("decision", "stage", "approver"))
    outcome, listened = texts(frame, "outcome"), texts(talk_counts.followed(frame), "listened")
    agreed, cost = numbers(frame, "agreed_amount"), numbers(frame, "our_cost") * follow_through.pursued(frame)
    stated = int((outcome == "Won").sum())
    unapproved = int(((agreed > 0) & (numbers(followed(plan), "unapproved") == 1)).sum())
    older = talk_counts.older_days(plan.talks, in_place=bool((~talk_log.filled(plan.talks)).any()))
    return [
        Check(ONCE,
              frame["customer_id"].nunique() if len(frame) else 0, len(frame), "", rows,
              "Rows were added, copied or deleted by hand: every customer needs exactly one."),
        Check("Every account has one of the five decisions", len(frame), int(decision.isin(LISTS["Decision"]).sum()),
              rows, f"={_counted('tblCampaign[Decision]', LISTS['Decision'])}",
              "The Decision column was edited: use Want back? to overrule it."),
        Check(STAGES, len(frame), int(stage.isin(LISTS["Stage"]).sum()), rows,
              "=SUM(tblByStage[Accounts])", "Choose a stage from the list in the rows without one."),
        Check("Cost of offers by approver = cost of the offers of the accounts to pursue", float(cost.sum()),
              float(cost[approver.isin(LISTS["Approver"]).to_numpy()].sum()),
              counts.make_good_cost(plan).formula, "=SUM(tblByApprover[Our cost])",
              "A make-good has no known approver: look at the Approver column.", "money"),
        Check("Accounts called Won = accounts called Won that the customer confirmed", stated,
              float(counts.won(plan).value), '=COUNTIF(tblCampaign[Outcome],"Won")', counts.won(plan).formula,
              "It is won when the customer says so: fill in Customer confirmed, or change Won."),
        Check("Nothing was agreed before the customer was listened to", 0,
              int(((agreed > 0) & (listened != "Yes").to_numpy()).sum()), "",
              '=COUNTIFS(tblCampaign[Agreed amount],">0",tblCampaign[Heard],"<>Yes")',
              "Listen first: what they ask for may cost less than what you would offer."),
        Check("Nothing was agreed without the approval it needs", 0, unapproved, "",
              '=COUNTIFS(tblCampaign[Agreed amount],">0",tblCampaign[Unapproved],1)',
              "Get it approved: Do next in Campaign says by whom. The owner of an account cannot approve for himself."),
        Check("Talks below the first 500 rows are where the last refresh left them: sum of their days", older, older,
              "=talks_older", "=SUM(tblTalks[Day])-SUM(talk_day)",
              "Sort Talks by Day, the newest first: Last talk and Attempts look at its first 500 rows."),
        Check("Talks that name no account in this campaign", 0, len(unknown_talks.names(plan, plan.talks)), "",
              f"={unknown_talks.COUNT}", "Choose the account in the cell; the line above the talks names them."),
    ]  # fmt: skip


def _ledger(plan: Plan) -> list[Check]:
    until = cell_values.days(plan.segments.reindex(columns=["last_order"])["last_order"]).max()
    found = against_ledger.find(plan.campaign, until=until, settings=plan.settings)
    what = "Entries that the orders of the last refresh contradict: won revenue, wins and losses"
    return [Check(what, 0, len(found.entries), "", "", f"{found.sentence} {against_ledger.FIX}".strip())]


def _make_goods(plan: Plan) -> list[Check]:
    frame = plan.make_goods
    low, mid, high = (numbers(frame, name) for name in ("low", "recommended", "high"))
    cost, worth = numbers(frame, "our_cost"), numbers(frame, "worth")
    known = frame["worth"].notna().to_numpy() if "worth" in frame else np.zeros(len(frame), dtype=bool)
    rebuild = "Make-goods was edited by hand: build it again."
    return [
        Check("Offers out of order (low above recommended, or recommended above high)", 0,
              int((low > mid).sum() + (mid > high).sum()), "",
              "=SUMPRODUCT(--(tblMakeGoods[Make-good low]>tblMakeGoods[Make-good recommended]))"
              "+SUMPRODUCT(--(tblMakeGoods[Make-good recommended]>tblMakeGoods[Make-good high]))", rebuild),
        Check("Make-goods that cost us more than winning the customer back gains", 0,
              int((known & (cost > worth + _CLOSE)).sum()), "",
              '=SUMPRODUCT((tblMakeGoods[Gained margin]<>"")*'
              f"(tblMakeGoods[Our cost]>tblMakeGoods[Gained margin]+{_CLOSE}))", rebuild),
    ]  # fmt: skip


def _set_aside(plan: Plan) -> list[Check]:
    promised = sum(source.rows_set_aside for source in plan.sources)
    return [
        Check("Rows set aside = rows listed below + rows not shown", promised, len(plan.set_aside),
              "=SUM(tblSources[Rows set aside])", "=COUNTA(tblSetAside[Reason])+set_aside_more",
              "Rows were deleted from the list below."),
    ]  # fmt: skip


def checks(plan: Plan) -> list[Check]:
    """Return every check, in the order of the sheet."""
    return once(plan, "checks", _all)


def _all(plan: Plan) -> list[Check]:
    parts = (_sources, _set_aside, _revenue, _segments, _make_goods, _campaign, _ledger)
    return [check for part in parts for check in part(plan)]


def summary(plan: Plan) -> str:
    """Return what the summary cell says."""
    everything = checks(plan)
    good = sum(check.result == "OK" for check in everything)
    strange = [issue.what for issue in plan.issues if issue.code == STRANGE]
    if good == len(everything) and strange:
        return f"CHECK: {strange[0]}"
    if good == len(everything):
        left, read = (
            sum(getattr(one, name) for one in plan.sources) for name in ("rows_set_aside", "rows_in")
        )
        rest = f"; {left:,} of {read:,} rows are left out" if left else ""
        return f"OK: all {good} checks add up{rest}"
    return f"CHECK: {len(everything) - good} of {len(everything)} checks do not add up; {SEE}"


def _table(everything: list[Check]) -> Table:
    difference = np.round([check.expected - check.found for check in everything], 6) + 0.0  # + 0.0: no -0
    return Table(
        "tblChecks", _TABLE_ROW, 0,
        (
            Field("Result", np.array([check.result for check in everything], dtype=object), "text", "formula",
                  formula="=IF(ISNUMBER(tblChecks[@[Difference]]),"
                          f'IF(ABS(tblChecks[@[Difference]])<{_CLOSE},"OK","CHECK"),"CHECK")'),
            text_field("Check", [check.what for check in everything]),
            Field("Expected", np.array([check.expected for check in everything]), "number", "formula"),
            Field("Found", np.array([check.found for check in everything]), "number", "formula"),
            Field("Difference", difference, "money", "formula",
                  formula="=ROUND(tblChecks[@[Expected]]-tblChecks[@[Found]],6)"),
            text_field("If it says CHECK", [check.otherwise for check in everything]),
        ),
        alt="Every check with both sides, the difference and the result",
        arrows=False,
        rules=(Rule('={Result}="CHECK"', "bad", "Result"), Rule('={Result}="OK"', "ok", "Result")),
    )  # fmt: skip


def _sides(everything: list[Check]) -> list[Cell]:
    """Return both sides of each check, each with its own formula and format, on the body of the table."""
    return [
        Cell(row, col, value, look="number", kind=check.kind, formula=formula)
        for row, check in enumerate(everything, start=_TABLE_ROW + 1)
        for col, value, formula in (
            (2, check.expected, check.expected_formula),
            (3, check.found, check.found_formula),
        )
    ]


def _issues(plan: Plan, row: int) -> Table:
    issues = plan.issues
    return Table(
        "tblIssues", row, 0,
        (
            text_field("Severity", [issue.severity for issue in issues],
                       "An error stops the job, a warning leaves rows out, a note is for information."),
            Field("What was found", np.array([issue.what for issue in issues], dtype=object), "long", "calculated"),
            Field("Where", np.array([issue.place for issue in issues], dtype=object), "long", "calculated"),
            text_field("Code", [issue.code for issue in issues]),
            Field("Rows", np.array([float(issue.rows) for issue in issues]), "count", "calculated",
                  help="Rows set aside for it."),
            Field("What to do", np.array([in_settings(issue.fix) for issue in issues], dtype=object), "long", "calculated"),
        ),
        alt="Everything found in the data: what, where, and what to do",
    )  # fmt: skip


def sheet(plan: Plan) -> Sheet:
    """Return the checks, the findings and the rows set aside, one below the other."""
    everything = checks(plan)
    issues_at = _TABLE_ROW + len(everything) + 2
    issues = _issues(plan, issues_at + 2)
    aside_at = issues.row + max(issues.rows, 1) + 2
    aside = set_aside_table.table(plan, aside_at + 3)
    more = len(plan.set_aside) - len(set_aside_table.shown_of(plan))
    found = f"{plural(len(plan.issues), 'finding')}, listed with what to do."
    dropped = f"{plural(len(plan.set_aside), 'row')} could not be used or are not orders; every number leaves them out."
    cells = [
        Cell(_SUMMARY_ROW, 0, summary(plan), look="output", formula=SUMMARY, name="check_summary", span=1),
        *_sides(everything),
        Cell(issues_at, 0, "What was found in the data", look="heading", span=5),
        Cell(issues_at + 1, 0, found if plan.issues else "No problem was found.", look="note", span=4),
        Cell(aside_at, 0, "Rows set aside", look="heading", span=5),
        Cell(aside_at + 1, 0, dropped if len(plan.set_aside) else "Every row was used.", look="note", span=4),
        Cell(aside_at + 2, 0, "Not shown", look="label"),
        Cell(aside_at + 2, 1, more, look="number", kind="count", name="set_aside_more"),
    ]
    return Sheet(
        NAME,
        "Checks: do the numbers add up?",
        "Both sides are recounted whenever something changes. OK is good; CHECK says what to do.",
        cells=tuple(cells),
        tables=(_table(everything), issues, aside),
        widths=_WIDTHS,
    )
