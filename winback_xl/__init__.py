"""Win customers back: loyalty levels, fair make-goods and campaign sheets, in Excel and in bulk.

>>> import winback_xl as wb
>>> wb.Settings().margin
0.3
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from winback_xl.api import plan, read, save, segment
    from winback_xl.settings import Settings

__version__ = "0.1.0"
__all__ = ["Settings", "plan", "read", "save", "segment"]

_HOME = {"Settings": "winback_xl.settings"}


def __getattr__(name: str) -> Any:
    """Import the public names when they are first used: pandas costs half a second that help need not wait for."""
    if name not in __all__:
        raise AttributeError(f"module 'winback_xl' has no attribute {name!r}")
    return getattr(import_module(_HOME.get(name, "winback_xl.api")), name)
