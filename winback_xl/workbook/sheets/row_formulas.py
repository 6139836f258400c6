"""The native formulas of the campaign's rows; `winback_xl.core.tracking.follow_through` gives the same values."""

from __future__ import annotations

from types import MappingProxyType

from winback_xl.core.make_good import approvers
from winback_xl.core.tracking import do_next, due, gate, progress
from winback_xl.core.tracking import due as standing
from winback_xl.core.tracking.conditions import cell
from winback_xl.core.tracking.progress import RESTING, ROAD
from winback_xl.schema.columns import CAMPAIGN
from winback_xl.serial_days import LAST_DAY
from winback_xl.workbook.sheets import talk_formulas

STAGES, STEPS, SHIFTS, WORKDAYS, NEEDS = (
    "stage_names",
    "stage_steps",
    "stage_shift",
    "stage_workdays",
    "stage_needs",
)
PLACES = "stage_places"
"""Names of columns of the table of stages in Lists."""

SAYS, CELLS, KEYS, MARKS = "gate_says", "gate_cells", "gate_keys", "gate_marks"
"""Names of columns of the table of gate steps in Lists."""

COUNSEL, LIMITS, YEARS, CALLS = "counsel_list", "limit_list", "years_counted", "aftercare_days"
FROM, WORDS = "when_from", "when_words"
"""Names of what is calculated once in Lists instead of in every row; `ONCE` says how."""

_KEPT = "set_keep/(1+set_discount)"
ONCE = MappingProxyType(
    {
        COUNSEL: '=","&LOWER(SUBSTITUTE(set_counsel_names,", ",","))&","',
        LIMITS: f'=","&SUBSTITUTE("; "&LOWER(set_own_limits)&";",";",REPT(" ",{approvers.DIGITS})&";")',
        # Over the years counted, kept and discounted as the future margin is: a price that is lower comes again each year.
        YEARS: f"=IF(set_keep=1+set_discount,set_future_years,(1-({_KEPT})^set_future_years)/(1-{_KEPT}))/(1+set_discount)",
        **{f"{CALLS}_{number}": f"=set_{name}" for number, name in enumerate(due.AFTERCARE, start=1)},
    }
)
"""Cells of Lists that follow the settings: name -> formula. The days of the aftercare calls are one below the other."""


def _number(name: str) -> str:
    """Return a cell as a number, 0 where somebody typed words or where it holds an error."""
    return f"IFERROR(N({cell(name)}),0)"


def _day(name: str) -> str:
    """Return a test whether a cell holds a day, and not words."""
    return f"ISNUMBER({cell(name)})"


def _guarded(value: str, otherwise: str = '""') -> str:
    """Return a whole formula: what is typed into a cell never shows as an error in another."""
    return f"=IFERROR({value},{otherwise})"


_AT_WORK = f'OR({cell("outcome")}="",{cell("outcome")}="Open"),{(~gate.LEFT).excel}'

_NEXT_UPDATE_DUE = _guarded(
    f'IF(AND({_AT_WORK},{_day("last_contact")},{cell("stage")}<>"Resting"),'
    f'WORKDAY({cell("last_contact")},set_update_days),"")'
)

_CONFIRMED_WIN = f'{cell("outcome")}="Won",{_day("customer_confirmed")}'

_INCENTIVE = _guarded(
    f"IF(AND({_CONFIRMED_WIN},{_day('won_revenue')},set_incentive_rate>0),"
    f'MAX({cell("won_revenue")},0)*set_margin*set_incentive_rate,"")'
)

_WON = f"{cell('step')}={standing.CONFIRMED}"
_SINCE_WON = f"IF({_day('won_date')},MAX(set_as_of-INT({cell('won_date')}),0),0)/365"

_NET_RECOVERED = _guarded(
    f'IF(COUNT({cell("won_revenue")},{cell("actual_cost")},{cell("incentive_paid")})=0,"",'
    f"IF(AND({_CONFIRMED_WIN}),N({cell('won_revenue')})*set_margin-N({cell('concession')})*{_SINCE_WON},0)"
    f"-N({cell('actual_cost')})"
    f"-IF({_day('incentive_paid')},{cell('incentive_paid')},N({cell('incentive')})))"
)

