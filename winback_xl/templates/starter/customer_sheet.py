"""One row a customer: status, level and what they rest on, by formulas that read the sorted orders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from winback_xl.core.lifetime_value.customer_value import SHORTEST
from winback_xl.core.orders.day_numbers import OWN_YEAR, YEAR
from winback_xl.core.segments.loyalty import HABITUAL, LOYAL
from winback_xl.templates.starter import names, sample_rows
from winback_xl.templates.starter.as_cells import AsCells
from winback_xl.templates.starter.expressions import written
from winback_xl.templates.starter.names import DAY, DAYS, KINDS, ROWS, column, helper, part
from winback_xl.workbook.lambda_names.rhythm import LEVEL_RULE, STATUS_RULE, SURVIVED_RULE
from winback_xl.workbook.sheets.parts import HEADER_ROW
from winback_xl.workbook.spec import Rule, Sheet, Table

if TYPE_CHECKING:
    from winback_xl.templates.starter.sample_orders import Example

_BLOCK = DAYS * ROWS

_STATUS_READS = {
    "silent": "[@[Days silent]]", "cadence": "[@[Usual gap]]", "known": '[@[Usual gap]]<>""',
    "own": "[@[Order days]]>=set_own_cadence_order_days", "classic": 'set_lapse_mode="fixed"',
    "fixed_limit": "set_fixed_days", "shared": "cu_shared",
}  # fmt: skip
_LEVEL_READS = {name: f"[@{name}]" for name in ("many", "span", "squares", "periods", "bought", "wallet")} | {
    "points": "[@[Attitude points]]"
}
_SHOWN = {"limit": "[@[Lapse limit]]", "score": "[@[Behaviour score]]"}
"""Steps of the rules that people see; the other ones are hidden columns."""


def _reference(step: str) -> str:
    return _SHOWN.get(step, f"[@{step}]")


def _rule(rule: str, reads: dict[str, str]) -> dict[str, str]:
    """Return the formula of each step of a rule, and of its result under ""."""
    cells = AsCells(_reference)
    tree = cells.of(rule, reads)
    return {name: written(step) for name, step in cells.steps.values()} | {"": written(tree)}


STATUS, LEVEL = _rule(STATUS_RULE, _STATUS_READS), _rule(LEVEL_RULE, _LEVEL_READS)
_POINTS = written(AsCells(_reference).of(SURVIVED_RULE, {"survived": "[@survived]"}))


def _if(condition: str, formula: str) -> str:
    return f'=IF({condition},"",{formula})'


def _listed(formula: str) -> str:
    return _if('[@start]=""', formula)


def _ordering(formula: str) -> str:
    """Return a formula that is blank for rows without a customer, and for customers without an order."""
    return _if("N([@[Order days]])=0", formula)


def _until(block: str, day: str) -> str:
    """Return the last row of Sorted up to a day of a block of rows."""
    return f"IFERROR(MATCH(({block})*{_BLOCK:.0f}+({day})*{ROWS:.0f}+{ROWS - 1:.0f},so_sort,1),0)"


def _last_of(after: int) -> str:
    """Return the last row of Sorted before a block of rows, so many after the customer's number."""
    return f"IFERROR(MATCH(([@block]+{after})*{_BLOCK:.0f}-1,so_sort,1),0)"


