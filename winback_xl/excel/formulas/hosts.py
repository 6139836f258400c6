"""The programs in which formulas are calculated, and what each takes for a blank, a date and a mistake.

A user's mistake is a `WinbackError`. Each host shows it in its own way (`Host.errors`):

- plain Python and Calc: it is raised;
- classic Excel (COM): a UDF cannot return an error value, so it returns `convert.tagged` text (one text, never a range),
  ``#WINBACK!2042|There is no order.``: the number is the argument of VBA's ``CVErr`` (2015 #VALUE!, 2036 #NUM!, 2042 #N/A,
  ...), the rest is the message. The VBA wrapper cuts the mark off, puts the message on the status bar, and returns the error value;
- Office.js (xlwings Server and Lite): #VALUE! is raised as xlwings' error, whose message Excel shows on hover; other
  errors are error values without a message, for which Office.js has no place.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Host:
    """How a host shows results.

    Parameters
    ----------
    name : str
        As WINBACK_VERSION says it.
    blank : None or str
        What an empty cell of a result is: Excel shows 0 for nothing at all.
    dates : {"date", "com", "serial", "formatted"}
        A Python date, a time with a zone (without one COM takes it for local time and moves it), a serial number, or
        a number that brings its format along.
    errors : {"raise", "tag", "value"}
        How a mistake is reported: see the module.
    """

    name: str
    blank: str | None
    dates: Literal["date", "com", "serial", "formatted"]
    errors: Literal["raise", "tag", "value"]


PLAIN = Host("plain Python", None, "date", "raise")
CALC = Host("LibreOffice Calc", "", "serial", "raise")
CLASSIC = Host("classic Excel", "", "com", "tag")
SERVER = Host("xlwings Server", "", "formatted", "value")
LITE = Host("xlwings Lite", "", "formatted", "value")