_CONCESSION_COST = _guarded(f'IF(N({cell("concession")})=0,"",N({cell("concession")})*{YEARS})')


def _aftercare_due() -> str:
    """Return the first aftercare call since the last talk, so that a missed one stays due."""
    won, talked = f"INT({cell('won_date')})", f"N({cell('last_contact')})"
    made = f'COUNTIF({CALLS},"<="&{talked}-{won})'
    return _guarded(f'IF(AND({cell("outcome")}="Won",{_day("won_date")}),{won}+SMALL({CALLS},1+{made}),"")')


_REACHED, _GATE = cell("reached"), cell("gate")


def _reached() -> str:
    stage = cell("stage_no")
    offered = f"{cell('recommended')}+{cell('token')}+N({cell('agreed_amount')})>0"
    thanked = f"IF({offered},{progress.THANKED},{progress.DELIVERED})"
    shown = ",".join(
        (
            stage,
            f'({cell("listened")}="Yes")*{progress.LISTENED}',
            f"{_day('plan_emailed')}*{progress.PLAN_SENT}",
            f"IF(OR({stage}>={progress.THANKED},{_day('thank_you_call')}),{thanked},0)",
            f"{_day('delivered_on')}*{progress.DELIVERED}",
            f"{_day('customer_confirmed')}*{progress.CONFIRMED}",
            f'({cell("outcome")}="Won")*{progress.WON}',
        )
    )
    return _guarded(
        f'IF({stage}>{ROAD},{stage},IF({cell("want_back")}="Later",{RESTING},MAX({shown})))', stage
    )


def _since() -> str:
    last = "MAX(" + ",".join(map(cell, due.HAPPENED)) + ")"
    return f"=IFERROR(INT({last}),INT(N({cell(due.HAPPENED[0])})))"


def _held() -> str:
    name = f'FIND(","&LOWER(TRIM({cell("approved_by")}))&",",{COUNSEL})'
    released = f'AND({cell("approved_by")}<>"",{_day("approved_on")},{name}>0)'
    return f'=IFERROR(IF({cell("legal")}="Yes",IF({released},0,1),0),1)'


def _own_limit() -> str:
    """Return the amount behind the owner's name, whatever the decimal mark of the computer is."""
    name = f'IF(TRIM({cell("owner")})="","{approvers.NOBODY}",LOWER(TRIM({cell("owner")})))'
    key = f'"; "&{name}&" = "'
    amount = f"TRIM(MID({LIMITS},FIND({key},{LIMITS})+LEN({key}),{approvers.DIGITS}))"
    return _guarded(f'VALUE(SUBSTITUTE({amount},".",MID(1/2,2,1)))', "set_rep_limit")


def _closed() -> str:
    outcome, stage = cell("outcome"), cell("stage")
    over = ",".join([*(f'{outcome}="{word}"' for word in ("Lost", "Warm-lost", "Let go")),
                     *(f'{stage}="{word}"' for word in ("Let go", "Warm-lost")), f'{cell("no_contact")}="Yes"'])  # fmt: skip
    return _guarded(f"OR({over})*1", "0")


def _do_next() -> str:
    step = f'INDEX({STEPS},{_REACHED})&""'
    needed = f"ISNUMBER(FIND(INDEX({KEYS},{_GATE}),INDEX({NEEDS},{_REACHED})))"
    says = f'SUBSTITUTE(INDEX({SAYS},{_GATE}),"{gate.APPROVER}",{cell("authority")})'
    decide = f'AND({_GATE}={gate.number(gate.DECIDE)},{cell("proposed")}<>"")'
    asked = f"IF({decide},{cell('proposed')},IF({needed},INDEX({STEPS},{_REACHED}),{says}))&INDEX({MARKS},{_GATE})"
    nothing = f'OR({cell("customer_id")}="",{cell("closed")}=1,AND({cell("outcome")}="Won",{cell("aftercare_due")}=""))'
    own = cell("my_step")
    return _guarded(f'IF({own}<>"",{own}&"",IF({_GATE}>0,{asked},IF({nothing},"",{step})))', f'"{gate.FIX}"')


