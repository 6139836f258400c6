"""How xlwings Lite and Server call formulas, without them: own stand-ins for their decorators, cells in and out.

Written from their documented behaviour; nothing of xlwings PRO is used. What it proves is what we hand over and take.
"""

from __future__ import annotations

import datetime as dt
import inspect
import types

from tests.excel.cases import Err, picked, same
from winback_xl.excel.formulas.argument_cells import ERROR_NUMBERS

ERRORS = dict(
    zip(ERROR_NUMBERS, ("Null", "Div0", "Value", "Ref", "Name", "Num", "NotAvailable"), strict=True)
)
"""Error values by their text -> what Office.js calls them."""


class XlwingsError(Exception):
    """Stands for xlwings' own: its message is shown on hover, and the call is not repeated."""


def decorators(**options):
    """Decorators with the shape of those of xlwings.pro.udfs_officejs."""

    def info(f):
        names = list(inspect.signature(f).parameters)
        if not hasattr(f, "__xlfunc__"):
            f.__xlfunc__ = {"args": [{"name": name, "options": {}} for name in names], "ret": {"options": {}}}
        return f.__xlfunc__

    def func(f):
        info(f)
        return f

    def arg(name, convert=None, doc=""):
        def inner(f):
            one = next(one for one in info(f)["args"] if one["name"] == name)
            one["options"]["convert"], one["doc"] = convert, doc
            return f

        return inner

    def ret(convert):
        def inner(f):
            info(f)["ret"]["options"]["convert"] = convert
            return f

        return inner

    func.__module__ = "xlwings.pro.udfs_officejs"
    return types.SimpleNamespace(
        func=func, arg=arg, ret=ret, XlwingsError=XlwingsError, __version__="0", **options
    )


def sent(value):
    """Return an argument as xlwings hands it over with the raw converter: one cell is not a list, errors are typed."""
    if isinstance(value, Err):
        return {"type": "Error", "basicValue": value.text, "basicType": "Error"}
    if isinstance(value, dt.date):
        return (value - dt.date(1899, 12, 30)).days
    if not isinstance(value, list):
        return "" if value is None else value
    return squeezed([[sent(one) for one in row] if isinstance(row, list) else [sent(row)] for row in value])


def as_office(value):
    """Return a result of plain Python as Office.js gets it."""
    if isinstance(value, list):
        return [as_office(one) for one in value]
    if isinstance(value, dt.date):
        return {"type": "FormattedNumber", "basicValue": sent(value), "numberFormat": "yyyy-mm-dd"}
    return "" if value is None else value


def squeezed(rows):
    """Return a matrix of cells as the raw converter hands it over."""
    if len(rows) == 1:
        return rows[0][0] if len(rows[0]) == 1 else rows[0]
    return rows


def fits(case, found, refused=None):
    """Tell whether an answer is what the table says, or the message of a refused call: only #VALUE! is refused."""
    if isinstance(case.gives, Err) and case.gives.text == "#VALUE!":
        return refused is not None and case.gives.says in refused
    if refused is not None:
        return False
    if isinstance(case.gives, Err):
        return found == [[{"type": "Error", "errorType": ERRORS[case.gives.text]}]]
    gives = case.gives if isinstance(case.gives, list) else [[case.gives]]
    return same(picked(found, case.headings) if case.headings else found, as_office(gives))


def install():
    """Put the stand-ins into xlwings; only in a process of its own, before winback_xl.excel is imported."""
    import xlwings

    made = decorators()
    for name in ("func", "arg", "ret", "XlwingsError"):
        setattr(xlwings, name, getattr(made, name))
