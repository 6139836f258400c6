"""Days as spreadsheets count them: a serial number is the days since 30 December 1899, the time of day its fraction.

Excel counts a 29 February 1900 that never was, so that its numbers and ours agree from 1 March 1900 (number 61) on.
A workbook of the old Mac calendar counts from 1 January 1904 instead.
"""

from __future__ import annotations

import datetime as dt
from types import MappingProxyType

DAY_0 = dt.date(1899, 12, 30)
"""The day with the serial number 0."""

DAYS_0 = MappingProxyType({1900: DAY_0, 1904: dt.date(1904, 1, 1)})
"""The day with the serial number 0 in each of the two calendars."""

MIDNIGHT_0 = dt.datetime(DAY_0.year, DAY_0.month, DAY_0.day)  # noqa: DTZ001 - cells know no time zone
"""`DAY_0` as a moment."""

FIRST_DAY, LAST_DAY = 61, 2_958_465
"""Serial numbers of 1900-03-01, before which Excel's calendar is off by a day, and of 9999-12-31, where it ends."""


def serial(moment: dt.date) -> float:
    """Return the serial number of a day, or of a moment with its time of day.

    >>> serial(dt.date(2026, 11, 22)), serial(dt.datetime(2026, 11, 22, 12))
    (46348.0, 46348.5)
    """
    if isinstance(moment, dt.datetime):
        return (moment.replace(tzinfo=None) - MIDNIGHT_0) / dt.timedelta(days=1)
    return float((moment - DAY_0).days)