_IDLE = f"{cell('closed')}=1,{cell('gate_decide')}={gate.number(gate.LEFT_ALONE)}"


_QUIET = f'{cell("customer_id")}="",{_IDLE}'


def _nothing_asked() -> str:
    """Return a test whether Do next says nothing today: it may on the day of a review or of a reminder."""
    decide, talk, plan, close = map(cell, gate.GATES)
    none = f"{decide}+{talk}=0,IF({plan}=0,{close},{plan})<=0"
    over = f'AND({cell("outcome")}="Won",{cell("aftercare_due")}="")'
    return f'IFERROR(AND({cell("my_step")}="",{none},OR({over},INDEX({STEPS},{_REACHED})="")),FALSE)'


def _look_again() -> str:
    """Return the day of the next review or reminder, "" where there is none; one without a day has been due since."""
    lasts, outside, own = f"N({cell('concession')})>0", f'{cell("outside_party")}<>""', _number("my_date")

    def day(when: str, name: str) -> str:
        return f"IF({when},IF(N({cell(name)})<{due.FIRST},{cell('since')},{cell(name)}),{LAST_DAY})"

    first = f"MIN({day(lasts, 'concession_review')},{day(outside, 'chase_on')})"
    return f'IF(OR({lasts},{outside}),INT(MAX({first},{own})),"")'


def _due() -> str:
    """Return when it is due. Nothing of it depends on today, so that an edit does not calculate every row again."""
    since = cell("since")
    stage = (
        f'IF(OR({since}<{due.FIRST},{since}>{LAST_DAY}),"",'
        f"WORKDAY({since}+INDEX({SHIFTS},{_REACHED}),INDEX({WORKDAYS},{_REACHED})))"
    )
    pausing = f'OR({cell("want_back")}="Later",{cell("stage")}="Resting")'
    pause = f"IF(AND({pausing},{_day('rest_until')}),INT({cell('rest_until')}),{stage})"
    call = f'IF(AND({cell("outcome")}="Won",{_day("aftercare_due")}),{cell("aftercare_due")},{pause})'
    own = f"IF({_number('my_date')}>0,INT({cell('my_date')}),{call})"
    return _guarded(f'IF(OR({_QUIET}),"",IF({_nothing_asked()},{_look_again()},{own}))')


def _missing() -> str:
    later = f'IF({cell("outcome")}="Won","{CAMPAIGN["last_contact"].heading}","{CAMPAIGN["stage"].heading}")'
    days = cell("days_overdue")
    due_now = f'IF({days}="","",IF({days}>=0,{later},""))'
    return _guarded(f"IF({_GATE}>0,INDEX({CELLS},{_GATE}),{due_now})")


def _when_due() -> str:
    undated, days = due.WHEN_DUE[-1], cell("days_overdue")
    nothing = f'OR({cell("do_next")}="",{cell("due")}<>"",{_IDLE})'
    return f'=IF({days}="",IF({nothing},"","{undated}"),INDEX({WORDS},MATCH({days},{FROM},1)))'


def _offer() -> str:
    owed, token = f"N({cell('owed')})", cell("token")
    amount = f"{cell('recommended')}-{owed}"
    more = f'IF({token}>0," + "&FIXED({token},0),"")'
    least = do_next.LEAST_SHOWN
    some = f'IF({amount}>={least},FIXED({amount},0)&{more},IF({token}>0,"token "&FIXED({token},0),IF({owed}>0,"","{do_next.NO_CELL}")))'
    debt = f'IF({owed}>0,"owed "&FIXED({owed},0)'
    idle = ",".join(f'{cell("decision")}="{word}"' for word in do_next.NOTHING_OFFERED)
    kept = f'IF(AND(OR({idle}),IFERROR({cell("want_back")}<>"Yes",TRUE)),{debt},"{do_next.NO_CELL}"),{debt}&IF(({amount}>={least})+({token}>0)>0,"; ",""),"")&{some})'
    return f'=IF({cell("customer_id")}="","",IF({cell("held")}=1,"{do_next.HELD}",{kept}))'


