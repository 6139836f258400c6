"""Orders as people paste them, and the same in the order of customers and days."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from winback_xl.core.orders import taken_back
from winback_xl.settings import Settings
from winback_xl.templates.starter import names
from winback_xl.templates.starter.names import CREDIT, DAY, DAYS, KINDS, NOTHING, ORDER, ROWS, column, helper
from winback_xl.workbook.sheets.parts import HEADER_ROW
from winback_xl.workbook.spec import Cell, Field, Sheet, Table

if TYPE_CHECKING:
    from winback_xl.templates.starter.sample_orders import Example

READ_AS = (
    "",
    "Order",
    "Credit",
    "Worth 0 that day: left out",
    "No customer",
    "No date, or before 1990",
    "After the day",
    "Value is not a number",
)
"""What a row was read as; from the fifth on it is left out altogether."""

FIRST_DAY = 32_874
"""1 January 1990: an earlier day is a number or a slip, as 2011 for the year is a day of 1905."""

_USED = f"OR([@kind]={ORDER},[@kind]={CREDIT},[@kind]={NOTHING})"
_KIND = (
    '=IF(AND([@key]="",[@[Order date]]="",[@[Order value]]=""),0,IF([@key]="",4,IF(NOT(ISNUMBER([@[Order date]])),5,'
    f"IF(OR([@[Order date]]<{FIRST_DAY},[@[Order date]]>={DAYS:.0f}),5,IF(INT([@[Order date]])>{DAY},6,"
    'IF([@[Order value]]="",1,IF(NOT(ISNUMBER([@[Order value]])),7,IF([@[Order value]]<0,2,'
    "IF(AND([@[Order value]]=0,or_valued>0),3,1)))))))))"
)
_LAST = '=IF(COUNTIF(or_date,"<"&TODAY()+1)=0,0,MAX(0,MAXIFS(or_date,or_date,"<"&TODAY()+1)))'  # one slip must not move the day
_SHARED = (
    '=IF(cu_cadence="",set_fixed_days,'
    "MAX(PERCENTILE(so_gap,set_population_limit_quantile),set_due_multiple*cu_cadence))"
)
_LAST_ROW = 100_000  # not all of the sheet: engines refuse to look at a million cells each time
_PLACE = f"(ROW()-ROW($A${HEADER_ROW + 1}))"
_THAT_DAY = "or_first,[@first],or_day,[@day]"
_SO_FAR = ",".join(
    f"INDEX({name},1):INDEX({name},{_PLACE}+1),{own}"
    for name, own in (("or_first", "[@first]"), ("or_day", "[@day]"), ("or_value", "[@[Order value]]"))
)
_CORRECTED = (  # winback_xl.core.orders.taken_back.corrected
    f'=IF(OR([@first]="",or_back=0,N([@[Order value]])=0),0,IF(COUNTIFS({_THAT_DAY},or_value,"<0")=0,0,'
    f"IF(ROUND(SUMIFS(or_value,{_THAT_DAY}),4)=0,1,"
    f"IF(COUNTIFS({_SO_FAR})<=COUNTIFS({_THAT_DAY},or_value,-[@[Order value]]),1,0))))"
)


def orders(example: Example) -> Sheet:
    """Return the sheet Orders: three columns to paste into, and what each row was read as."""
    rows, kinds, gone, sort = _read(example)
    given = example.orders
    blank = names.padded
    table = Table(
        "tblOrders", HEADER_ROW, 0,
        (
            Field("Customer", names.filled(blank(list(given["customer"]), example.room.orders)), "text", "input", name="or_customer",
                  help="Name or number, spelled the same in every row.", width=34),
            Field("Order date", names.filled(blank(list(given["date"]), example.room.orders)), "date", "input", name="or_date",
                  help="A date, not text: it moves to the right side of the cell."),
            Field("Order value", names.filled(blank(list(given["value"]), example.room.orders)), "money", "input", name="or_value",
                  help="What the whole order was worth; below 0 for a credit note."),
            column("Read as", blank([READ_AS[kind] for kind in read_as(example)], example.room.orders), "text",
                   f"=CHOOSE(IF([@corrected]=1,{NOTHING},[@kind])+1," + ",".join(f'"{word}"' for word in READ_AS) + ")", name="or_read",
                   about="What the formulas take this row for.", width=24),
            helper("key", blank(list(given["customer"]), example.room.orders), '=TRIM([@Customer]&"")', name="or_key"),
            helper("kind", [*kinds, *[0] * (example.room.orders - len(kinds))], _KIND, name="or_kind"),
            helper("first", blank(rows, example.room.orders), f'=IF({_USED},MATCH({names.escaped("[@key]")},or_key,0),"")',
                   name="or_first"),
            helper("day", blank(list(given["date"]), example.room.orders), '=IF([@first]="","",INT([@[Order date]]))', name="or_day"),
            helper("corrected", [*gone, *[0] * (example.room.orders - len(gone))], _CORRECTED, name="or_corrected"),
            helper("sort", blank(sort, example.room.orders),
                   f'=IF([@first]="","",(([@first]*{KINDS}+IF([@corrected]=1,{NOTHING},[@kind]))*{DAYS:.0f}+INT([@[Order date]]))*{ROWS:.0f}+{_PLACE})',
                   name="or_sort"),
        ),
        alt="Orders: one order or credit note a row",
        lean=True,
    )  # fmt: skip
    return Sheet(
        "Orders",
        "Orders",
        f"Delete the sample in the three cream columns, then paste yours: one order or credit note a row, up to {example.room.orders:,}.",
        tables=(table,),
        freeze=(HEADER_ROW + 1, 1),
        gridlines=True,
        on_paper=False,
        areas=tuple(
            (name, HEADER_ROW + 1 + example.room.orders, at, _LAST_ROW, at)
            for at, name in enumerate(("or_more", "or_more_days"))
        ),
    )


def ordered(example: Example) -> Sheet:
    """Return the hidden sheet Sorted: each row of the orders that counts, by customer and day."""
    found = columns_of(example)
    n = example.room.orders
    below = [names.NO_ROW + row for row in range(len(found["sort"]) + 1, n + 1)]
    previous = "[@[No.]]"  # the ranges with 0 in their name start one row higher, so this is the row above
    table = Table(
        "tblSorted", HEADER_ROW, 0,
        (
            names.numbered(n),
            helper("sort", [*found["sort"], *below],
                   f"=IF([@[No.]]>or_rows,{names.NO_ROW:.0f}+[@[No.]],SMALL(or_sort,[@[No.]]))", name="so_sort"),
            helper("block", names.padded(found["block"], n), f'=IF([@[No.]]>or_rows,"",INT([@sort]/{DAYS * ROWS:.0f}))', name="so_block"),
            helper("day", names.padded(found["day"], n),
                   f'=IF([@block]="","",INT(([@sort]-[@block]*{DAYS * ROWS:.0f})/{ROWS:.0f}))', name="so_day"),
            helper("value", names.padded(found["value"], n),
                   f'=IF([@block]="","",IF(INDEX(or_value,[@sort]-INT([@sort]/{ROWS:.0f})*{ROWS:.0f})="","",'
                   f"INDEX(or_value,[@sort]-INT([@sort]/{ROWS:.0f})*{ROWS:.0f})))", name="so_value"),
            helper("new day", names.padded(found["new"], n),
                   f'=IF([@block]="","",IF([@block]-{KINDS}*INT([@block]/{KINDS})<>{ORDER},"",'
                   f'IF(AND([@block]=INDEX(so_block0,{previous}),[@day]=INDEX(so_day0,{previous})),"",[@day])))', name="so_new"),
            helper("gap", names.padded(found["gap"], n),
                   f'=IF([@[new day]]="","",IF([@block]=INDEX(so_block0,{previous}),[@day]-INDEX(so_day0,{previous}),""))', name="so_gap"),
            helper("start", names.padded(found["start"], n),
                   f'=IF([@block]="","",IF([@[No.]]=1,1,IF(INT([@block]/{KINDS})=INT(N(INDEX(so_block0,{previous}))/{KINDS}),"",[@[No.]])))',
                   name="so_start"),
        ),
        alt="The rows of the orders by customer and day",
        arrows=False,
        lean=True,
    )  # fmt: skip
    return Sheet(
        "Sorted",
        "Orders by customer and day",
        "Formulas only; the sheets Customers and Lapsed read them.",
        cells=tuple(_totals(example, found)),
        tables=(table,),
        hidden="hidden",
        areas=(
            ("so_block0", HEADER_ROW, 2, HEADER_ROW + n, 2),
            ("so_day0", HEADER_ROW, 3, HEADER_ROW + n, 3),
        ),
    )


def _totals(example: Example, found: dict[str, list[Any]]) -> list[Cell]:
    """Return the cells that hold one number for all orders, each with a name."""
    cadence, limit = example.limits
    values = example.orders["value"]
    shared = max(limit, Settings().due_multiple * cadence)
    made = (
        ("or_rows", float(len(found["sort"])), "=COUNT(or_sort)"),
        ("or_valued", float(sum(value**2 for value in values)), "=SUMSQ(or_value)"),
        ("or_back", float((values < 0).sum()), '=COUNTIF(or_value,"<0")'),
        ("or_last", float(example.orders["date"].max()), _LAST),
        ("cu_cadence", cadence, '=IF(COUNT(so_gap)=0,"",MEDIAN(so_gap))'),
        ("cu_shared", shared, _SHARED),
    )  # fmt: skip
    return [
        Cell(HEADER_ROW - 1, column, value, look="number", kind="number", formula=formula, name=name)
        for column, (name, value, formula) in enumerate(made)
    ]


def read_as(example: Example) -> list[int]:
    """Return the place in `READ_AS` of each row."""
    _, kinds, gone, _ = _read(example)
    return [NOTHING if out else kind for kind, out in zip(kinds, gone, strict=True)]


def _read(example: Example) -> tuple[list[float], list[int], list[int], list[float]]:
    given = example.orders
    first: dict[str, int] = {}
    for row, name in enumerate(given["customer"], start=1):
        first.setdefault(name, row)
    kinds = np.where(given["value"] < 0, CREDIT, np.where(given["value"] == 0, NOTHING, ORDER)).tolist()
    rows = [float(first[name]) for name in given["customer"]]
    value, place = given["value"].to_numpy(float), np.arange(len(given))
    gone = taken_back.corrected(
        np.array(rows, np.int64),
        given["date"].to_numpy(np.int64),
        place,
        np.rint(value * 1e4),
        value > 0,
        value < 0,
    )
    counted = np.where(gone, NOTHING, kinds).tolist()
    sort = [
        ((row * KINDS + kind) * DAYS + day) * ROWS + at
        for at, (row, kind, day) in enumerate(zip(rows, counted, given["date"], strict=True), start=1)
    ]
    return rows, kinds, gone.astype(int).tolist(), sort


def columns_of(example: Example) -> dict[str, list[Any]]:
    """Return the columns of Sorted, as its formulas give them."""
    sort = sorted(_read(example)[3])
    value = list(example.orders["value"])
    out: dict[str, list[Any]] = {
        name: [] for name in ("sort", "block", "day", "value", "new", "gap", "start")
    }
    block_before = day_before = 0.0
    for place, one in enumerate(sort, start=1):
        block = float(one // (DAYS * ROWS))
        day = float(one % (DAYS * ROWS) // ROWS)
        order, same = block % KINDS == ORDER, block == block_before
        out["sort"].append(one)
        out["block"].append(block)
        out["day"].append(day)
        out["value"].append(value[int(one % ROWS) - 1])
        new = order and not (same and day == day_before)
        out["new"].append(day if new else "")
        out["gap"].append(day - day_before if new and same else "")
        out["start"].append("" if block // KINDS == block_before // KINDS else float(place))
        block_before, day_before = block, day
    return out
