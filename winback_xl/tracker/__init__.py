"""The life of a campaign after it was built: refresh it with new orders, split it, collect the copies.

A row is its Campaign ID and Customer ID, and what a person typed is never overwritten.
"""

from winback_xl.tracker.collecting import Collected, collect
from winback_xl.tracker.refreshing import Refreshed, refresh, refresh_tables
from winback_xl.tracker.splitting import Part, split
from winback_xl.tracker.writing import write
from winback_xl.workbook.reopening.reopen import reopen

__all__ = [
    "Collected", "Part", "Refreshed", "collect", "refresh", "refresh_tables", "reopen", "split", "write",
]  # fmt: skip
