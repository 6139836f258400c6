"""Native charts in a file, in the look of the theme."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from winback_xl.workbook import contrast, theme
from winback_xl.workbook.values import normalise, plain_list

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

    from winback_xl.workbook.chart_spec import Chart, Series
    from winback_xl.workbook.spec import Book, Field, Table

_TYPES: dict[str, dict[str, str]] = {
    "column": {"type": "column"},
    "bar": {"type": "bar"},
    "stacked bar": {"type": "bar", "subtype": "stacked"},
    "line": {"type": "line"},
    "doughnut": {"type": "doughnut"},
    "stacked area": {"type": "area", "subtype": "stacked"},
    "columns and line": {"type": "column"},
}
_TEXT = {"color": theme.SLATE, "size": 9}
_QUIET = {"none": True}


def add(workbook: Workbook, sheet: Worksheet, book: Book, chart: Chart) -> None:
    """Draw a chart on a sheet. A single series needs no legend: the title says what it is."""
    made: Any = workbook.add_chart(_TYPES[chart.kind])
    ring = chart.kind == "doughnut"
    first, behind = chart.series, chart.series[:0]
    if chart.kind == "columns and line":
        first, behind = chart.series[:1], chart.series[1:]
    for place, series in enumerate(first):
        made.add_series(_series(book, chart, series, place))
    if behind:
        lines: Any = workbook.add_chart({"type": "line"})
        for place, series in enumerate(behind, start=len(first)):
            lines.add_series(_dashed(book, chart, series, place))
        made.combine(lines)
    title = {"name": chart.title, "name_font": {"color": theme.NAVY, "size": 12, "bold": True}}
    made.set_title(title if chart.title else {"none": True})
    if ring or len(chart.series) > 1:
        made.set_legend({"position": "right" if ring else "top", "font": _TEXT})
    else:
        made.set_legend({"none": True})
    if ring:
        made.set_hole_size(58)
    else:
        _axes(made, chart, book.currency)
    made.set_size({"width": chart.width, "height": chart.height})
    made.set_chartarea({"border": {"color": theme.HAIRLINE} if chart.title else _QUIET})
    room = {"layout": _BARS} if chart.kind == "bar" and chart.labels and chart.title else {}
    made.set_plotarea({"fill": _QUIET, **room})
    sheet.insert_chart(chart.row, chart.col, made, {"description": chart.alt, "object_position": 2})


_BARS = {"x": 0.27, "y": 0.16, "width": 0.6, "height": 0.8}
"""Where bars are in their chart, as shares of it: names fit at the left, and the number of the longest at the right."""


def _axes(made: Any, chart: Chart, currency: str) -> None:
    """Set light gridlines and quiet lines; bars read from the top as the table does."""
    across = chart.kind in ("bar", "stacked bar")
    labelled = chart.labels and chart.kind != "stacked bar"
    categories = {
        "num_font": _TEXT,
        "line": {"color": theme.HAIRLINE},
        "major_tick_mark": "none",
        "major_gridlines": {"visible": False},
        "reverse": across,
    }
    values = {
        "name": chart.value_title,
        "name_font": {**_TEXT, "bold": False},
        "num_font": _TEXT,
        "num_format": axis_format(chart, currency),
        "line": _QUIET,
        "major_tick_mark": "none",
        # Where every mark has its number, axis and grid need not repeat it. On reversed bars "high" is at the bottom.
        "major_gridlines": {"visible": not labelled, "line": {"color": theme.HAIRLINE, "width": 0.75}},
        "label_position": "none" if labelled else "high" if across else "next_to",
        "min": None if chart.kind in ("line", "columns and line") else 0,
    }
    if chart.kind == "columns and line":  # below zero, the weeks stand under the lowest column
        categories |= {
            "label_position": "low",
            "name": chart.category_title,
            "name_font": {**_TEXT, "bold": False},
        }
    made.set_x_axis(values if across else categories)
    made.set_y_axis(categories if across else values)


def axis_format(chart: Chart, currency: str) -> str:
    """Return the number format of axis and labels: whole amounts and whole percentages, which read at a glance."""
    if chart.value_format in ("money", "share"):
        return {"money": "#,##0", "share": "0%"}[chart.value_format]
    return theme.number_format(chart.value_format, currency)


def _series(book: Book, chart: Chart, series: Series, place: int) -> dict[str, Any]:
    sheet, table = book.table(series.table)
    fields = {field.heading: field for field in table.fields}
    last = table.row + max(1, table.rows)

    def cells(heading: str) -> list[str | int]:
        column = table.column(heading)
        return [sheet.name, table.row + 1, column, last, column]

    colour = series.colour or theme.SERIES[place % len(theme.SERIES)]
    made: dict[str, Any] = {
        "name": series.name or series.values,
        "categories": cells(series.categories),
        "categories_data": _held(fields[series.categories]),
        "values": cells(series.values),
        "values_data": _held(fields[series.values]),
        "gap": 60,
    }
    if chart.kind == "stacked bar":
        made["overlap"] = 100
    if chart.kind == "line":
        made["line"] = {"color": colour, "width": 2.25}
    elif chart.kind == "doughnut":
        made["points"] = [{"fill": {"color": slice_colour}} for slice_colour in _slices(table)]
    else:
        made["fill"] = {"color": colour}
    if chart.labels:
        made["data_labels"] = _labels(chart, table, book.currency, colour)
    return made


def _dashed(book: Book, chart: Chart, series: Series, place: int) -> dict[str, Any]:
    made = _series(book, replace(chart, kind="line", labels=False), series, place)
    return made | {"line": {"color": theme.SLATE, "width": 1.5, "dash_type": "dash"}}


def _labels(chart: Chart, table: Table, currency: str, colour: str) -> dict[str, Any]:
    """Label the values: outside in grey, or inside in what stands out from the series' own colour."""
    labels: dict[str, Any] = {"value": True, "num_format": axis_format(chart, currency), "font": _TEXT}
    if chart.kind == "stacked bar":
        labels["font"] = _inside(colour)
    if chart.kind == "doughnut":
        labels["custom"] = [{"font": _inside(slice_colour)} for slice_colour in _slices(table)]
    return labels


def _inside(colour: str) -> dict[str, Any]:
    return {"color": contrast.text_on(colour), "size": 9, "bold": True}


def _slices(table: Table) -> list[str]:
    return [theme.SERIES[place % len(theme.SERIES)] for place in range(max(1, table.rows))]


def _held(field: Field) -> list[Any]:
    """Return what a column shows, for the copy of its data that a chart keeps."""
    return [
        f"{value:.16g}" if isinstance(value, float) else value
        for value in plain_list(normalise(field.values, field.kind))
    ]
