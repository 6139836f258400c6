"""Who has left, those first who bought most."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from winback_xl.templates.starter import names, sample_rows
from winback_xl.templates.starter.names import column, helper
from winback_xl.workbook.sheets.parts import HEADER_ROW
from winback_xl.workbook.spec import Rule, Sheet, Table

if TYPE_CHECKING:
    from winback_xl.schema.columns import Kind
    from winback_xl.templates.starter.sample_orders import Example

_COLUMNS: tuple[tuple[str, str, Kind, str, float], ...] = (
    ("Customer", "customer", "text", "cu_customer", 34), ("Status", "status", "choice", "cu_status", 11),
    ("Level", "level", "choice", "cu_level", 18), ("Value a year", "run_rate", "money", "cu_value", 0),
    ("Days silent", "days_since", "days", "cu_silent", 12), ("Usual gap", "cadence", "count", "cu_gap", 12),
    ("Last order", "last", "date", "cu_last", 0), ("Why", "why", "text", "cu_why", 125),
)  # fmt: skip


def sheet(example: Example) -> Sheet:
    """Return the sheet Lapsed."""
    made, n = sample_rows.columns(example), example.room.lapsed
    order = sorted(
        (place for place, rank in enumerate(made["rank"]) if rank != ""), key=lambda at: -made["rank"][at]
    )

    def held(name: str) -> list[Any]:
        return names.padded([made[name][at] for at in order[:n]], n)

    at = [float(place + 1) for place in order[:n]]
    fields = (
        *(
            column(heading, held(name), kind, f'=IF([@at]="","",INDEX({source},[@at]))', width=width)
            for heading, name, kind, source, width in _COLUMNS
        ),
        names.numbered(n),
        helper(
            "at",
            names.padded(at, n),
            '=IF([@[No.]]>COUNT(cu_rank),"",MATCH(LARGE(cu_rank,[@[No.]]),cu_rank,0))',
        ),
    )
    count = len(order)
    return Sheet(
        "Lapsed",
        "Lapsed: who has left, the biggest first",
        _stated(count, n),
        instruction_formula=f'=IF(or_rows=0,"No order could be read: see Read as on the sheet Orders.",IF(COUNT(cu_rank)=0,"Nobody has lapsed.","The "&MIN({n},COUNT(cu_rank))&" of "&COUNT(cu_rank)'
        '&" lapsed or cold customers that bought most. Ask why they left before you offer anything."))',
        tables=(
            Table("tblLapsed", HEADER_ROW, 0, fields, alt="Lapsed and cold customers, by value a year", lean=True,
                  rules=(Rule('={Status}="Lapsed"', "held", "Status"), Rule('={Status}="Cold"', "faint", "Status"))),
        ),
        freeze=(HEADER_ROW + 1, 1),
    )  # fmt: skip


def _stated(count: int, most: int) -> str:
    shown = min(most, count)
    return f"The {shown} of {count} lapsed or cold customers that bought most. Ask why they left before you offer anything."
