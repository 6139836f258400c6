"""Just enough of pywin32 and of a COM Excel for xlwings' real classic path to run on any machine.

Import this in a process of its own: it says that the platform is Windows. What it proves is what xlwings does with our
functions: the VBA it writes, the conversions around a call. What Excel does with that, it cannot prove.
"""

from __future__ import annotations

import asyncio  # noqa: F401 - what looks at the platform must be imported before it is changed
import ctypes
import datetime as dt
import importlib.machinery
import multiprocessing  # noqa: F401
import subprocess  # noqa: F401
import sys
import types
from pathlib import Path
from unittest.mock import MagicMock

import pandas as pd  # noqa: F401
import scipy.optimize
import scipy.special  # noqa: F401

MISSING = -2147352572
"""What VBA hands over for an argument that was left out."""

_RANGE = "{00020846-0000-0000-C000-000000000046}"
ERRORS = {"#NULL!": -2146826288, "#DIV/0!": -2146826281, "#VALUE!": -2146826273, "#REF!": -2146826265,
          "#NAME?": -2146826259, "#NUM!": -2146826252, "#N/A": -2146826246}  # fmt: skip
"""What COM hands over for a cell that shows an error."""


class ComError(Exception):
    """pywintypes.com_error: what is asked for does not exist."""


class Utc(dt.tzinfo):
    """win32timezone's UTC."""

    def utcoffset(self, _):
        return dt.timedelta(0)

    def dst(self, _):
        return dt.timedelta(0)


class Time(dt.datetime):
    """pywintypes' time: a datetime of a class of its own, always with a zone."""


def time(day: dt.date) -> Time:
    """Return a day as COM hands it over."""
    return Time(day.year, day.month, day.day, tzinfo=Utc())


class CDispatch:
    """Base of COM objects."""


class Range(CDispatch):
    """A range of cells: a value for one cell, else a tuple of tuples."""

    def __init__(self, rows):
        self.Value = rows[0][0] if len(rows) == 1 and len(rows[0]) == 1 else tuple(map(tuple, rows))
        self.Row = self.Column = 1
        self.Rows, self.Columns = (
            types.SimpleNamespace(Count=len(rows)),
            types.SimpleNamespace(Count=len(rows[0])),
        )
        self.Worksheet = MagicMock()
        self._oleobj_ = MagicMock()
        self._oleobj_.GetTypeInfo().GetTypeAttr().iid = _RANGE


class Components(dict):
    """VBProject.VBComponents: keeps the text of what is imported, by name."""

    def __call__(self, name):
        if name not in self:
            raise ComError(name)
        return name

    def Remove(self, name):  # noqa: N802 - Excel's name
        del self[name]

    def Import(self, path):  # noqa: N802 - Excel's name
        self["xlwings_udfs"] = Path(path).read_text(encoding="utf-8")


class Workbook(CDispatch):
    """A macro workbook without code."""

    Name = "Book.xlsm"

    def __init__(self):
        self.Sheets = self.Worksheets = []
        self.VBProject = types.SimpleNamespace(VBComponents=Components())
        self.help = {}
        self.Application = types.SimpleNamespace(Version="16.0", MacroOptions=self._macro_options)

    def _macro_options(self, macro, **options):
        self.help[macro.split("!")[1]] = options


def install() -> None:
    """Put the stubs in place and say that this is Windows."""
    names = (
        "pywintypes", "pythoncom", "win32api", "win32con", "win32gui", "win32process", "win32event", "win32timezone",
        "win32com", "win32com.client", "win32com.client.dynamic", "win32com.server", "win32com.server.dispatcher",
        "win32com.server.policy", "win32com.server.util", "win32com.server.exception",
    )  # fmt: skip
    for name in names:
        stub = MagicMock(name=name)
        stub.__spec__ = importlib.machinery.ModuleSpec(name, None)
        stub.__path__, stub.__file__ = [], name
        sys.modules[name] = stub
        parent, _, child = name.rpartition(".")
        if parent:
            setattr(sys.modules[parent], child, stub)
    pywintypes, client = sys.modules["pywintypes"], sys.modules["win32com.client"]
    pywintypes.com_error = pywintypes.error = sys.modules["pythoncom"].ole_error = ComError
    pywintypes.TimeType, pywintypes.IID = Time, str
    client.CDispatch = client.DispatchBaseClass = client.CoClassBaseClass = CDispatch
    client.Dispatch = lambda com: com
    sys.modules["win32timezone"].TimeZoneInfo.utc = Utc
    ctypes.oledll = ctypes.windll = MagicMock()
    ctypes.PyDLL = MagicMock()
    sys.platform = "win32"
