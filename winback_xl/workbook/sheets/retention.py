"""The Retention sheet: do customers stay? Recency by frequency, statuses by month, who went quiet, cohorts, regions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from winback_xl.core.returns.cohorts import QUARTERS
from winback_xl.core.returns.past_states import SILENT
from winback_xl.core.wording import plural
from winback_xl.schema.columns import LISTS
from winback_xl.workbook.chart_spec import Chart, Series
from winback_xl.workbook.sheets import counts
from winback_xl.workbook.sheets.counts import amount
from winback_xl.workbook.sheets.parts import has_money, numbers, only_these, text_field, texts
from winback_xl.workbook.spec import Cell, Field, Mark, Sheet, Table

if TYPE_CHECKING:
    from winback_xl.core.campaign.campaign_plan import Plan
    from winback_xl.schema.columns import Kind
    from winback_xl.workbook.spec import Look

NAME = "Retention"
COLUMNS = 13
"""Columns of the sheet: a label, and twelve numbers."""

QUIET_SHOWN, REGIONS = 10, 12
"""Customers named who went quiet since the last month end, and regions shown."""

_LABEL, _NUMBER = 27.0, 8.7
_SCORES = 5
_ROWS = ("5  recent", "4", "3", "2", "1  long ago")
_HEADS = ("1  rarely", "2", "3", "4", "5  often")
_COLOURS = ("#1F5FA8", "#5B8AC5", "#C77C02", "#B5470B", "#4B5563")
NO_MAP = "No order is on file yet: the map needs orders."
NO_MONTHS = "A trend needs more than a year of orders: when a ledger begins, nobody can have gone quiet yet."
NO_COHORTS = "A cohort needs newcomers in a quarter that is over, after the first quarter of the orders."
NO_REGION = "No region is on file: a column Region in the customer list fills this table."
NOBODY = "Nobody went quiet since the last month end."


def _cell(row: int, col: int, value: object, look: Look = "list", kind: Kind = "text", span: int = 0) -> Cell:
    return Cell(row, col, value, look=look, kind=kind, span=span)  # type: ignore[arg-type]  # numbers and texts


def _yearly(plan: Plan) -> np.ndarray:
    return np.maximum(numbers(plan.segments, "annual_revenue"), 0.0)


def headline(plan: Plan) -> str:
    """Say how many customers are quiet, and what they bought a year."""
    quiet = texts(plan.segments, "status").isin(SILENT).to_numpy()
    if not len(plan.segments):
        return "No customer is on file yet"
    these = "customers" if plan.candidates is None else f"the {len(quiet):,} customers in this workbook"
    share = f"{quiet.mean():.0%} of {these} are quiet"
    return f"{share}: {amount(plan, float(_yearly(plan)[quiet].sum()))} a year" if has_money(plan) else share


def _map(plan: Plan, row: int) -> tuple[list[Cell], list[Mark]]:
    """Return recency by frequency: customers at the left, what they buy a year at the right."""
    rfm = texts(plan.segments, "rfm").str
    recent, often = (pd.to_numeric(rfm[place], errors="coerce") for place in (0, 1))
    parts = [("Who is worth a call: customers by recency and frequency", 0, np.ones(len(recent)), 1.0)]
    if has_money(plan):
        unit = f"thousand {plan.currency}".strip()
        parts.append((f"What they buy a year, {unit}", 7, _yearly(plan), 1000.0))
    cells, marks = [], []
    for title, left, weight, unit_of in parts:
        cells.append(_cell(row, left, title, "section"))
        if not (recent >= 1).any():
            cells.append(_cell(row + 1, left, NO_MAP, "text"))
            break
        cells.append(_cell(row + 1, left, "Recency, frequency" if not left else None, "list head"))
        cells += [_cell(row + 1, left + 1 + at, head, "list head", "count") for at, head in enumerate(_HEADS)]
        for down, label in enumerate(_ROWS):
            cells.append(_cell(row + 2 + down, left, label if not left else None))
            for at in range(_SCORES):
                hit = ((recent == _SCORES - down) & (often == at + 1)).to_numpy()
                cells.append(
                    _cell(row + 2 + down, left + 1 + at, float(weight[hit].sum()) / unit_of, "list", "count")
                )
        marks.append(Mark(row + 2, left + 1, row + 6, left + _SCORES, "heat"))
    return cells, marks


def _months_title(plan: Plan) -> str:
    months = plan.retention.months
    quiet = _quiet(months)
    first, last = quiet[0], quiet[-1]
    how = "stable at" if round(100 * first) == round(100 * last) else f"from {first:.0%} to"
    return f"Quiet customers: {how} {last:.0%} in {plural(len(months) - 1, 'month')}"


def _quiet(months: pd.DataFrame) -> np.ndarray:
    everybody = months[list(LISTS["Status"])].sum(axis=1).to_numpy(float)
    gone = months[list(SILENT)].sum(axis=1).to_numpy(float)
    share: np.ndarray = np.divide(gone, everybody, out=np.zeros_like(gone), where=everybody > 0)
    return share


def _months(plan: Plan, row: int) -> Table:
    months = plan.retention.months
    label = pd.DatetimeIndex(months["month"]).strftime("%b %Y").tolist()

    def count(heading: str, name: str, about: str = "") -> Field:
        return Field(heading, months[name].to_numpy(float), "count", "calculated", help=about, width=_NUMBER)

    levels = dict(zip(LISTS["Level"], ("Occas.", "Habitual", "Loyal"), strict=True))
    return Table(
        "tblMonths", row, 0,
        (
            text_field("Month end", label, "The last row is today.", width=_LABEL),
            *(count(name, name) for name in LISTS["Status"]),
            Field("Quiet", _quiet(months), "share", "calculated", help="Lapsed or Cold, of all customers by then.", width=_NUMBER),
            count("Went", "went_quiet", "Bought at the month end before, quiet at this one."),
            count("Came", "came_back", "Quiet at the month end before, buying at this one."),
            count("New", "new", "First order in this month."),
            *(count(short, name, f"{name}, by the orders up to then.") for name, short in levels.items()),
        ),
        alt="Customers by status and level at month ends, and who moved",
        plain=True,
    )  # fmt: skip


def _chart(row: int) -> Chart:
    series = tuple(
        Series("tblMonths", "Month end", name, name, colour)
        for name, colour in zip(LISTS["Status"], _COLOURS, strict=True)
    )
    return Chart(
        "stacked area", "Customers by status at month ends", "Stacked areas: customers by status, month by month",
        series, row, COLUMNS + 1, 400, 330, labels=False,
    )  # fmt: skip


def level_title(plan: Plan) -> str:
    """Say how much could be lost to one mistake: all but Loyal customers who still buy."""
    share = counts.resilient_revenue(plan).value
    what = "revenue"
    if isinstance(share, str):
        share, what = counts.resilient(plan).value, "customers"
    return (
        "One mistake away"
        if isinstance(share, str)
        else f"{1 - share:.0%} of {what} could be lost to one mistake"
    )


def _levels(plan: Plan, row: int) -> Chart:
    """Draw customers and revenue by level; the table is on Numbers."""
    shown = [("Share of customers", "Customers"), *([("Share of revenue", "Revenue")] * has_money(plan))]
    return Chart(
        "column", level_title(plan),
        "Columns: share of customers and share of revenue of Occasional, Habitual and Loyal customers",
        tuple(Series("tblByLevel", "Level", column, name) for column, name in shown),
        row, COLUMNS + 1, 400, 300, value_format="share",
    )  # fmt: skip


def _went_quiet(plan: Plan, row: int) -> list[Cell]:
    """Name who went quiet since the last month end, the largest first."""
    rows = plan.segments
    before, now = texts(rows, "status_before"), texts(rows, "status")
    gone = (before != "") & ~before.isin(SILENT) & now.isin(SILENT)
    size = pd.Series(_yearly(plan), index=rows.index)[gone]
    shown = rows.loc[size.sort_values(ascending=False, kind="stable").index[:QUIET_SHOWN]]
    title = "Who went quiet since the last month end"
    if has_money(plan) and gone.any():
        title += f": {plural(int(gone.sum()), 'customer')}, {amount(plan, float(size.sum()))} a year"
    cells = [_cell(row, 0, title, "section")]
    if not gone.any():
        return [*cells, _cell(row + 1, 0, NOBODY, "text")]
    heads = (("Customer", 0), (None, 1), (None, 2), ("Was", 3), ("Is now", 4), ("Level", 5), (None, 6))
    cells += [_cell(row + 1, col, head, "list head") for head, col in heads]
    cells.append(_cell(row + 1, 7, "A year", "list head", "count"))
    columns = [texts(shown, name).tolist() for name in ("customer", "status_before", "status", "level")]
    for at, (name, was, is_now, level) in enumerate(zip(*columns, strict=True)):
        cells += [
            _cell(row + 2 + at, 0, name, "list name", span=2),
            _cell(row + 2 + at, 3, was),
            _cell(row + 2 + at, 4, is_now),
            _cell(row + 2 + at, 5, level, span=1),
            _cell(row + 2 + at, 7, float(size[shown.index].to_numpy()[at]), "list", "money"),
        ]
    return cells


def _cohorts(plan: Plan, row: int) -> tuple[list[Cell], list[Mark]]:
    """Return the triangle: of the newcomers of a quarter, the share that ordered in each quarter since."""
    rows = plan.retention.cohorts
    cells = [_cell(row, 0, _cohort_title(rows), "section")]
    if not len(rows):
        return [*cells, _cell(row + 1, 0, NO_COHORTS, "text")], []
    # One column less than quarters: the label and the newcomers take two of the thirteen.
    shown = [f"q{k}" for k in range(1, QUARTERS) if rows[f"q{k}"].notna().any()]
    cells += [
        _cell(row + 1, 0, "First order in", "list head"),
        _cell(row + 1, 1, "New", "list head", "count"),
    ]
    cells += [_cell(row + 1, 2 + at, f"+{name[1:]}", "list head", "count") for at, name in enumerate(shown)]
    for down, one in enumerate(rows.to_dict("records"), start=row + 2):
        cells += [_cell(down, 0, one["quarter"]), _cell(down, 1, one["new"], "list", "count")]
        for at, name in enumerate(shown):
            value = one[name] if pd.notna(one[name]) else None
            cells.append(_cell(down, 2 + at, value, "list", "share"))
    last = row + 1 + len(rows)
    marks = [Mark(row + 2, 2, last, 1 + len(shown), "heat")] if shown else []
    return cells, marks


def _cohort_title(rows: pd.DataFrame) -> str:
    year = rows["q4"].notna() if len(rows) else np.zeros(0, bool)
    if not np.any(year):
        return "Newcomers by quarter: share that ordered in each quarter since"
    kept = float((rows["q4"] * rows["new"])[year].sum() / rows["new"][year].sum())
    return f"Newcomers: {kept:.0%} still order in the fourth quarter after they came"


def _regions(plan: Plan, row: int) -> list[Cell]:
    """Return customers, who is quiet, and yearly revenue by region."""
    region = texts(plan.segments, "region")
    cells = [
        _cell(
            row,
            0,
            f"By region{', revenue in thousand ' + plan.currency if has_money(plan) else ''}".rstrip(),
            "section",
        )
    ]
    if not (region != "").any():
        return [*cells, _cell(row + 1, 0, NO_REGION, "text")]
    heads = ("Customers", "Quiet", "Share", "A year", "At risk")[: 5 if has_money(plan) else 3]
    cells.append(_cell(row + 1, 0, "Region", "list head"))
    cells += [_cell(row + 1, 1 + at, head, "list head", "count") for at, head in enumerate(heads)]
    quiet = texts(plan.segments, "status").isin(SILENT)
    yearly = pd.Series(_yearly(plan), index=region.index) / 1000
    sizes = region.where(region != "", "No region").value_counts(sort=True)
    for at, (name, size) in enumerate(sizes.head(REGIONS).items(), start=row + 2):
        here = region == ("" if name == "No region" else name)
        gone = here & quiet
        values = (
            float(size),
            float(gone.sum()),
            float(gone.sum() / size),
            yearly[here].sum(),
            yearly[gone].sum(),
        )
        cells.append(_cell(at, 0, name))
        for place, value in enumerate(values[: len(heads)], start=1):
            cells.append(_cell(at, place, float(value), "list", "share" if place == 3 else "count"))
    return cells


def sheet(plan: Plan) -> Sheet:
    """Return the sheet; it only reads, so nothing on it is a formula."""
    cells, marks = _map(plan, 3)
    row, tables, charts = 11, [], [_levels(plan, 21)]
    if len(plan.retention.months) > 1:
        cells.append(_cell(row, 0, _months_title(plan), "section"))
        tables, charts = [_months(plan, row + 1)], [_chart(3), *charts]
        row += len(plan.retention.months) + 3
    else:
        cells += [_cell(row, 0, "Quiet customers by month", "section"), _cell(row + 1, 0, NO_MONTHS, "text")]
        row += 3
    for block in (_went_quiet(plan, row),):
        cells += block
        row = max(cell.row for cell in block) + 2
    triangle, heat = _cohorts(plan, row)
    cells += triangle
    row = max(cell.row for cell in triangle) + 2
    cells += _regions(plan, row)
    titles = {cell.row: 24.0 for cell in cells if cell.look == "section"}
    since = f"From the orders up to {plan.as_of:%Y-%m-%d}; a refresh updates it."
    stated = (
        f"{only_these(plan).strip() or since} Quiet is Lapsed or Cold: no order for longer than each customer's own"
        " rhythm explains."
    )
    return Sheet(
        NAME, headline(plan), stated,
        cells=tuple(cells),
        tables=tuple(tables),
        charts=tuple(charts),
        marks=(*marks, *heat),
        widths={0: _LABEL, **dict.fromkeys(range(1, COLUMNS), _NUMBER), COLUMNS: 2.0},
        heights=titles,
        landscape=False,
        one_page=True,
    )  # fmt: skip