_WINDOW = part("so_day", "{first}", "{last}")
_CARRIED = (  # winback_xl.core.lifetime_value.customer_value.run_rate
    f"(1+({YEAR}/MIN(MAX(([@[Last order]]-[@[First order]])*[@[Order days]]/MAX([@[Order days]]-1,1),{SHORTEST:.0f}),{YEAR})-1)"
    "*([@[Order days]]-1)/([@[Order days]]-1+set_young_order_days))"
)
_WHY_SILENT = (
    '[@[Days silent]]&" days since the last order. "&IF([@[Order days]]>=set_own_cadence_order_days,"Usual gap "&ROUND([@[Usual gap]],1)'
    '&" days, so the limit is "&ROUND([@[Lapse limit]],0)&". ","Too few orders for a rhythm of their own: others reorder within "'
    '&ROUND([@[Lapse limit]],0)&" days. ")'
)
_WHY_LEVEL = (
    f'IF([@Level]="{LOYAL}","Steady orders, and "&[@[Attitude points]]&" points of attitude.",IF([@Level]="{HABITUAL}",'
    '"Steady orders, but no sign yet that they would stay after a mistake.",IF([@many]<set_loyalty_min_order_days,'
    '"Only "&[@many]&" order days in the loyalty window.",IF([@elsewhere],"They buy more elsewhere.",'
    '"Behaviour score "&ROUND([@[Behaviour score]],2)&", below "&set_behaviour_threshold&"."))))'
)


