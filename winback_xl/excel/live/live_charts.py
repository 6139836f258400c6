"""Native charts in the open workbook, as far as the host can draw them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from winback_xl.excel.live.live_tables import block
from winback_xl.workbook import theme
from winback_xl.workbook.formulas import column_letters

if TYPE_CHECKING:
    from collections.abc import Mapping

    from winback_xl.excel.live.live_looks import Notes
    from winback_xl.excel.live.live_tables import Place
    from winback_xl.workbook.chart_spec import Chart

_TYPES = {
    "column": "column_clustered",
    "bar": "bar_clustered",
    "stacked bar": "bar_stacked",
    "line": "line",
    "doughnut": "doughnut",
    "stacked area": "area_stacked",
    "columns and line": "column_clustered",
}
_POINTS = 0.75  # of a pixel


def name_of(number: int) -> str:
    """Return the name of a chart, by which the next press finds it."""
    return f"Win-back {number + 1}"


def draw(
    sheet: Any, number: int, chart: Chart, places: Mapping[str, tuple[Any, Place]], notes: Notes
) -> None:
    """Draw a chart whose source is on any sheet of the workbook.

    Parameters
    ----------
    sheet : xlwings.Sheet
    number : int
        Which chart of the sheet, from 0.
    chart : Chart
    places : mapping of str to (xlwings.Sheet, Place)
        Where each table stands, by name.
    notes : Notes
    """
    home, place = places[chart.series[0].table]

    def make() -> Any:
        return sheet.charts.add(
            width=chart.width * _POINTS,
            height=chart.height * _POINTS,
            chart_type=_TYPES[chart.kind],
            source=_source(home, place, chart),
            plot_by="columns",
            name=name_of(number),
            anchor=block(sheet, chart.row, chart.col, chart.row, chart.col),
        )

    made: list[Any] = []
    notes.attempt("charts", lambda: made.append(make()))
    if made:
        notes.attempt("chart titles", lambda: _title(made[0], chart))
        notes.attempt("chart colours", lambda: _colour(made[0], chart))
        notes.attempt("chart axes", lambda: _axes(made[0], chart))


def retitle(sheet: Any, number: int, chart: Chart, notes: Notes) -> None:
    """Give a chart that stands already the title that its new numbers deserve."""
    notes.attempt("chart titles", lambda: _title(sheet.charts[name_of(number)], chart))


def _source(sheet: Any, place: Place, chart: Chart) -> Any:
    """Return the columns of categories and values with their headings, as one range of several parts."""
    by_heading = dict(zip((field.heading for field in place.table.fields), place.columns, strict=True))
    columns = [
        by_heading[chart.series[0].categories],
        *(by_heading[series.values] for series in chart.series),
    ]
    if columns == list(range(columns[0], columns[0] + len(columns))):
        return block(sheet, place.row, columns[0], place.last, columns[-1])
    parts = [
        f"{column_letters(column)}{place.row + 1}:{column_letters(column)}{place.last + 1}"
        for column in columns
    ]
    return sheet.range(",".join(parts))


def _title(drawn: Any, chart: Chart) -> None:
    drawn.title = chart.title


def _colour(drawn: Any, chart: Chart) -> None:
    if chart.kind == "doughnut":
        return
    for at, series in enumerate(chart.series):
        colour = series.colour or theme.SERIES[at % len(theme.SERIES)]
        if chart.kind == "line":
            drawn.series[at].set(line_color=colour)
        else:
            drawn.series[at].set(fill_color=colour)


def _axes(drawn: Any, chart: Chart) -> None:
    drawn.legend.visible = len(chart.series) > 1 or chart.kind == "doughnut"
    if chart.kind == "doughnut":
        return
    drawn.value_axis.number_format = {"share": "0%", "money": "#,##0"}.get(chart.value_format, "#,##0")
    if chart.kind in {"bar", "stacked bar"}:
        drawn.category_axis.reverse_order = True
