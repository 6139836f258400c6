"""The one place that knows in which host the formulas run, and decorates them for it.

xlwings itself decides what ``xlwings.func`` is: a COM server's decorator on Windows, Office.js' on xlwings Server
and Lite, nothing at all elsewhere. Where it is not installed, the formulas are plain Python.
"""

from __future__ import annotations

import functools
import gc
import importlib
import inspect
import logging
import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

from winback_xl.errors import UsageError, WinbackError
from winback_xl.excel.formulas import convert, hosts, remembered, settings_range
from winback_xl.excel.formulas.catalogue import FORMULAS, SETTINGS
from winback_xl.excel.formulas.described_formulas import HELP_LENGTH

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import ModuleType

    from winback_xl.excel.formulas.cell_days import DateSystem
    from winback_xl.excel.formulas.described_formulas import Formula
    from winback_xl.excel.formulas.hosts import Host

    Function = Callable[..., Any]

CATEGORY = "Win-back"
"""Under which Excel's function wizard lists the formulas."""

_log = logging.getLogger(__name__)


def _xlwings() -> ModuleType | None:
    """Return xlwings, or None where it is not installed."""
    if os.environ.get("XLWINGS_ON_SERVER") == "true" and sys.platform != "emscripten":
        # xlwings asks for this module once a cell; an import that fails is not remembered, and costs 55 µs
        sys.modules.setdefault("pyodide.ffi", cast("ModuleType", None))
    try:
        return importlib.import_module("xlwings")
    except ImportError:
        return None


def _find_host(xlwings: ModuleType | None) -> Host:
    decorator = getattr(getattr(xlwings, "func", None), "__module__", "")
    if decorator == "xlwings.udfs":
        return hosts.CLASSIC
    if decorator.startswith("xlwings.pro"):
        return hosts.LITE if sys.platform == "emscripten" else hosts.SERVER
    return hosts.PLAIN


XLWINGS = _xlwings()
HOST = _find_host(XLWINGS)
"""Where this process runs."""

ANSWERS = remembered.Answers()
"""Answers that the formulas have given in this process."""


def date_system() -> DateSystem:
    """Return what day serial numbers count from: 1900, or 1904 if the environment says so (WINBACK_DATE_SYSTEM)."""
    return 1904 if os.environ.get("WINBACK_DATE_SYSTEM") == "1904" else 1900


def evaluate(
    function: Function, given: tuple[Any, ...], host: Host = hosts.CALC, system: DateSystem | None = None
) -> Any:
    """Calculate a formula for a host: cells in, cells out.

    Parameters
    ----------
    function : callable
        One of `winback_xl.excel.formulas.functions`, decorated or not.
    given : tuple
        Cells and ranges as the host hands them over.
    host : Host
        What blanks and dates look like in the result.
    system : {1900, 1904}, optional
        What day serial numbers count from; by default what `date_system` says.

    Returns
    -------
    Any
        A single value or a list of rows.

    Raises
    ------
    WinbackError
        A user's mistake: ``excel_error`` is the error value that belongs into the cell.
    """
    bare = inspect.unwrap(function)
    system = system or date_system()
    about = FORMULAS[bare.__name__]
    with _undisturbed():
        asked = remembered.key(about.name, system, host.name, *given)
        answer = None if asked is None else ANSWERS.find(asked)
        if answer is None:
            answer = _calculated(bare, about, given, host, system)
            if asked is not None:
                ANSWERS.keep(asked, answer)
        return answer


def _calculated(
    bare: Function, about: Formula, given: tuple[Any, ...], host: Host, system: DateSystem
) -> Any:
    clean = convert.arguments(about, given, system)
    with settings_range.counting_with(clean.pop() if SETTINGS in about.arguments else None):
        return convert.result(bare(*clean), host, system)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Keep the garbage collector from looking through half a million cells while they are converted."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def formula(function: Function) -> Function:
    """Make a worksheet formula of a function: its arguments and help are those of the catalogue.

    In plain Python the call takes cells, lists and DataFrames, returns a value or a list of rows, and raises the
    `WinbackError` of a mistake; in the other hosts it does what they expect (see `winback_xl.excel.formulas.convert`).
    """
    about = FORMULAS[function.__name__]
    signature = _signature(function, about)
    fewest = sum(not one.optional for one in about.arguments)

    @functools.wraps(function)
    def call(*given: Any, **named: Any) -> Any:
        if named or not fewest <= len(given) <= len(about.arguments):
            bound = signature.bind(*given, **named)
            bound.apply_defaults()
            given = bound.args
        return evaluate(function, given, HOST)

    call.__doc__ = about.doc
    cast("Any", call).__signature__ = signature  # what xlwings and help() look at
    if HOST.errors == "raise":
        return call
    return _exposed(_telling(call), about)


def _signature(function: Function, about: Formula) -> inspect.Signature:
    """Return the arguments of a formula: those of its function, and the settings that `settings_range.used` gives it."""
    own = inspect.signature(function)
    if SETTINGS not in about.arguments:
        return own
    more = inspect.Parameter(SETTINGS.name, inspect.Parameter.POSITIONAL_OR_KEYWORD, default=None)
    return own.replace(parameters=[*own.parameters.values(), more])


def _telling(call: Function) -> Function:
    """Report errors in the form that the host can show; ours too, because Excel would hide or repeat them."""

    @functools.wraps(call)
    def stated(*given: Any) -> Any:
        try:
            value = call(*given)
        except WinbackError as error:
            return _stated(error)
        except Exception as fault:  # noqa: BLE001 - whatever it is, a cell must not show a number
            _log.exception("%s failed", call.__name__)
            what = f"{call.__name__} failed: {type(fault).__name__}: {fault}."
            return _stated(UsageError(what, "Please report it.", "fault"))
        return value if HOST.errors == "tag" or isinstance(value, list) else [[value]]

    return stated


def _stated(error: WinbackError) -> Any:
    if HOST.errors == "tag":
        return convert.tagged(error)
    if error.excel_error == "#VALUE!":
        raise cast("Any", XLWINGS).XlwingsError(convert.message(error)) from None
    return convert.error_value(error)


def _exposed(call: Function, about: Formula) -> Function:
    """Hand a function to xlwings: cells come raw, for `convert` reads them faster and alike on all hosts."""
    xw: Any = XLWINGS
    for argument in about.arguments:
        call = xw.arg(argument.name, convert="raw", doc=argument.help[:HELP_LENGTH])(call)
    call = xw.ret("raw")(
        call
    )  # xlwings would make a range of a single error text, and look at each cell again
    call = xw.func(category=CATEGORY)(call) if HOST is hosts.CLASSIC else xw.func(call)
    exposed: Any = call
    exposed.__xlfunc__["ret"]["doc"] = about.gives
    for stated, argument in zip(exposed.__xlfunc__["args"], about.arguments, strict=True):
        if HOST is hosts.CLASSIC:
            stated["name"] = argument.vba_name
    return call


def version() -> str:
    """Return the version of xlwings, or that it is not there."""
    return f"xlwings {XLWINGS.__version__}" if XLWINGS is not None else "no xlwings"