def sheet(example: Example) -> Sheet:
    """Return the sheet Customers."""
    made, n = sample_rows.columns(example), example.room.customers

    def held(name: str) -> list[Any]:
        return names.padded(made[name], n)

    first_day = f"{DAY}-set_loyalty_window_days"
    inside = _WINDOW.format(first="[@wstart]+1", last="[@end]")
    before = _WINDOW.format(first="[@wstart]", last="[@end]-1")
    period = "INT(({days}-[@[Last order]]+[@span])/set_period_days)"
    values, credits_ = part("so_value", "[@start]", "[@end]"), part("so_value", "[@end]+1", "[@cred]")
    own_year = f"[@[Last order]]-{OWN_YEAR}"
    fields = (
        column("Customer", held("customer"), "text", _listed(f"INDEX(or_key,[@block]/{KINDS})"), name="cu_customer", width=34),
        column("Status", held("status"), "choice", _ordering(STATUS[""]), name="cu_status", width=11,
               about="How long without an order, compared with their own rhythm."),
        column("Level", held("level"), "choice", _listed(LEVEL[""]), name="cu_level", width=18,
               about="Loyal needs evidence beyond orders: give it on the sheet Known."),
        column("Value a year", held("run_rate"), "money",
               _ordering(f"MAX(0,ROUND(SUM({part('so_value', '[@ystart]', '[@end]')})+IF([@ycred]>[@cred],0,"
                         f"SUM({part('so_value', '[@ycred]', '[@cred]')})),4))*{_CARRIED}"), name="cu_value",
               about="Orders less credits of the year to the last order; of a young account, carried on to a whole year."),
        column("Days silent", held("days_since"), "days", _ordering(f"{DAY}-[@[Last order]]"), name="cu_silent"),
        column("Usual gap", held("cadence"), "count",
               _ordering("IF([@[Order days]]>=set_own_cadence_order_days,[@median],cu_cadence)"), name="cu_gap",
               about="Days between their orders; of all customers where they have too few."),
        column("Lapse limit", held("limit"), "count", _ordering(STATUS["limit"]), name="cu_limit",
               about="Silent for longer than this many days: lapsed."),
        column("Order days", held("order_days"), "count",
               _listed(f"IF([@end]<[@start],0,COUNT({part('so_new', '[@start]', '[@end]')}))"), width=12),
        column("First order", held("first"), "date", _ordering("INDEX(so_day,[@start])")),
        column("Last order", held("last"), "date", _ordering("INDEX(so_day,[@end])"), name="cu_last"),
        column("Behaviour score", held("behaviour"), "number", _listed(LEVEL["score"]),
               about="How often, how steadily and how regularly they buy: 0 to 1."),
        column("Attitude points", held("attitude"), "count",
               _listed(f'IF([@at]="",0,INDEX(kn_points,[@at]))+{_POINTS}'),
               about="From the sheet Known, and for a mistake that they came back after."),
        column("Why", held("why"), "text", _listed(f'IF([@[Order days]]=0,"No order.",{_WHY_SILENT}&{_WHY_LEVEL})'), name="cu_why", width=125),
        names.numbered(n),
        helper("start", held("start"), '=IF([@[No.]]>COUNT(so_start),"",SMALL(so_start,[@[No.]]))'),
        helper("block", held("block"), _listed(f"{KINDS}*INT(INDEX(so_block,[@start])/{KINDS})")),
        helper("end", held("end"), _listed(_last_of(2))),
        helper("cred", held("cred"), _listed(_last_of(3))),
        helper("median", held("gap_median"),
               _if("N([@[Order days]])<2", f"MEDIAN({part('so_gap', '[@start]', '[@end]')})")),
        helper("wstart", held("wstart"), _ordering(f"{_until('[@block]+1', first_day)}+1")),
        helper("many", held("window_days"),
               _listed(f"IF(N([@[Order days]])=0,0,IF([@wstart]>[@end],0,COUNT({part('so_new', '[@wstart]', '[@end]')})))")),
        helper("span", held("span"), _listed("IF([@many]=0,0,[@[Last order]]-INDEX(so_day,[@wstart]))")),
        helper("squares", held("squares"), _listed(f"IF([@many]>2,SUMSQ({part('so_gap', '[@wstart]+1', '[@end]')}),0)")),
        helper("periods", held("periods"),
               _listed(f"IF([@many]=0,1,INT((MIN({DAY},[@[Last order]]+set_period_days)-[@[Last order]]+[@span])/set_period_days)+1)")),
        helper("bought", held("periods_bought"),
               _listed(f"IF([@many]=0,0,IF([@wstart]=[@end],1,1+SUMPRODUCT(--({period.format(days=inside)}"
                       f"<>{period.format(days=before)}))))")),
        helper("average", held("average_order"),
               _ordering(f'IF(COUNT({values})=0,"",ROUND(SUM({values}),4)/COUNT({values}))')),
        helper("survived", held("survived"),
               _listed(f"IF(OR(N([@average])=0,[@cred]<=[@end],N([@[Order days]])<set_survival_order_days),0,"
                       f"SIGN(SUMPRODUCT((-{credits_}>=set_material_failure_share*[@average])"
                       f"*({part('so_day', '[@end]+1', '[@cred]')}<LARGE({part('so_new', '[@start]', '[@end]')},set_survival_order_days)))))")),
        helper("ystart", held("ystart"), _ordering(f"{_until('[@block]+1', own_year)}+1")),
        helper("ycred", held("ycred"), _ordering(f"MAX([@end],{_until('[@block]+2', own_year)})+1")),
        helper("at", held("at"), _listed(f'IFERROR(MATCH({names.escaped("[@Customer]")},kn_key,0),"")')),
        helper("wallet", held("wallet"), _if("N([@at])=0", "INDEX(kn_wallet,[@at])")),
        helper("rank", held("rank"),
               "=IF(OR(" + ",".join(f'[@Status]="{status}"' for status in names.LOST)
               + f'),[@[Value a year]]*{ROWS:.0f}+({example.room.orders}-[@[No.]])/{ROWS:.0f},"")', name="cu_rank"),
        *(helper(name, held(name), _ordering(formula)) for name, formula in STATUS.items() if name not in {"", "limit"}),
        *(helper(name, held(name), _listed(formula)) for name, formula in LEVEL.items() if name not in {"", "score"}),
    )  # fmt: skip
    table = Table(
        "tblCustomers", HEADER_ROW, 0, fields, alt="Customers: status, level and why, one a row", lean=True,
        rules=(Rule('={Status}="Lapsed"', "held", "Status"), Rule('={Status}="Cold"', "faint", "Status")),
    )  # fmt: skip
    return Sheet(
        "Customers",
        "Customers: who is leaving, and who would stay",
        "Formulas: they follow Orders, Known and Settings. Sort and filter as you like.",
        tables=(table,),
        freeze=(HEADER_ROW + 1, 1),
        on_paper=False,
    )
