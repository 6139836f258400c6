"""Random calls of the formulas that are there as names, and what the add-in's Python gives for them."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from winback_xl.core.incidents.open_incidents import RECOVERIES
from winback_xl.core.make_good.compensation import FORM_OF_FAILURE
from winback_xl.errors import WinbackError
from winback_xl.excel.formulas import functions, hosts, runtime
from winback_xl.schema.columns import LISTS
from winback_xl.workbook.sheets.lists import STAGES

if TYPE_CHECKING:
    import random

EPOCH = dt.date(1899, 12, 30)


@dataclass(frozen=True)
class Err:
    """A cell with an error."""

    text: str


ERRORS = ("#DIV/0!", "#N/A", "#NUM!", "#REF!", "#VALUE!", "#NAME?")
ODD_WORDS = ("soon", "too much", "x9", "Not Fair!")
_STATUS = (*LISTS["Status"], "current", "at_risk", " COLD ")
_LEVEL = (*LISTS["Level"], "loyal", "Habitual", "occasional")
_FIX = ("specific", "Systemic fixed", "systemic-open", "systemic_fixed")
_HANDLING = ("rejected", "Accepted", " rejected")
_FORM = ("cash", "Discount", "credit", "in-kind", "inkind", "apology")
_YES = ("Yes", "no", True, False, 1.0, 0.0, "y")


def _money(chance: random.Random) -> float:
    size = chance.choice((1.0, 30.0, 500.0, 5_000.0, 50_000.0, 2e6))
    return round(chance.uniform(0, size), chance.choice((0, 2, 2, 6)))


def _share(chance: random.Random) -> float:
    return chance.choice((round(chance.random(), 2), round(chance.random(), 4), 0.0, 1.0))


def _gain(chance: random.Random) -> float:
    return chance.choice(
        (round(chance.uniform(0, 0.2), 3), round(chance.uniform(0, 0.2), 3), 0.35, 0.63, _share(chance))
    )


def _of(*words: Any) -> Any:
    return lambda chance: chance.choice(words)


def _count(chance: random.Random) -> float:
    return float(chance.randint(0, 5))


def _ratio(chance: random.Random) -> float:
    return round(chance.uniform(0, 8), 2)


def _day(chance: random.Random) -> float:
    day = dt.date(2026, 10, 31) - dt.timedelta(days=chance.randint(-400, 900))
    return chance.choice(
        (float((day - EPOCH).days), float((day - EPOCH).days) + 0.5, float(day.strftime("%Y%m%d")))
    )


def _dates(chance: random.Random) -> list[list[Any]]:
    count, gap = chance.choice((0, 1, 1, 2, 3, 5, 9, 16)), chance.choice((3, 14, 30, 91, 200))
    day, rows = 46_326.0 - chance.randint(0, 500), []
    for _ in range(count):
        rows.append([day + chance.choice((0, 0, 0.25))])
        day -= max(0, round(chance.gauss(gap, gap / 3)))
    if chance.random() < 0.3:
        rows.append([None])
    if chance.random() < 0.15:
        rows.insert(
            chance.randint(0, len(rows)),
            [chance.choice((" ", "soon", Err("#N/A"), Err("#REF!"), True, 12.5, 1e9, 80_000.0))],
        )
    chance.shuffle(rows)
    if len(rows) % 2 == 0 and rows and chance.random() < 0.3:
        rows = [[*rows[at], *rows[at + 1]] for at in range(0, len(rows), 2)]
    return rows or [[None]]


def _levels(chance: random.Random) -> list[list[Any]]:
    rows = [
        [chance.choice((*LISTS["Level"], *LISTS["Level"], None, " loyal customer "))]
        for _ in range(chance.choice((1, 2, 3, 6)))
    ]
    if chance.random() < 0.1:
        rows[0][0] = chance.choice(("Loyal", 3.0, Err("#NUM!"), True))
    return rows


_NUMBERS = {
    "loss": _money, "annual_revenue": _money, "odds_gain": _gain, "fault": _share, "paid": _money, "owed": _money,
    "handling": _of(*_HANDLING), "prior_failures": _count, "form": _of(*_FORM), "margin": _share, "strategic_value": _money,
    "recovery": _of(*RECOVERIES, "Not_fair"), "own_gain": _of(*_YES), "offer": _money, "our_cost": _money,
    "direct": _money, "hours": _count, "cost_per_hour": _money, "order_value": _money, "days_late": _count, "rework": _money,
    "penalties": _money, "years": _count, "discount": _share, "keep": _share, "status": _of(*_STATUS), "level": _of(*_LEVEL),
    "lapse_ratio": _ratio, "fix": _of(*_FIX), "complaint_days": _of(0.0, 3.0, 14.0, 15.0, 90.0),
    "failure_type": _of(*FORM_OF_FAILURE, "late delivery"), "expected_value": lambda chance: _money(chance) - _money(chance),
    "odds": _share, "want_back": _of("Yes", "No", "Later", "later"), "rests": _count, "personal_conflict": _of(*_YES[:6]),
    "stage": _of(*(stage[0] for stage in STAGES), "listed"), "stage_date": _day, "order_dates": _dates, "as_of": _day,
    "fixed_days": _of(1.0, 30.0, 183.0, 3650.0, 0.0, 10.5), "share_of_wallet": _share, "referrals": _count,
    "failures_survived": _count, "nps": lambda chance: float(chance.randint(0, 10)), "knows_why": _of(*_YES),
    "quotes_every_time": _of(*_YES), "promotion_share": _share, "levels": _levels,
}  # fmt: skip
RANGES = ("order_dates", "levels", "revenue")


def draw(name: str, arguments: list[str], chance: random.Random) -> list[Any]:
    """Return cells and ranges for one call: mostly sensible, some blank, some wrong."""
    found: list[Any] = []
    for argument in arguments:
        bare, left_out = argument.strip("[]"), argument.startswith("[") and chance.random() < 0.45
        if bare == "revenue":
            found.append(None if left_out else _revenues(len(found[0]), chance))
            continue
        value = _NUMBERS[bare](chance)
        if bare not in RANGES and not (name == "STATUS" and bare == "as_of" and chance.random() < 0.9):
            value = _odd(value, chance, left_out=left_out)
        found.append(value)
    while found and found[-1] is None and arguments[len(found) - 1].startswith("["):
        found.pop()
    return found


def _revenues(count: int, chance: random.Random) -> list[list[Any]]:
    rows: list[list[Any]] = [
        [chance.choice((None, _money(chance), -5.0, _money(chance)))] for _ in range(count)
    ]
    if chance.random() < 0.1:
        rows[0][0] = chance.choice(("much", Err("#N/A"), True))
    return [*rows, [1.0]] if chance.random() < 0.05 else rows


def _odd(value: Any, chance: random.Random, *, left_out: bool) -> Any:
    """Put something else into some cells: nothing, an error, a word, a number out of bounds."""
    odd = chance.random()
    if odd < 0.06 or left_out:
        return chance.choice((None, None, "", "  "))
    if odd < 0.08:
        return Err(chance.choice(ERRORS))
    if odd < 0.095:
        return chance.choice(ODD_WORDS)
    return chance.choice((-1.0, 2.0, 1e120, True, 0.0)) if odd < 0.11 else value


def of_python(name: str, given: list[Any], settings: list[list[Any]]) -> Any:
    """Return what the formula of the add-in gives, in rows: floats, texts, "" for blank, and errors as text."""
    function = getattr(functions, f"WINBACK_{name}")
    about = runtime.FORMULAS[f"WINBACK_{name}"]
    cells = [_handed_over(value) for value in given]
    cells += [None] * (len(about.arguments) - len(cells))
    if about.arguments[-1].kind == "settings":
        cells[-1] = settings
    try:
        found = runtime.evaluate(function, tuple(cells), hosts.CALC, 1900)
    except WinbackError as error:
        return [[error.excel_error]]
    rows = found if isinstance(found, list) else [[found]]
    return [[float(cell) if isinstance(cell, (int, float)) else cell for cell in row] for row in rows]


def _handed_over(value: Any) -> Any:
    if isinstance(value, list):
        return [[_handed_over(cell) for cell in row] for row in value]
    return value.text if isinstance(value, Err) else value


def same(one: Any, other: Any) -> bool:
    """Tell whether two cells show the same, numbers to nine digits."""
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9)
    return bool(one == other)
