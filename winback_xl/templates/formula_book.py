"""The workbook winback_formulas.xlsx: formulas for Excel 365 without an add-in, each with cells to try it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from winback_xl.excel.formulas import functions, hosts, runtime
from winback_xl.excel.formulas.catalogue import FORMULAS as OF_ADD_IN
from winback_xl.schema.columns import LISTS
from winback_xl.serial_days import serial
from winback_xl.workbook import input_form
from winback_xl.workbook.formulas import cell_range
from winback_xl.workbook.lambda_names.described import PREFIX
from winback_xl.workbook.lambda_names.lambda_catalogue import FORMULAS
from winback_xl.workbook.lambda_names.placed import with_names
from winback_xl.workbook.spec import Book, Cell, Sheet

if TYPE_CHECKING:
    from winback_xl.excel.formulas.described_formulas import Argument
    from winback_xl.schema.columns import Kind
    from winback_xl.workbook.lambda_names.described import LambdaName

FORMULAS_SHEET, SAMPLES_SHEET = "Formulas", "Samples"
_INDEX_ROW, _SAMPLE_ROW, _SAMPLE_ROWS = 5, 4, 20
_TODAY = dt.date(2026, 10, 31)

_VALUES: dict[str, dict[str, Any]] = {
    "LOSS": {"hours": 12.0, "cost_per_hour": 2_500.0},
    "FUTURE_MARGIN": {"annual_revenue": 250_000.0, "margin": 0.3},
    "APPROVER": {"our_cost": 4_700.0},
    "PROPORTION": {"offer": 15.0, "loss": 30_000.0},
    "MAKEGOOD": {"loss": 30_000.0, "annual_revenue": 250_000.0, "odds_gain": 0.194, "fault": 0.6, "paid": 5_000.0},
    "ODDS": {"status": "Lapsed", "level": "Loyal Customer", "lapse_ratio": 1.5},
    "GAIN": {"status": "Lapsed", "level": "Loyal Customer", "lapse_ratio": 1.5},
    "FORM": {"failure_type": "Billing error"},
    "DECIDE": {"expected_value": 4_000.0, "odds": 0.394, "want_back": "Yes"},
    "NEXT_STEP": {"stage": "Plan e-mailed", "stage_date": dt.date(2026, 11, 20)},
    "CADENCE": {},
    "STATUS": {"as_of": _TODAY},
    "LEVEL": {"as_of": _TODAY, "share_of_wallet": 0.8, "referrals": 2.0},
    "RESILIENT_SHARE": {},
}  # fmt: skip
"""What stands in the cream cells; the other ones are empty."""

_LISTS = {
    "status": "Status", "level": "Level", "fix": "Specific or systemic", "failure_type": "Failure type", "form": "Form",
    "handling": "Handling", "recovery": "Earlier recovery", "want_back": "Want back", "stage": "Stage",
    "own_gain": "Yes / No", "personal_conflict": "Yes / No", "knows_why": "Yes / No", "quotes_every_time": "Yes / No",
}  # fmt: skip
_MONEY = frozenset(
    ("loss", "annual_revenue", "paid", "owed", "strategic_value", "offer", "our_cost", "direct", "cost_per_hour",
     "order_value", "rework", "penalties", "expected_value")
)  # fmt: skip
_SHARES = frozenset(
    ("odds_gain", "fault", "margin", "odds", "share_of_wallet", "promotion_share", "discount", "keep")
)
_HEADINGS = {
    "MAKEGOOD": ("Low", "Recommended", "High", "Token", "Our cost", "Approver", "Flags"),
    "NEXT_STEP": ("Next step", "Due"),
}
_RESULT_KINDS: dict[str, tuple[Kind, ...]] = {
    "LOSS": ("money",), "FUTURE_MARGIN": ("money",), "ODDS": ("share",), "GAIN": ("share",), "CADENCE": ("days",),
    "RESILIENT_SHARE": ("share",), "NEXT_STEP": ("text", "date"),
    "MAKEGOOD": ("money", "money", "money", "money", "money", "text", "text"),
}  # fmt: skip
_ORDERED = tuple(
    dt.date(2025, 9, 8) + dt.timedelta(days=days)
    for days in (0, 31, 60, 95, 121, 155, 190, 214, 252, 280, 315)
)
_RANGES: dict[str, tuple[str, tuple[Any, ...]]] = {
    "order_dates": ("Order dates of one customer", _ORDERED),
    "levels": ("Levels of customers", tuple(LISTS["Level"][place] for place in (2, 1, 1, 0, 2, 0, 1, 2))),
    "revenue": ("Their revenue in a year", (61_000.0, 9_500.0, 12_250.0, 300.0, 47_800.0, 1_150.0, 8_000.0, 22_400.0)),
}  # fmt: skip


def build() -> Book:
    """Describe the workbook: Formulas, Samples, and the Settings and Lists that the names read."""
    form = input_form.build()
    book = Book(
        sheets=(_formulas(), _samples(), form.sheet("Settings"), form.sheet("Lists")),
        title="Win-back formulas",
        subject="Formulas for Excel 365 without an add-in",
        created=input_form.RELEASED,
    )
    return with_names(book)


def _formulas() -> Sheet:
    cells = [
        Cell(2, 0, "Type =WB. in any cell of this workbook to see them all. Limits, shares and odds are those of the sheet Settings."),
        Cell(3, 0, "Change the cream cells below. The names need Excel 365; Excel 2019 and LibreOffice show an error instead of a result."),
        Cell(_INDEX_ROW - 1, 0, "Formula", look="heading"),
        Cell(_INDEX_ROW - 1, 1, "What it gives", look="heading", span=7),
    ]  # fmt: skip
    row = _INDEX_ROW + len(FORMULAS) + 1
    for place, name in enumerate(FORMULAS, start=_INDEX_ROW):
        cells += [
            Cell(place, 0, name.full_name, look="link", link=f"#'{FORMULAS_SHEET}'!A{row + 1}"),
            Cell(place, 1, name.gives),
        ]
        block = _block(name, row)
        cells += block
        row = max(cell.row for cell in block) + 2
    return Sheet(
        FORMULAS_SHEET,
        "Win-back formulas without an add-in",
        "For Excel 365, Excel for the web, Mac and phones: nothing to install, no macro, no Python.",
        cells=tuple(cells),
        freeze=(2, 0),
        widths={0: 30.0, 1: 26.0, 2: 16.0, **dict.fromkeys(range(3, 6), 14.0), 6: 12.0, 7: 40.0},
    )


def _block(name: LambdaName, row: int) -> list[Cell]:
    about = {one.name: one for one in OF_ADD_IN[f"WINBACK_{name.name}"].arguments}
    cells = [Cell(row, 0, name.full_name, look="heading"), Cell(row, 1, name.gives, look="heading", span=6)]
    given: list[Any] = []
    places: list[str] = []
    for at, argument in enumerate(name.arguments.split(), start=row + 1):
        bare = argument.strip("[]")
        optional = " (optional)" if argument.startswith("[") else ""
        cells.append(Cell(at, 0, f"{about[bare].label.capitalize()}{optional}", look="label"))
        if bare in _RANGES:
            place = _range_of(bare)
            cells.append(Cell(at, 1, "on the sheet Samples", look="link", link=f"#{place.replace('$', '')}"))
            given.append([[value] for value in _RANGES[bare][1]])
            places.append(place)
        else:
            value = _VALUES[name.name].get(bare)
            cells.append(_input(at, about[bare], value))
            given.append(serial(value) if isinstance(value, dt.date) else value)
            places.append(f"B{at + 1}")
        cells.append(Cell(at, 2, about[bare].help.replace("WINBACK_", PREFIX), look="hint"))
    at = row + 1 + len(given)
    headings = _HEADINGS.get(name.name, ())
    cells += [Cell(at, 1 + place, heading, look="label") for place, heading in enumerate(headings)]
    at += bool(headings)
    kinds = _RESULT_KINDS.get(name.name, ("text",))
    values = _values(name, given)
    call = f"={name.full_name}({', '.join(places)})"
    cells.append(Cell(at, 0, "Result", look="label"))
    cells.append(
        Cell(at, 1, values[0], look="output", kind=kinds[0], formula=call, span=name.cells - 1, spills=True)
    )
    cells += [
        Cell(at, 1 + place, value, look="output", kind=kinds[place])
        for place, value in enumerate(values[1:], start=1)
    ]
    return cells


def _values(name: LambdaName, given: list[Any]) -> list[Any]:
    """Return what the add-in gives for the cells as they stand."""
    function = getattr(functions, f"WINBACK_{name.name}")
    padded = given + [None] * (len(OF_ADD_IN[f"WINBACK_{name.name}"].arguments) - len(given))
    found = runtime.evaluate(function, tuple(padded), hosts.CALC, 1900)
    return list(found[0]) if isinstance(found, list) else [found]


def _input(row: int, about: Argument, value: Any) -> Cell:
    kind: Kind = "text"
    if about.kind == "day":
        kind = "date"
    elif about.name in _MONEY:
        kind = "money"
    elif about.name in _SHARES:
        kind = "share"
    elif about.kind in {"one", "number"}:
        kind = "number"
    return Cell(
        row,
        1,
        value,
        look="input",
        kind=kind,
        choices=_LISTS.get(about.name, ""),
        help=about.help.replace("WINBACK_", PREFIX),
    )


def _range_of(argument: str) -> str:
    column = list(_RANGES).index(argument)
    return cell_range(SAMPLES_SHEET, _SAMPLE_ROW, column, _SAMPLE_ROW + _SAMPLE_ROWS - 1, column)


def _samples() -> Sheet:
    cells: list[Cell] = []
    kinds: tuple[Kind, ...] = ("date", "text", "money")
    for column, ((heading, values), kind) in enumerate(zip(_RANGES.values(), kinds, strict=True)):
        cells.append(Cell(_SAMPLE_ROW - 1, column, heading, look="head input"))
        for place in range(_SAMPLE_ROWS):
            value = values[place] if place < len(values) else None
            choices = "Level" if column == 1 else ""
            cells.append(Cell(_SAMPLE_ROW + place, column, value, look="input", kind=kind, choices=choices))
    return Sheet(
        SAMPLES_SHEET,
        "Samples: ranges for the formulas",
        "Put in your own: order dates of one customer; levels and revenue of many.",
        cells=tuple(cells),
        freeze=(_SAMPLE_ROW, 0),
        widths={0: 30.0, 1: 24.0, 2: 26.0},
    )
