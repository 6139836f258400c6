"""Win customers back: loyalty levels, fair make-goods and campaign sheets, in Excel and in bulk.

From an order export to a campaign workbook, in two lines::

    import winback_xl as wb
    plan = wb.plan("orders.xlsx", customers="customers.xlsx", incidents="incidents.xlsx")
    wb.save(plan, "campaign.xlsx")

Each function does what the command of the same name does (``winback plan`` and so on), with the same arguments; where a
command takes files, `plan`, `segment`, `read` and `refresh` take DataFrames too.

====================  ==================================================================================
`plan`                segment customers, size make-goods, decide, and plan the campaign -> `Plan`
`save`                write a plan as a campaign workbook, or add it to a workbook of yours
`plan_large`          the same from a ledger larger than memory: files, folders, databases, Arrow, Spark
`segment`             levels and status only -> DataFrame, one row a customer
`read`, `check`       clean tables with every finding in them; `check` looks at one file
`refresh`             the same campaign with new orders; every cell that people filled stays
`split`, `collect`    one workbook for each owner, and their edits back into the master
`share`               a copy with values only, on request without names
`export`              a mail merge and a calendar out of a campaign
`report`              what a campaign has brought
`Settings`            every threshold: ``Settings().with_(margin=0.2)``
====================  ==================================================================================

Every mistake of a user is a `WinbackError` that says what is wrong and what to do; ``except wb.DataError as error`` gives
``error.issues`` with the file, sheet and cell of each finding.

>>> import winback_xl as wb
>>> wb.Settings().margin
0.3
>>> from winback_xl import samples
>>> plan = wb.plan(samples.make(seed=3, customers=60).orders)
>>> len(repr(plan).splitlines()), len(plan.segments)
(5, 60)
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from winback_xl.version import __version__ as __version__

if TYPE_CHECKING:
    from winback_xl.core.campaign.campaign_plan import Plan
    from winback_xl.errors import (
        DataError,
        FileError,
        NotEnoughError,
        OutOfRangeError,
        SettingsError,
        UsageError,
        WinbackError,
    )
    from winback_xl.settings import Settings
    from winback_xl.workflows.backtesting import backtest
    from winback_xl.workflows.checking import check
    from winback_xl.workflows.collecting import collect
    from winback_xl.workflows.exporting import export
    from winback_xl.workflows.large.large_plan import plan_large
    from winback_xl.workflows.measuring import report
    from winback_xl.workflows.planning import plan, segment
    from winback_xl.workflows.reading import read
    from winback_xl.workflows.refreshing import refresh
    from winback_xl.workflows.saving import save
    from winback_xl.workflows.sharing import share
    from winback_xl.workflows.splitting import split

__all__ = [
    "DataError", "FileError", "NotEnoughError", "OutOfRangeError", "Plan", "Settings", "SettingsError", "UsageError",
    "WinbackError", "backtest", "check", "collect", "export", "plan", "plan_large", "read", "refresh", "report", "save", "segment", "share", "split",
]  # fmt: skip

_HOME = {
    "Settings": "settings", "Plan": "core.campaign.campaign_plan",
    "plan_large": "workflows.large.large_plan",
    "plan": "workflows.planning", "segment": "workflows.planning", "read": "workflows.reading", "check": "workflows.checking",
    "save": "workflows.saving", "refresh": "workflows.refreshing", "split": "workflows.splitting",
    "collect": "workflows.collecting", "share": "workflows.sharing", "export": "workflows.exporting",
    "report": "workflows.measuring", "backtest": "workflows.backtesting",
}  # fmt: skip


def __getattr__(name: str) -> Any:
    """Import the public names when they are first used: pandas costs half a second that help need not wait for."""
    if name not in __all__:
        raise AttributeError(f"module 'winback_xl' has no attribute {name!r}")
    found = getattr(import_module(f"winback_xl.{_HOME.get(name, 'errors')}"), name)
    if callable(found) and not isinstance(found, type):
        found.__module__ = __name__  # what help() and tracebacks call it
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    """Return the public names: what is imported inside is nobody's business."""
    return sorted([*__all__, *(name for name in globals() if name.startswith("__") and name.endswith("__"))])
