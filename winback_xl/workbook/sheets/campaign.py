"""The Campaign sheet: the list that people work on, with formulas that say what is due and what is missing."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from winback_xl import columns
from winback_xl.core import tracking
from winback_xl.workbook.formulas import column_letters
from winback_xl.workbook.sheets.parts import HEADER_ROW, fields
from winback_xl.workbook.spec import Cell, Rule, Sheet, Table

if TYPE_CHECKING:
    from winback_xl.core.campaign import Plan


def _cell(heading: str) -> str:
    return f"tblCampaign[@[{heading}]]"


_OPEN = f'OR({_cell("Outcome")}="",{_cell("Outcome")}="Open")'

_DAYS_OVERDUE = (
    f'=IF(AND({_OPEN},{_cell("Next step due")}<>"",{_cell("Next step due")}<set_as_of),'
    f'set_as_of-{_cell("Next step due")},"")'
)

_NEXT_UPDATE_DUE = (
    f'=IF(AND({_OPEN},{_cell("Last contact")}<>"",{_cell("Stage")}<>"Resting"),'
    f'WORKDAY({_cell("Last contact")},set_update_days),"")'
)

_NET_RECOVERED = (
    f'=IF(AND({_cell("Won revenue")}="",{_cell("Actual cost")}=""),"",'
    f'IF(AND({_cell("Outcome")}="Won",{_cell("Customer confirmed")}<>""),N({_cell("Won revenue")})*set_margin,0)'
    f"-N({_cell('Actual cost')}))"
)


def _aftercare_due() -> str:
    """Return the first aftercare call since the last talk, so that a missed one stays due."""
    won, talked = _cell("Won date"), _cell("Last contact")
    calls = "".join(f"IF({talked}<{won}+set_{days},{won}+set_{days}," for days in tracking.AFTERCARE)
    closing = ")" * len(tracking.AFTERCARE)
    return f'=IF(OR({_cell("Outcome")}<>"Won",{won}=""),"",{calls}""{closing})'


def _one_of(cell: str, *words: str) -> str:
    """Return a test with the cell named once: a table of 100,000 rows holds each formula as often."""
    listed = ",".join(f'"{word}"' for word in words)
    return f"ISNUMBER(MATCH({cell},{{{listed}}},0))"


def _missing_approval() -> tuple[str, str]:
    """Return when approval is missing, and what to say; more agreed than proposed may need it anew."""
    agreed, proposed, approver = (
        f"N({_cell('Agreed amount')})",
        f"N({_cell('Make-good recommended')})",
        _cell("Approver"),
    )
    raised_cost = f"IF({agreed}>{proposed},N({_cell('Our cost')})+{agreed}-{proposed},0)"
    when = (
        f'AND(OR({_cell("Approved by")}="",{_cell("Approved on")}=""),'
        f'OR(AND({approver}<>"",{approver}<>"Rep"),{raised_cost}>set_rep_limit))'
    )
    what = f'IF({agreed}>{proposed},"Approval of the agreed amount missing","Approval by "&{approver}&" missing")'
    return when, what


def _gate() -> str:
    """Return one chain of IFs: the first thing that is missing, in the order of `tracking.computed`."""
    stage, outcome, want = _cell("Stage"), _cell("Outcome"), _cell("Want back?")
    rest, mailed, confirmed = _cell("Rest until"), _cell("Plan e-mailed"), _cell("Customer confirmed")
    # TEXT(date, "yyyy-mm-dd") is read in the language of the user's Excel; these three parts are not.
    thank = f"WORKDAY({mailed},set_thank_you_days)"
    thank_day = f'YEAR({thank})&"-"&TEXT(MONTH({thank}),"00")&"-"&TEXT(DAY({thank}),"00")'
    to_give = f"N({_cell('Make-good recommended')})+N({_cell('Token')})+N({_cell('Agreed amount')})"
    in_order = (
        f'IF({outcome}<>"Won","Set the outcome to Won",IF({_cell("Won date")}="","Won date missing",""))'
    )
    steps = [
        (f'{_cell("Customer ID")}=""', '""'),
        (
            _one_of(outcome, "Let go", "Lost", "Warm-lost"),
            f'IF(AND({outcome}<>"Let go",{_cell("Their reason")}=""),"Note why they left","")',
        ),
        (_one_of(stage, "Let go", "Warm-lost"), '"Closed: set the outcome"'),
        (f'{want}=""', '"Decide first: want back?"'),
        (f'{want}="No"', '"Let go kindly: set the outcome"'),
        (
            f'OR({want}="Later",{stage}="Resting")',
            f'IF({rest}="","Say until when to rest",IF({rest}<=set_as_of,"Rest is over: decide again",""))',
        ),
        (f'{_cell("Listened")}<>"Yes"', '"Listen before any offer"'),
        _missing_approval(),
        (
            f'AND({_cell("Fix")}="exception",{_cell("Fix approved by")}="")',
            '"Approval of the exception missing"',
        ),
        (
            f'OR({outcome}="Won",{_one_of(stage, "Won", "Aftercare")})',
            f'IF({confirmed}="","Customer has not confirmed",{in_order})',
        ),
        (f'{mailed}=""', '"Plan e-mail: say what changed"'),
        (f'{_cell("Thank-you call")}=""', f'"Thank-you call due "&{thank_day}'),
        (f'AND({to_give}>0,{_cell("Delivered on")}="")', '"Make-good not delivered"'),
        (f'{confirmed}=""', '"Customer has not confirmed"'),
    ]
    chain = "".join(f"IF({when},{then}," for when, then in steps)
    return f'={chain}"Ask for the next order"{")" * len(steps)}'


FORMULAS = MappingProxyType(
    {
        "days_overdue": _DAYS_OVERDUE,
        "next_update_due": _NEXT_UPDATE_DUE,
        "gate": _gate(),
        "net_recovered": _NET_RECOVERED,
        "aftercare_due": _aftercare_due(),
    }
)
"""Native formula of each formula column; `winback_xl.core.tracking.computed` gives the same values."""

RULES = (
    Rule('=AND({Agreed amount}<>"",{Listened}<>"Yes")', "bad", "Agreed amount"),
    Rule("=AND(ISNUMBER({Days overdue}),{Days overdue}>0)", "bad", "Days overdue"),
    Rule("=AND(ISNUMBER({Next update due}),{Next update due}<set_as_of)", "warn", "Next update due"),
    Rule('=AND({Outcome}="Won",{Customer confirmed}<>"")', "ok", "Outcome"),
    Rule('={Gate}<>""', "warn", "Gate"),
)  # fmt: skip
"""Colours beside the words that say the same: an amount before listening, overdue, update due, won, gate."""

_WIDTHS = {
    "campaign_id": 16, "customer": 34, "wave": 9, "decision": 12, "decision_why": 92, "contact": 20, "contact_role": 20,
    "channel": 12, "level": 17, "why": 54, "status": 10, "cause": 26, "specific_or_systemic": 16, "form": 11,
    "approver": 13, "flags": 38, "rationale": 170, "want_back": 13, "owner": 18, "manager": 18, "listened": 12,
    "reason_theirs": 32, "requested_remedy": 32, "approved_by": 18, "contact_check": 40, "fix": 12, "fix_approved_by": 18, "next_step": 34, "outcome": 13, "watch_for": 24,
    "notes": 40, "gate": 36,
}  # fmt: skip

_PAGES = ("Level", "Make-good low", "Rationale", "Want back?", "Approved by", "Actual cost")
"""Columns that start a printed page: who, why now, the offer, its reason, the talk, the plan, the result."""

EMPTY = "No customer is lapsed and no incident is open: there is nobody to win back today."


def _jumps(table: Table) -> list[Cell]:
    """Return links in the frozen corner: the columns to fill in and the Gate are far to the right."""
    targets = (("Fill in", "Want back?"), ("See Gate", "Gate"), ("Back to who and why", "Wave"))
    return [
        Cell(
            HEADER_ROW - 1,
            place,
            name,
            look="link",
            link=f"#'Campaign'!{column_letters(table.column(heading))}{HEADER_ROW + 1}",
        )
        for place, (name, heading) in enumerate(targets)
    ]


def sheet(plan: Plan) -> Sheet:
    """Return one row a customer to win back."""
    computed = tracking.computed(plan.campaign, as_of=plan.as_of, settings=plan.settings)
    frame = plan.campaign.assign(**{name: computed[name] for name in computed.columns})
    table = Table(
        columns.CAMPAIGN.name,
        HEADER_ROW,
        0,
        fields(columns.CAMPAIGN, frame, formulas=FORMULAS, widths=_WIDTHS),
        alt="Every customer to win back: who, why now, what to offer, what was done and what is missing",
        rules=RULES,
        lines=3,
    )
    nothing = () if len(plan.campaign) else (Cell(HEADER_ROW - 1, 3, EMPTY, look="note", span=6),)
    return Sheet(
        "Campaign",
        f"Campaign {plan.campaign_id}",
        "Start at the top. Fill in the columns from Want back? to Notes; a refresh never overwrites them. Gate says"
        " what is missing next.",
        cells=(*_jumps(table), *nothing),
        tables=(table,),
        freeze=(HEADER_ROW + 1, 3),
        pages=tuple(table.column(heading) for heading in _PAGES),
        repeat=3,
    )