def _act_by() -> str:
    """Return Due where somebody is to act: what Today counts, without looking at the date of each row at each edit."""
    planned = f'N({cell("wave")})=0,{cell("reached")}<=1,{cell("outcome")}<>"Won"'
    no_call = f'IFERROR(AND({cell("want_back")}="",{cell("my_date")}="",{planned}),FALSE)'
    return f'=IF({cell("due")}="","",IF({no_call},"",{cell("due")}))'


def _call_key() -> str:
    by, talk = cell("act_by"), cell("gate_talk")
    worth = f"(MAX({cell('worth')},0)+1+ROW()/1000000)"
    first, last = gate.APPROVALS
    asks = f"{cell('gate_decide')}=0,{talk}>={first},{talk}<={last}"
    inside = f'IFERROR(AND({cell("my_step")}="",{asks}),FALSE)'
    call = f"IF({by}>set_as_of,-1/{worth},{worth})"
    later = f"OR({by}>set_as_of+{due.SOON},{cell('shown')}=0)"
    return f'=IF({by}="","",IF({later},"",IF({inside},{due.TO_APPROVE}-1/{worth},{call})))'


_PURSUED = f'OR({cell("want_back")}="Yes",AND({cell("want_back")}<>"No",{cell("want_back")}<>"Later",N({cell("wave")})>0))'


def _contacted() -> str:
    heard = f'AND({_REACHED}>={progress.LISTENED},{_REACHED}<={ROAD}),{cell("stage")}="Warm-lost",{cell("listened")}="Yes"'
    return _guarded(f'IF({_PURSUED},OR({heard})*1,"")')


def _step() -> str:
    won = f'IF({cell("outcome")}="Won",IF({_day("customer_confirmed")},{standing.CONFIRMED},{standing.WON}),'
    idle = f'IF(OR({cell("contacted")}="",{_IDLE}),0,'
    undecided = (
        f'IF(AND({_REACHED}=1,{cell("want_back")}<>"Yes"),{standing.DECIDE},INDEX({PLACES},{_REACHED}))'
    )
    return _guarded(f"{won}{idle}{undecided}))", "0")


def _added() -> str:
    came = f"IF({_WON},N({cell('won_revenue')})*set_margin*N({cell('anyway')}),0)"
    return _guarded(f'IF({cell("net_recovered")}="","",{cell("net_recovered")}-{came})')


def _money_on() -> str:
    day = "set_as_of"
    for name in reversed(standing.MONEY_DAYS):
        day = f"IF({_day(name)},{cell(name)},{day})"
    return _guarded(f'IF({cell("net_recovered")}="","",MIN(set_as_of,INT({day})))')


FORMULAS = MappingProxyType(
    {
        **talk_formulas.FORMULAS,
        "do_next": _do_next(),
        "due": _due(),
        "offer": _offer(),
        "net_recovered": _NET_RECOVERED,
        "incentive": _INCENTIVE,
        "concession_cost": _CONCESSION_COST,
        "next_update_due": _NEXT_UPDATE_DUE,
        "aftercare_due": _aftercare_due(),
        "stage_no": f"=IFERROR(MATCH({cell('stage')},{STAGES},0),1)",
        "reached": _reached(),
        "since": _since(),
        "closed": _closed(),
        "held": _held(),
        "own_limit": _own_limit(),
        **gate.formulas(),
        "missing": _missing(),
        "act_by": _act_by(),
        "days_overdue": f'=IF({cell("act_by")}="","",set_as_of-{cell("act_by")})',
        "when_due": _when_due(),
        "shown": f'=IF({standing.SHOW_OWNER}="{standing.EVERYONE}",1,IFERROR(({cell("owner")}={standing.SHOW_OWNER})*1,0))',
        "contacted": _contacted(),
        "step": _step(),
        "added": _added(),
        "money_on": _money_on(),
        "call_key": _call_key(),
    }
)
"""Native formula of each formula column."""
