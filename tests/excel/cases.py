"""Some 250 calls of the worksheet formulas with what they give: one table for every host.

Cells are None (blank), bool, int, float, str, a `datetime.date`, or `Err` (a cell that shows an error). A range is a
list of rows, or a list for one column. What a call gives is a value, a list of rows, or `Err`.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import Any

_EPOCH = dt.date(1899, 12, 30)


@dataclass(frozen=True)
class Err:
    """A cell that shows an error value; what the message must say, when a call gives it."""

    text: str
    says: str = ""


VALUE, NUM, NA = Err("#VALUE!"), Err("#NUM!"), Err("#N/A")


@dataclass(frozen=True)
class Case:
    """One call: the formula, its arguments, what it gives, and the rule that it shows."""

    formula: str
    arguments: tuple[Any, ...]
    gives: Any
    shows: str
    headings: tuple[str, ...] = ()  # of a table: compare these columns only
    typed_dates: bool = False  # for hosts whose dates are not numbers: others cannot tell them apart

    @property
    def name(self) -> str:
        """Short name for a test."""
        return f"{self.formula.removeprefix('WINBACK_')}: {self.shows}"


def serial(day: dt.date) -> float:
    """Return the serial number of a day in the 1900 system."""
    return float((day - _EPOCH).days)


FORMS = {
    "real dates": lambda day: day,
    "serial numbers": serial,
    "ISO text": lambda day: day.isoformat(),
    "yyyymmdd numbers": lambda day: int(day.strftime("%Y%m%d")),
    "ISO text with time": lambda day: f"{day.isoformat()}T00:00:00",
    "day.month.year text": lambda day: day.strftime("%d.%m.%Y"),
    "serial numbers with time": lambda day: serial(day) + 0.75,
}
"""The forms that one day may have in a cell."""

DAYS = [dt.date(2025, 1, 15) + dt.timedelta(days=30 * i) for i in range(10)]  # to 2025-10-12
TODAY = dt.date(2025, 10, 20)
_COLUMN = [[day] for day in DAYS]


def _as_of(silent: int) -> dt.date:
    return DAYS[-1] + dt.timedelta(days=silent)


def picked(rows, headings):
    """Return these columns of a table."""
    places = [rows[0].index(heading) for heading in headings] if headings else range(len(rows[0]))
    return [[row[at] for at in places] for row in rows]


def same(one, other):
    """Tell whether two results are equal; floats to 12 digits."""
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
        return math.isclose(one, other, rel_tol=1e-12, abs_tol=1e-12)
    return type(one) is type(other) and one == other


def _cadence() -> list[Case]:
    f = "WINBACK_CADENCE"
    cases = [Case(f, ([[form(day)] for day in DAYS],), 30.0, name) for name, form in FORMS.items()]
    mixed = [[form(day)] for day, form in zip(DAYS, [*FORMS.values(), *FORMS.values()], strict=False)]
    return [
        *cases,
        Case(f, (mixed,), 30.0, "all forms of dates in one column"),
        Case(f, ([list(DAYS)],), 30.0, "dates in a row"),
        Case(f, ([DAYS[:5], DAYS[5:]],), 30.0, "dates in a block"),
        Case(f, ([[None], *_COLUMN, [None], [" "], [""]],), 30.0, "blanks are skipped"),
        Case(f, ([["Order date"], *_COLUMN],), 30.0, "a heading above is skipped"),
        Case(f, ([*_COLUMN, *_COLUMN],), 30.0, "two orders on one day are one order day"),
        Case(f, (list(reversed(_COLUMN)),), 30.0, "any order will do"),
        Case(f, ([[DAYS[0]], [DAYS[1]], [DAYS[3]]],), 45.0, "the median of two gaps is their mean"),
        Case(f, ([[20250131], ["31/03/2025"], ["13/03/2025"]],), 29.5, "one text tells the order of day and month"),
        Case(f, ([["05/05/2025"], [20250515]],), 10.0, "05/05 is the same both ways"),
        Case(f, (DAYS[0],), NA, "one cell has no gap"),
        Case(f, ([[DAYS[0]]],), NA, "a range of one cell has no gap"),
        Case(f, ([[DAYS[0]], [DAYS[0]]],), Err("#N/A", "two order days"), "one day twice has no gap"),
        Case(f, ([[None], [None]],), NA, "an empty range"),
        Case(f, (None,), NA, "a blank cell"),
        Case(f, ([*_COLUMN, [Err("#N/A")]],), Err("#N/A", "row 11"), "an error cell is passed on"),
        Case(f, ([*_COLUMN, [Err("#DIV/0!")]],), Err("#DIV/0!"), "with its own error value"),
        Case(f, ([*_COLUMN, ["soon"]],), Err("#VALUE!", "'soon', not a date"), "a word is not a date"),
        Case(f, ([*_COLUMN, [True]],), VALUE, "TRUE is not a date"),
        Case(f, ([*_COLUMN, [2025]],), Err("#VALUE!", "2025"), "a year is not a date"),
        Case(f, ([*_COLUMN, [12.5]],), VALUE, "a small number is not a date"),
        Case(f, ([[DAYS[0]], ["03/04/2025"]],), Err("#VALUE!", "2025-04-03 or 2025-03-04"), "a date in doubt is refused"),
        Case(f, ([["13/04/2025"], ["04/13/2025"]],), Err("#VALUE!", "mixes"), "day first and month first are refused"),
        Case(f, ([*_COLUMN, ["2025-02-30"]],), Err("#VALUE!", "does not exist"), "a day that does not exist"),
        Case(f, ([*_COLUMN, [20251332]],), VALUE, "month 13"),
        Case(f, ([*_COLUMN, [dt.date(9999, 12, 31)]],), Err("#NUM!", "outside 1900 to 2100"), "a placeholder is not a date"),
    ]  # fmt: skip


def _status() -> list[Case]:
    f = "WINBACK_STATUS"
    by_silence = {0: "Active", 45: "Active", 46: "Due", 60: "Due", 61: "At risk", 90: "At risk", 91: "Lapsed",
                  180: "Lapsed", 181: "Cold"}  # fmt: skip
    return [
        *(Case(f, (_COLUMN, _as_of(silent)), word, f"{silent} days at a cadence of 30") for silent, word in by_silence.items()),
        *(Case(f, ([[form(day)] for day in DAYS], form(_as_of(70))), "At risk", name) for name, form in FORMS.items()),
        Case(f, (_COLUMN, _as_of(70), 183), "At risk", "a fixed window: not yet lapsed"),
        Case(f, (_COLUMN, _as_of(184), 183), "Lapsed", "a fixed window: lapsed"),
        Case(f, (_COLUMN, _as_of(70), None), "At risk", "a blank window is none"),
        Case(f, (_COLUMN, _as_of(70), "183"), "At risk", "a number stored as text is a number"),
        Case(f, (_COLUMN, _as_of(70), [[183]]), "At risk", "a window in a range of one cell"),
        Case(f, ([DAYS[0]], _as_of(0)), "Lapsed", "one order: 270 days against the fixed window of 183"),
        Case(f, (_COLUMN, DAYS[0] - dt.timedelta(days=1)), Err("#N/A", "2025-01-14"), "no order yet on that day"),
        Case(f, ([[None]], TODAY), NA, "an empty range"),
        Case(f, (_COLUMN, None), Err("#VALUE!", "as-of date is blank"), "a blank as-of date"),
        Case(f, (_COLUMN, "today"), VALUE, "a word for a day"),
        Case(f, (_COLUMN, [[TODAY], [TODAY]]), Err("#VALUE!", "one cell"), "two as-of dates"),
        Case(f, (_COLUMN, Err("#REF!")), Err("#REF!"), "an error as as-of date"),
        Case(f, (_COLUMN, TODAY, 0), Err("#NUM!", "1 to 3650"), "a window of no days"),
        Case(f, (_COLUMN, TODAY, 10.5), NUM, "a window of half a day"),
        Case(f, (_COLUMN, TODAY, "often"), VALUE, "a word for a window"),
        Case(f, (_COLUMN, TODAY, True), VALUE, "TRUE for a window"),
    ]  # fmt: skip


def _level() -> list[Case]:
    f, why = "WINBACK_LEVEL", "WINBACK_LEVEL_WHY"
    habitual, loyal, occasional = "Habitual Buyer", "Loyal Customer", "Occasional Buyer"
    calls: tuple[tuple[tuple[Any, ...], Any, str], ...] = (
        ((), habitual, "orders alone are a habit"),
        ((None, None, None, None, None, None, None), habitual, "blanks say nothing"),
        ((None, 1), loyal, "a referral"),
        ((None, 1.0), loyal, "a referral as a float"),
        ((None, 0), habitual, "no referral"),
        ((None, None, 1), loyal, "a failure survived"),
        ((None, None, None, 9), habitual, "a promoter alone"),
        ((None, None, None, 9, "Yes"), loyal, "a promoter who knows why"),
        ((None, None, None, 9, True), loyal, "TRUE is yes"),
        ((None, None, None, 9, 1), loyal, "1 is yes"),
        ((None, None, None, 9, "no"), habitual, "no is no"),
        ((None, 1, None, 3), habitual, "a referral from a detractor"),
        ((None, 1, None, None, None, "Yes"), habitual, "quotes every time"),
        ((None, 1, None, None, None, None, 0.8), habitual, "buys on promotion"),
        ((None, 1, None, None, None, None, 0.7), loyal, "on promotion up to the limit"),
        ((0.3, 3), occasional, "most of the wallet is elsewhere"),
        ((0.9, 1), loyal, "most of the wallet is here"),
        (("90 %", "1"), loyal, "a percentage and a number as texts"),
        ((35,), Err("#NUM!", "0 to 1"), "35 is not a share of wallet"),
        ((-0.1,), NUM, "a negative share"),
        ((None, -1), NUM, "a negative number of referrals"),
        ((None, None, -2), NUM, "a negative number of failures"),
        ((None, None, None, 11), NUM, "NPS goes to 10"),
        ((None, None, None, "high"), VALUE, "NPS in words"),
        ((None, None, None, None, "perhaps"), Err("#VALUE!", "neither yes nor no"), "perhaps"),
        ((None, None, None, None, Err("#NULL!")), Err("#NULL!"), "an error cell"),
        (([[0.5], [0.6]],), VALUE, "two shares of wallet"),
    )
    return [
        *(Case(f, (_COLUMN, TODAY, *more), gives, shows) for more, gives, shows in calls),
        *(Case(f, ([[form(day)] for day in DAYS], form(TODAY), 0.8, 2), loyal, name) for name, form in FORMS.items()),
        Case(f, ([DAYS[0]], TODAY), occasional, "one order"),
        Case(f, (_COLUMN, _as_of(811)), occasional, "a habit of long ago"),
        Case(f, ([[None]], TODAY), NA, "an empty range"),
        Case(why, ([[None]], TODAY), NA, "an empty range"),
        Case(why, (_COLUMN, TODAY),
             "Bought on 10 days in the 279 days on file, in 3 of 4 quarters and like clockwork (score 0.78), but we have no sign yet beyond their orders that they would stay after a mistake. One referral would raise them to Loyal.", "why Habitual"),
        Case(why, (_COLUMN, TODAY, 2), NUM, "a share of 2"),
    ]  # fmt: skip


ORDERS = [
    ["Customer ID", "Order date", "Order value"],
    ["a", dt.date(2026, 1, 5), 100],
    ["a", dt.date(2026, 2, 5), 150],
    ["a", dt.date(2026, 3, 5), 120],
    ["b", dt.date(2025, 1, 10), 900],
    ["c", dt.date(2026, 3, 1), 40],
    ["c", dt.date(2026, 3, 20), -40],
]
MARCH = dt.date(2026, 3, 31)
_RFM_HEAD = ["Customer ID", "Recency score", "Frequency score", "Monetary score", "RFM"]
_RFM = [_RFM_HEAD, ["a", 5.0, 4.0, 3.0, "543"], ["b", 1.0, 1.0, 5.0, "115"], ["c", 4.0, 1.0, 1.0, "411"]]
_SHORT = ("Customer ID", "Level", "Status", "Last order", "Order days", "Revenue, all", "Credit notes")
_SEGMENTS = [
    list(_SHORT),
    ["a", "Habitual Buyer", "Active", dt.date(2026, 3, 5), 3.0, 370.0, 0.0],
    ["b", "Occasional Buyer", "Cold", dt.date(2025, 1, 10), 1.0, 900.0, 0.0],
    ["c", "Occasional Buyer", "Active", dt.date(2026, 3, 1), 1.0, 0.0, 1.0],
]


def _with_dates(form: Any) -> list[list[Any]]:
    return [ORDERS[0], *([who, form(day), value] for who, day, value in ORDERS[1:])]


def _with(row: int, column: int, cell: Any) -> list[list[Any]]:
    return [
        [cell if (at, place) == (row, column) else old for place, old in enumerate(cells)]
        for at, cells in enumerate(ORDERS)
    ]


def _ledgers() -> list[Case]:
    f = "WINBACK_RFM"
    numbered = [
        ["No", "Date", "Amount"],
        *([{"a": 1.0, "b": 2.0, "c": 10.0}[w], d, v] for w, d, v in ORDERS[1:]),
    ]
    extra = [["Remark", *ORDERS[0], "Phone"], *([Err("#N/A"), *row, None] for row in ORDERS[1:])]
    return [
        Case(f, (ORDERS, MARCH), _RFM, "headings"),
        *(Case(f, (_with_dates(form), form(MARCH)), _RFM, name) for name, form in FORMS.items()),
        Case(f, (ORDERS[1:], MARCH), _RFM, "three columns without headings"),
        Case(f, ([["Sales 2026", None, None], [None, None, None], *ORDERS], MARCH), _RFM, "a title above the headings"),
        Case(f, ([["Cust ID", "Invoice date", "Net amount"], *ORDERS[1:]], MARCH), _RFM, "other names for the headings"),
        Case(f, ([["customer_id", "ORDER DATE", "Order  value"], *ORDERS[1:]], MARCH), _RFM, "headings in another writing"),
        Case(f, ([*ORDERS[:3], [None, None, None], *ORDERS[3:], *[[None, "", " "]] * 5], MARCH), _RFM, "blank rows"),
        Case(f, (extra, MARCH), _RFM, "an error in a column that is not needed"),
        Case(f, (_with(2, 2, "150"), MARCH), _RFM, "an amount stored as text"),
        Case(f, (_with(2, 2, "150.00"), MARCH), _RFM, "an amount with decimals stored as text"),
        Case(f, ([*ORDERS, ["d", dt.date(2026, 5, 1), 70]], MARCH), _RFM, "an order after the as-of date does not count"),
        Case(f, ([["Customer ID", *numbered[0][1:]], *numbered[1:]], MARCH),
             [_RFM_HEAD, ["1", 5.0, 4.0, 3.0, "543"], ["10", 4.0, 1.0, 1.0, "411"], ["2", 1.0, 1.0, 5.0, "115"]],
             "ids that are numbers are texts, without .0"),
        Case(f, (ORDERS, MARCH, 2), [_RFM_HEAD, ["a", 2.0, 2.0, 1.0, "221"], ["b", 1.0, 1.0, 2.0, "112"], ["c", 2.0, 1.0, 1.0, "211"]],
             "two bins"),
        Case(f, ([row[:2] for row in ORDERS[:5]], MARCH),
             [_RFM_HEAD, ["a", 5.0, 3.0, None, "53-"], ["b", 1.0, 1.0, None, "11-"]], "no values: no score of money"),
        Case(f, ([["a", DAYS[0], 5]], TODAY), [_RFM_HEAD, ["a", 5.0, 1.0, 1.0, "511"]], "one order without headings"),
        Case(f, (ORDERS, MARCH, 1), Err("#NUM!", "2 to 9"), "one bin"),
        Case(f, (ORDERS, MARCH, 2.5), NUM, "two bins and a half"),
        Case(f, (ORDERS, MARCH, "five"), VALUE, "bins in words"),
        Case(f, (numbered, MARCH), Err("#VALUE!", "Customer ID"), "a heading is missing"),
        Case(f, ([["Customer ID", "Date", "Order date"], *ORDERS[1:]], MARCH), _RFM_HEADLESS_MONEY, "our own heading comes first"),
        Case(f, ([["Customer ID", "Date", "Order date", "Invoice date"], *ORDERS[1:]], MARCH), _RFM_HEADLESS_MONEY, "even of three"),
        Case(f, ([["Customer ID", "Invoice date", "Date"], *ORDERS[1:]], MARCH), Err("#VALUE!", "could be Order date"),
             "two headings in doubt"),
        Case(f, (ORDERS[:1], MARCH), NA, "headings only"),
        Case(f, ([[None, None], [None, None]], MARCH), Err("#N/A", "empty"), "an empty range"),
        Case(f, (None, MARCH), NA, "a blank cell"),
        Case(f, (5, MARCH), VALUE, "a number for a ledger"),
        Case(f, (_with(3, 0, None), MARCH), Err("#VALUE!", "row 4: 1 row has no Customer ID"), "no customer"),
        Case(f, (_with(3, 1, None), MARCH), Err("#VALUE!", "row 4: 1 row has no Order date"), "no date"),
        Case(f, ([*ORDERS, [None, None, 1270]], MARCH), _RFM, "a row that adds up the column does not count"),
        Case(f, ([*ORDERS, [None, None, 1280]], MARCH), Err("#VALUE!", "row 8: 1 row has no Customer ID"), "a row that does not add it up"),
        Case(f, (_with(3, 1, "soon"), MARCH), Err("#VALUE!", "row 4"), "no date but a word"),
        Case(f, (_with(3, 2, "much"), MARCH), Err("#VALUE!", "row 4"), "no amount but a word"),
        Case(f, (_with(3, 2, "1,234"), MARCH), Err("#VALUE!", "1.234 or 1234"), "an amount in doubt"),
        Case(f, (_with(3, 2, Err("#VALUE!")), MARCH), VALUE, "an error as amount"),
        Case(f, (_with(3, 0, Err("#N/A")), MARCH), NA, "an error as customer"),
        Case(f, (_with(3, 0, 1.2345678901234567e17), MARCH), Err("#VALUE!", "15 digits"), "an id that has lost digits"),
        Case(f, (ORDERS, dt.date(2024, 1, 1)), Err("#N/A", "2024-01-01"), "no order yet on that day"),
        Case(f, ([[*row, code] for row, code in zip(ORDERS, ["Currency", "EUR", "USD", "EUR", "EUR", "EUR", "EUR"], strict=True)], MARCH),
             Err("#VALUE!", "Currency=USD in the setting 'Rows to leave out'"), "two currencies cannot be added up"),
    ]  # fmt: skip


_RFM_HEADLESS_MONEY = Err("#VALUE!", "6 cells of Order date hold no date ('100'")  # the third column is taken


def _segments() -> list[Case]:
    f = "WINBACK_SEGMENT"
    customers = [
        ["Customer ID", "Customer", "Referrals", "NPS"],
        ["a", "Acme", 2, 9],
        ["b", None, None, None],
    ]
    incidents = [["Customer ID", "Date", "Direct loss"], ["a", dt.date(2026, 1, 20), 80]]
    named = ("Customer ID", "Customer", "Level", "Failures survived")
    rows = {"b": ["b", "b", "Occasional Buyer", 0.0], "c": ["c", "c", "Occasional Buyer", 0.0]}

    def case(more: tuple[Any, ...], first: list[Any], shows: str) -> Case:
        return Case(f, (ORDERS, MARCH, *more), [list(named), first, rows["b"], rows["c"]], shows, named)

    return [
        Case(f, (ORDERS, MARCH), _SEGMENTS, "level and status", _SHORT),
        *(Case(f, (_with_dates(form), form(MARCH)), _SEGMENTS, name, _SHORT) for name, form in FORMS.items()),
        Case(f, (ORDERS[1:], MARCH, None, None), _SEGMENTS, "blank customers and incidents", _SHORT),
        case((customers,), ["a", "Acme", "Loyal Customer", 0.0], "customers make it Loyal"),
        case((customers, incidents), ["a", "Acme", "Loyal Customer", 1.0], "a failure survived"),
        case((None, incidents), ["a", "a", "Loyal Customer", 1.0], "incidents without customers"),
        case(([*customers, customers[1]],), ["a", "Acme", "Loyal Customer", 0.0], "a customer who stands twice alike"),
        Case(f, (ORDERS, MARCH, [*customers, ["a", "Acme Inc", 1, 2]]), Err("#VALUE!", "again in row 4"),
             "a customer of whom two rows say different things"),
        case((customers[:1],), ["a", "a", "Habitual Buyer", 0.0], "customers with headings only"),
        Case(f, (ORDERS, MARCH, [["Name"], ["Acme"]]), Err("#VALUE!", "customers"), "customers without id"),
        Case(f, (ORDERS, MARCH, [["Customer ID", "NPS"], ["a", 12]]), Err("#NUM!", "row 2"), "NPS of 12"),
        Case(f, (ORDERS, MARCH, [["Customer ID", "Share of wallet"], ["a", 0.5], ["b", 35]]), Err("#VALUE!", "mixes"),
             "fractions and percentages"),
        Case(f, (ORDERS, MARCH, None, [["Customer ID", "Date", "Direct loss"], ["a", MARCH, -5]]), NUM, "a negative loss"),
        Case(f, (ORDERS, MARCH, None, [["Customer ID", "Date", "Handling"], ["a", MARCH, "kept it"]]),
             Err("#VALUE!", "handling"), "a handling that is not known"),
        Case(f, (ORDERS, None), VALUE, "a blank as-of date"),
        Case(f, (None, MARCH), NA, "no orders"),
        Case("WINBACK_EXPECTED_ORDERS", (ORDERS, MARCH, 365),
             [["Customer ID", "Expected order days", "How"], ["a", 3.3129852234816246, "BG/NBD"], ["b", 0.3281426264441593, "BG/NBD"],
              ["c", 1.273133832385369, "BG/NBD"]],
             "few customers, drawn towards other ledgers"),
        Case("WINBACK_EXPECTED_ORDERS", (ORDERS, MARCH, 59),
             [["Customer ID", "Expected order days", "How"], ["a", 0.6867885908489424, "BG/NBD"], ["b", 0.05695707351167524, "BG/NBD"],
              ["c", 0.2596754177685362, "BG/NBD"]],
             "two months ahead"),
        Case("WINBACK_EXPECTED_ORDERS", ([*ORDERS[:2], ["b", dt.date(2025, 1, 10), 900]], MARCH, 365),
             [["Customer ID", "Expected order days", "How"], ["a", 1.0, "counted"], ["b", 0.0, "counted"]],
             "nobody ordered twice: the last year comes again"),
        Case("WINBACK_EXPECTED_ORDERS", (ORDERS, MARCH, 0), NUM, "no days ahead"),
        Case("WINBACK_EXPECTED_ORDERS", (ORDERS, MARCH, None), Err("#VALUE!", "days is blank"), "blank days ahead"),
        Case("WINBACK_EXPECTED_ORDERS", (ORDERS, MARCH, 4000), NUM, "too far ahead"),
        Case("WINBACK_RETURN_RATE", (ORDERS, MARCH, 90),
             [["Customer ID", "Return rate", "Why"],
              *([who, rate, f"{rate:.0%} order again within 90 days without contact: the author's figure, because the ledger is too short or too small to learn from."]
                for who, rate in (("a", 1 - 0.4**0.5), ("b", 1 - 0.95**0.5), ("c", 1 - 0.4**0.5)))],
             "too short a ledger to learn from"),
        Case("WINBACK_RETURN_RATE", (ORDERS, MARCH, 10), NUM, "too few days"),
        Case("WINBACK_RETURN_RATE", (None, MARCH), NA, "no orders"),
        Case("WINBACK_LOSS_RATE", (ORDERS, MARCH), 1.0, "b did not come back"),
        Case("WINBACK_LOSS_RATE", ([*ORDERS, ["b", MARCH, 5]], MARCH), 0.0, "b came back"),
        Case("WINBACK_LOSS_RATE", (ORDERS[:4], MARCH), Err("#N/A", "year before"), "nobody was there the year before"),
        Case("WINBACK_LOSS_RATE", (None, MARCH), NA, "no orders"),
    ]  # fmt: skip


def _shares() -> list[Case]:
    f = "WINBACK_RESILIENT_SHARE"
    levels = [["Loyal Customer"], ["Habitual Buyer"], [None], ["Occasional Buyer"], ["loyal customer"]]
    return [
        Case(f, (levels,), 0.5, "of customers; blanks are skipped"),
        Case(f, (levels, [[300], [100], [50], [0], [200]]), 500 / 600, "of revenue"),
        Case(f, (levels, [[300], [None], [50], [-10], [100]]), 1.0, "blank and negative revenue count as nothing"),
        Case(f, ("Loyal Customer",), 1.0, "one cell"),
        Case(f, ([["Habitual Buyer"]],), 0.0, "a range of one cell"),
        Case(f, (levels, None), 0.5, "blank revenue"),
        Case(f, ([[None], [None]],), NA, "an empty range"),
        Case(f, (levels, [[1], [2]]), Err("#VALUE!", "same length"), "ranges of two sizes"),
        Case(f, ([["Loyal"], ["Good"]],), Err("#VALUE!", "is not a level"), "a word that is not a level"),
        Case(f, ([["Loyal Customer", 1], ["Habitual Buyer", 2]],), VALUE, "a block of cells"),
        Case(f, ([["Loyal Customer"], [Err("#N/A")]],), NA, "an error cell"),
        Case(f, (levels, [[300], ["much"], [50], [0], [200]]), VALUE, "revenue in words"),
    ]  # fmt: skip


def _money() -> list[Case]:
    margin, loss = "WINBACK_FUTURE_MARGIN", "WINBACK_LOSS"
    return [
        Case(margin, (250_000, 0.3), 153_831.71, "three years"),
        Case(margin, (250_000, None), 153_831.71, "a blank margin is the default"),
        Case(margin, (250_000, 0.3, 5), 199_134.13, "five years"),
        Case(margin, (250_000, 0.3, 1), 68_181.82, "one year"),
        Case(margin, (100, 0.5, 1, 0, 1), 50.0, "one year without discount"),
        Case(margin, (100, 0.5, 3, 0, 1), 150.0, "three such years"),
        Case(margin, ("250000", "30%"), 153_831.71, "texts"),
        Case(margin, ("250.000,00", 0.3), 153_831.71, "a text with a decimal comma"),
        Case(margin, (-40, 0.3), 0.0, "a negative revenue is worth nothing"),
        Case(margin, (250_000, -0.3), 0.0, "a negative margin is worth nothing"),
        Case(margin, ([[250_000], [None], [0]], 0.3), [[153_831.71], [None], [0.0]], "a column of revenues"),
        Case(margin, (None, 0.3), Err("#N/A", "blank"), "a blank revenue"),
        Case(margin, (250_000, 3), Err("#NUM!", "-1 to 1"), "a margin of 300 %"),
        Case(margin, (250_000, 0.3, 2.5), NUM, "half a year"),
        Case(margin, (250_000, 0.3, 0), NUM, "no year"),
        Case(margin, (250_000, 0.3, 3, 2), NUM, "a discount of 200 %"),
        Case(margin, (250_000, 0.3, 3, 0.1, -1), NUM, "to keep less than nobody"),
        Case(margin, ("a lot", 0.3), VALUE, "words"),
        Case(margin, (True, 0.3), Err("#VALUE!", "TRUE"), "TRUE is not an amount"),
        Case(margin, (dt.date(2026, 1, 1), 0.3), VALUE, "a date is not an amount", typed_dates=True) ,
        Case(margin, ([[1, 2], [3, 4]], 0.3), Err("#VALUE!", "one row or one column"), "a block of revenues"),
        Case(margin, (Err("#DIV/0!"), 0.3), Err("#DIV/0!"), "an error cell"),
        Case(loss, (0, 12, 2_500), 30_000.0, "hours down"),
        Case(loss, (None, None, None, 9_921.30, 16), 793.70, "a late order"),
        Case(loss, (None, None, None, 224, 23), 22.40, "another late order"),
        Case(loss, (None, None, None, 1_000, 40), 100.0, "late beyond the cap"),
        Case(loss, (None, None, None, 1_000, -3), 0.0, "early costs nothing"),
        Case(loss, (100, None, None, None, None, 20.5, 3), 123.5, "sums"),
        Case(loss, (), 0.0, "nothing at all"),
        Case(loss, (None, 12), 0.0, "hours without their cost"),
        Case(loss, (-1,), NUM, "a negative loss"),
        Case(loss, ("7 %",), VALUE, "a percentage is not an amount"),
        Case(loss, (1e300,), Err("#NUM!", "too large"), "more than there is"),
        Case(loss, (None, "all day", 100), VALUE, "hours in words"),
        Case(loss, ([[100], [200]],), [[100.0], [200.0]], "a column"),
        Case(loss, ([[100], [200]], None, None, None, None, [[1], [2]]), [[101.0], [202.0]], "two columns"),
        Case(loss, ([100, 200, 300],), [[100.0], [200.0], [300.0]], "a row of cells gives a column"),
        Case(loss, ([[100], [200]], [[1], [2], [3]]), Err("#VALUE!", "same length"), "columns of two lengths"),
    ]  # fmt: skip


def _odds() -> list[Case]:
    f, gain, decide, prop = "WINBACK_ODDS", "WINBACK_GAIN", "WINBACK_DECIDE", "WINBACK_PROPORTION"
    return [
        Case(f, ("Lapsed", "Loyal Customer", 1.5), 0.394, "golden"),
        Case(f, ("lapsed", "loyal customer", "1.5", "Specific"), 0.394, "any writing"),
        Case(f, ("Lapsed", "Loyal Customer", 1), 0.4, "the top of the band"),
        Case(f, ("Lapsed", "Occasional Buyer", 6, "systemic open"), 0.2, "the foot of the band"),
        Case(f, ("Active", "Loyal Customer", 0.2), 0.7, "a current customer"),
        Case(f, ("Cold", "Loyal Customer", 1), 0.2, "a cold one"),
        Case(f, (None, None, None), 0.05 + 0.15 * 0.3, "blank is cold, Occasional, long silent and specific"),
        Case(f, ("Lapsed", "Habitual Buyer", 1, "systemic fixed"), 0.2 + 0.2 * (0.16 + 0.3 + 0.15), "between"),
        Case(f, ([["Lapsed"], ["Active"]], "Loyal Customer", [[1], [1]]), [[0.4], [0.7]], "columns"),
        Case(f, ("Lost", "Loyal Customer", 1), Err("#VALUE!", "status 'Lost'"), "a status that is not known"),
        Case(f, ("Lapsed", "Loyle Customer", 1), Err("#VALUE!", "Did you mean"), "a level misspelt"),
        Case(f, ("Lapsed", "Loyal Customer", -1), NUM, "a negative ratio"),
        Case(f, ("Lapsed", "Loyal Customer", "long"), VALUE, "a ratio in words"),
        Case(f, ("Lapsed", Err("#N/A"), 1), NA, "an error cell"),
        Case(f, ("Active", "Loyal Customer", 0.3, None, 3), 0.82, "a complaint of three days ago"),
        Case(gain, ("Lapsed", "Loyal Customer", 1.5), 0.194, "golden"),
        Case(gain, ("Active", "Habitual Buyer", 0.3, None, 3), 0.63, "a complaint of three days ago"),
        Case(gain, ("Active", "Habitual Buyer", 0.3, None, 30), 0.35, "a complaint of a month ago"),
        Case(gain, ("Lapsed", "Loyal Customer", 1.5, None, 30), 0.194, "a complaint of who has left"),
        Case(gain, ([["Lapsed"], ["Active"]], "Loyal Customer", [[1], [1]]), [[0.2], [0.1]], "columns"),
        Case(gain, ("Lost", "Loyal Customer", 1), Err("#VALUE!", "status 'Lost'"), "a status that is not known"),
        Case(prop, (15, 30_000), "DISPROPORTIONATE", "15 for a loss of 30,000"),
        Case(prop, (1_500, 30_000), "TOKEN_ONLY", "5 %"),
        Case(prop, (15_000, 30_000), "BELOW_EFFECTIVE_BAND", "half, rejected"),
        Case(prop, (15_000, 30_000, "accepted"), "IN_BAND", "half, accepted"),
        Case(prop, (18_000, 30_000), "IN_BAND", "60 %"),
        Case(prop, (45_001, 30_000), "OVER_150%", "more than 150 %"),
        Case(prop, (45_000, 30_000), "IN_BAND", "150 %"),
        Case(prop, (5, 500), "SMALL_HARM", "a small loss"),
        Case(prop, (5, 0), "NO_MONEY_LOSS", "no loss"),
        Case(prop, (None, 30_000), None, "no offer yet"),
        Case(prop, ([[15], [30_000]], 30_000), [["DISPROPORTIONATE"], ["IN_BAND"]], "a column"),
        Case(prop, (-15, 30_000), NUM, "a negative offer"),
        Case(prop, (15, 30_000, "returned"), Err("#VALUE!", "handling"), "a handling that is not known"),
        *(Case("WINBACK_APPROVER", (cost,), who, f"{cost}") for cost, who in
          ((0, "Rep"), (500, "Rep"), (500.01, "Manager"), (5_000, "Manager"), (25_000, "Director"), (25_000.01, "CFO"))),
        Case("WINBACK_APPROVER", (None,), None, "blank"),
        Case("WINBACK_APPROVER", (4_500, "JPY"), "Rep", "30 dollars in yen"),
        Case("WINBACK_APPROVER", (4_500, "yen"), "Manager", "no scale is known for it"),
        Case("WINBACK_APPROVER", (4_500, "Japanese yen"), Err("#VALUE!", "ISO code"), "no code of a currency"),
        Case(prop, (5, 50_000, None, "JPY"), "SMALL_HARM", "a small loss in yen"),
        Case("WINBACK_APPROVER", ([[1], [1_000]],), [["Rep"], ["Manager"]], "a column"),
        Case("WINBACK_APPROVER", (-1,), NUM, "a negative cost"),
        Case("WINBACK_APPROVER", (900, None, [["Setting", "Value"], ["Rep decides up to", 1_000]]), "Rep", "a limit of the settings"),
        Case("WINBACK_APPROVER", (900, None, [["rep_limit", 800]]), "Manager", "settings without headings"),
        Case("WINBACK_APPROVER", (900, None, [["Rep decides up to", -5]]), VALUE, "a setting out of bounds"),
        Case("WINBACK_APPROVER", (900, None, [["nothing", 5]]), Err("#VALUE!", "without a setting in it"), "a range without settings"),
        Case("WINBACK_APPROVER", ("much",), VALUE, "a word"),
        *(Case("WINBACK_FORM", (failure,), form, str(failure)) for failure, form in
          (("Billing error", "cash"), ("late delivery", "credit"), ("Wrong or damaged goods", "in-kind"), ("Price", "discount"),
           ("Support", "apology"), ("Other", "credit"), (None, "credit"))),
        Case("WINBACK_FORM", ("Meteor",), Err("#VALUE!", "not known"), "no failure type"),
        Case("WINBACK_FORM", ("Lack of support",), VALUE, "no failure type either"),
        Case("WINBACK_FORM", ([["Downtime"], ["Support"]],), [["cash"], ["apology"]], "a column"),
        Case("WINBACK_FORM", (Err("#NAME?"),), Err("#NAME?"), "an error cell"),
        Case(decide, (4_000, 0.394, "Yes"), "Pursue", "worth it"),
        Case(decide, (4_000, 0.394, None), "Pursue", "nobody has decided yet"),
        Case(decide, (4_000, 0.394, "No"), "Let go", "not wanted"),
        Case(decide, (-1, 0.394, "Yes"), "Let go", "costs more than it returns"),
        Case(decide, (4_000, 0.394, "Later"), "Rest", "wanted later"),
        Case(decide, (4_000, 0.394, "Yes", 0, "Yes"), "Reassign", "a conflict between persons"),
        Case(decide, (4_000, 0.394, "Yes", 0, True), "Reassign", "TRUE"),
        Case(decide, (4_000, 0.394, "Yes", 0, None), "Pursue", "a blank conflict is none"),
        Case(decide, (4_000, 0.394, "Yes", 9), "Let go", "rested too often"),
        Case(decide, (4_000, 0.01, "Yes"), "Rest", "hardly any odds"),
        Case(decide, ([[4_000], [-1]], 0.394, "Yes"), [["Pursue"], ["Let go"]], "a column"),
        Case(decide, (4_000, 39.4, "Yes"), Err("#NUM!", "0 to 1"), "odds of 39.4"),
        Case(decide, (4_000, "39.4 %", "Yes"), "Pursue", "odds of 39.4 %"),
        Case(decide, (4_000, 0.394, "Maybe"), Err("#VALUE!", "Want back"), "an answer that is not known"),
        Case(decide, (4_000, 0.394, "Yes", -1), NUM, "rested less than never"),
        Case(decide, ("good", 0.394, "Yes"), VALUE, "a value in words"),
    ]  # fmt: skip


def _golden_make_goods() -> list[Case]:
    """The worked examples: loss, revenue and odds gained with what else is known, and the row they give."""
    f = "WINBACK_MAKEGOOD"
    capped, band = "CAPPED_BY_VALUE; IN_BAND", "IN_BAND"
    calls: tuple[tuple[str, tuple[Any, ...], tuple[Any, ...]], ...] = (
        ("the example of the articles", (30_000, 250_000, 0.194), (18_000, 29_000, 29_000, 500, 29_500, "CFO", capped)),
        ("a smaller customer", (30_000, 200_000, 0.194), (18_000, 23_000, 23_000, 500, 23_500, "Director", capped)),
        ("too small a customer", (30_000, 40_000, 0.194), (4_600, 4_600, 4_600, 155, 4_755, "Manager", "EXCEEDS_VALUE")),
        ("too small, accepted", (30_000, 40_000, 0.194, None, None, None, "accepted"),
         (4_600, 4_600, 4_600, 155, 4_755, "Manager", "EXCEEDS_VALUE")),
        ("60 % our fault, 5,000 paid", (30_000, 250_000, 0.194, 0.6, 5_000), (7_800, 13_000, 15_500, 500, 13_500, "Director", band)),
        ("8,000 in kind after two failures", (8_000, 120_000, 0.14, 1, 0, 0, "rejected", 2, "in-kind"),
         (4_800, 8_000, 9_600, 400, 6_000, "Director", band)),
        ("1,000 after four failures", (1_000, 90_000, 0.2, None, None, None, None, 4), (600, 1_200, 1_200, 50, 1_250, "Manager", band)),
        ("no money lost", (0, 80_000, 0.1), (0, 0, 0, 25, 25, "Rep", "NO_MONEY_LOSS")),
        ("a small loss, accepted", (170.10, 6_000, 0.06, None, None, None, "accepted"), (43, 80, 170, 25, 105, "Rep", "SMALL_HARM")),
        ("a late order, accepted", (793.70, 55_000, 0.1, None, None, None, "accepted"), (200, 800, 800, 40, 840, "Manager", band)),
        ("half our fault, more than that paid", (4_000, 80_000, 0.1, 0.5, 2_500), (0, 0, 0, 25, 25, "Rep", "NO_MONEY_LOSS")),
        ("a strategic customer", (30_000, 40_000, 0.194, None, None, None, None, None, None, None, 30_000),
         (18_000, 30_000, 34_000, 500, 30_500, "CFO", band)),
    )  # fmt: skip
    whole = [
        (shows, given, [float(one) if isinstance(one, int) else one for one in row])
        for shows, given, row in calls
    ]
    return [Case(f, given, [row], shows) for shows, given, row in whole]


def _make_goods() -> list[Case]:
    f, why = "WINBACK_MAKEGOOD", "WINBACK_MAKEGOOD_WHY"
    first = _golden_make_goods()[0].gives
    blank = [None, None, None, None, None, None, "UNKNOWN_WORTH"]
    sentence = (
        "Our part of the loss is 30,000 (all of it). A rejected delivery needs 60-120% of it: 30,000 would be fair, but winning them back carries 29,343 at most, and that brings less than it costs: the 29,000 shown is a limit, not an offer. Winning them back gains 29,843 (odds +19.4 points x future margin 153,832). This brings 90.7% of it, "
        "27,064, for our cost of 29,500: net -2,436 (net at the low end -9,547, at the high end -2,436). Choose: enter a strategic value of 2,900 or more, or close on good terms: pay what we owe, and apologise."
    )
    return [
        *_golden_make_goods(),
        Case(f, ("30000", "250000", "19.4 %"), first, "texts"),
        Case(f, ([[30_000]], [[250_000]], [[0.194]]), first, "ranges of one cell"),
        Case(f, (30_000, 250_000, 0.194, *[None] * 8), first, "blank options"),
        Case(f, (30_000, 250_000, 0.194, 1, 0, 0, "Rejected", 0, "Cash", 0.3, 0), first, "the defaults, spelt out"),
        Case(f, ([[30_000], [0], [None]], [[250_000], [80_000], [250_000]], [[0.194], [0.1], [0.194]]),
             [first[0], [0.0, 0.0, 0.0, 25.0, 25.0, "Rep", "NO_MONEY_LOSS"], blank], "columns"),
        Case(f, (None, 250_000, 0.194), [blank], "a blank loss gives no amount"),
        Case(f, (30_000, None, 0.194), [blank], "a blank revenue gives no amount"),
        Case(f, (480e6, 4e9, 0.35, *[None] * 10, "IDR"),
             [[290e6, 480e6, 580e6, 10e6, 490e6, "Director", "IN_BAND"]], "30,000 dollars of loss in rupiah"),
        Case(f, (30_000, 100_000, 0.394), Err("#NUM!", "WINBACK_GAIN"), "odds of a lapsed customer for a gain"),
        Case(f, (30_000, 100_000, 0.7), Err("#NUM!", "WINBACK_GAIN"), "odds of a current customer for a gain"),
        Case(why, (30_000, 100_000, 0.394), Err("#NUM!", "WINBACK_GAIN"), "odds for a gain"),
        Case(f, (30_000, 250_000, 0.25, *[None] * 9, "Yes"), [[18_000.0, 30_000.0, 36_000.0, 500.0, 30_500.0, "CFO", "IN_BAND"]], "a gain of their own results"),
        Case(f, (400, 250_000, 0.35, *[None] * 8, "not fair"), [[240.0, 475.0, 475.0, 25.0, 500.0, "Manager", "SMALL_HARM; RECOVERY_FAILED"]], "after a failed recovery"),
        Case(f, (30_000, 250_000, 19.4), Err("#NUM!", "0 to 1"), "odds of 19.4"),
        Case(f, (-30_000, 250_000, 0.194), Err("#NUM!", "loss is -30000"), "a negative loss"),
        Case(f, (30_000, 250_000, 0.194, 60), Err("#NUM!", "60%"), "a fault of 60"),
        Case(f, (30_000, 250_000, 0.194, "all"), VALUE, "a fault in words"),
        Case(f, (30_000, 250_000, 0.194, 1, 0, 0, "kept"), VALUE, "a handling that is not known"),
        Case(f, (30_000, 250_000, 0.194, 1, 0, 0, None, 0, "money"), VALUE, "a form that is not known"),
        Case(f, (30_000, 250_000, 0.194, 1, -5), NUM, "less than nothing paid"),
        Case(f, ("30.000", 250_000, 0.194), Err("#VALUE!", "30000 or 30"), "a loss in doubt"),
        Case(f, (Err("#N/A"), 250_000, 0.194), NA, "an error cell"),
        Case(f, (Err("#NUM!"), 250_000, 0.194), NUM, "another error cell"),
        Case(f, ([[1, 2], [3, 4]], 250_000, 0.194), VALUE, "a block of losses"),
        Case(f, ([[1], [2]], [[1], [2], [3]], 0.194), Err("#VALUE!", "same length"), "columns of two lengths"),
        Case(why, (30_000, 250_000, 0.194), sentence, "every number"),
        Case(why, ([[30_000], [30_000]], 250_000, 0.194), [[sentence], [sentence]], "a column"),
        Case(why, (30_000, 250_000, 2), NUM, "odds of 2"),
        Case(why, (Err("#REF!"), 250_000, 0.194), Err("#REF!"), "an error cell"),
    ]  # fmt: skip


def _words() -> list[Case]:
    step, lint = "WINBACK_NEXT_STEP", "WINBACK_LETTER_LINT"
    friday, head = dt.date(2026, 11, 20), [["Phrase", "Why"]]
    good = "We have moved your orders to the early truck since 2026-11-20. I am sorry that your line stood still."
    fine = [*head, [None, "Nothing to change."]]
    return [
        Case(lint, (good,), fine, "nothing to change"),
        Case(lint, ([["We have moved your orders to the early truck"], [None], ["since 2026-11-20."]],), fine, "lines of a range"),
        Case(lint, (f"{good} We want you back.",), [["Phrase"], ["want you back"]], "asks them back", ("Phrase",)),
        Case(lint, ("Sorry for any inconvenience.",), [["Phrase"], ["any inconvenience"], ["[what changed]"], ["[date]"]],
             "insincere, and says nothing", ("Phrase",)),
        Case(lint, (None,), Err("#N/A", "no letter"), "a blank cell"),
        Case(lint, ([[None], [""]],), NA, "an empty range"),
        Case(lint, (Err("#VALUE!"),), VALUE, "an error cell"),
        Case(lint, ([[good], [Err("#N/A")]],), NA, "an error in a line"),
        *(Case(step, ("Plan e-mailed", form(friday)), [[THANK, dt.date(2026, 11, 24)]], name) for name, form in FORMS.items()),
        Case(step, ("plan E-MAILED", friday, "default"), [[THANK, dt.date(2026, 11, 24)]], "any writing"),
        Case(step, ("Plan e-mailed", friday, None), [[THANK, dt.date(2026, 11, 24)]], "a blank playbook"),
        Case(step, ("Lsitened", friday), Err("#VALUE!", "Did you mean 'Listened'"), "a stage misspelt"),
        Case(step, (None, friday), VALUE, "a blank stage"),
        Case(step, ("Listened", None), Err("#VALUE!", "stage date is blank"), "a blank date"),
        Case(step, ("Listened", friday, "nobody's"), Err("#VALUE!", "default"), "a playbook that is not there"),
        Case(step, ("Listened", friday, "C:\\mine.toml"), VALUE, "no file is opened for a cell"),
        Case(step, (Err("#REF!"), friday), Err("#REF!"), "an error cell"),
    ]  # fmt: skip


THANK = "Call to thank them for their input"


CASES = [
    *_cadence(), *_status(), *_level(), *_ledgers(), *_segments(), *_shares(), *_money(), *_odds(), *_make_goods(), *_words(),
]  # fmt: skip
"""All calls. WINBACK_VERSION says something else on each host and is not among them."""
