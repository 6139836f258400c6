"""A made-up industrial distributor: its ledger, customers, complaints and reps, the same for the same seed.

``make`` builds it, ``write`` puts it into the files a user would export, ``weeks_later`` lets time pass, and
``ledger`` makes a ledger as large as a worksheet.
"""

from __future__ import annotations

from winback_xl.samples.bulk import ledger
from winback_xl.samples.files import write
from winback_xl.samples.later import weeks_later
from winback_xl.samples.sample import Sample, make

__all__ = ["Sample", "ledger", "make", "weeks_later", "write"]
