"""Put the steps together: who is in the campaign, with what decision, in which wave, and what comes next."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from winback_xl.errors import Issue
    from winback_xl.settings import Settings


@dataclass(frozen=True, slots=True)
class Source:
    """Where one input table came from, and what became of its rows."""

    table: str
    file: str
    sheet: str
    rows_in: int
    rows_used: int
    rows_set_aside: int


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that was worked out, as tables; the workbook only shows it.

    Parameters
    ----------
    campaign_id : str
        Name of the campaign, in every row of ``campaign``.
    as_of : Timestamp
        The day that "today" means in every number.
    segments, make_goods, campaign : DataFrame
        One row a customer; the columns of `winback_xl.columns.SEGMENTS`, ``MAKE_GOODS`` and ``CAMPAIGN``.
        ``make_goods`` holds customers with an open incident only. ``campaign`` is sorted by wave and value.
    causes : DataFrame
        One row a cause: ``cause``, ``customers``, ``share``, ``proposed``, ``why``.
    models : tuple of str
        What was fitted on what, or which fallback was used and why.
    sources : tuple of Source
        Files and row counts.
    issues : tuple of Issue
        Everything found in the data.
    set_aside : DataFrame
        Rows not used: ``place``, ``code``, ``reason`` and the original values as text.
    loss_rate : float
        Share of last year's customers that bought nothing in this one; NaN without two years of orders.
    """

    campaign_id: str
    as_of: pd.Timestamp
    settings: Settings
    currency: str
    segments: pd.DataFrame
    make_goods: pd.DataFrame
    campaign: pd.DataFrame
    causes: pd.DataFrame
    set_aside: pd.DataFrame
    loss_rate: float = float("nan")
    models: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    issues: tuple[Issue, ...] = field(default=())
