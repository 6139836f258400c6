"""Win customers back: loyalty levels, fair make-goods and campaign sheets, in Excel and in bulk.

>>> import winback_xl as wb
>>> wb.Settings().margin
0.3
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from winback_xl.version import __version__ as __version__

if TYPE_CHECKING:
    from winback_xl.settings import Settings
    from winback_xl.workflows.backtesting import backtest
    from winback_xl.workflows.planning import plan, segment
    from winback_xl.workflows.reading import read
    from winback_xl.workflows.saving import save

__all__ = ["Settings", "backtest", "plan", "read", "save", "segment"]

_HOME = {
    "Settings": "settings", "backtest": "workflows.backtesting", "plan": "workflows.planning", "segment": "workflows.planning",
    "read": "workflows.reading", "save": "workflows.saving",
}  # fmt: skip


def __getattr__(name: str) -> Any:
    """Import the public names when they are first used: pandas costs half a second that help need not wait for."""
    if name not in __all__:
        raise AttributeError(f"module 'winback_xl' has no attribute {name!r}")
    return getattr(import_module(f"winback_xl.{_HOME[name]}"), name)
