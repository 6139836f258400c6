"""The whole job for programs: files or DataFrames in, a plan and a workbook out.

The command line and the buttons call these functions; so does a notebook, and gets the same numbers.
"""

from winback_xl.api.measuring import Measured, measure
from winback_xl.api.planning import campaign_name, dossiers, plan, plan_tables, segment, segment_tables
from winback_xl.api.reading import Input, Tables, check, read, silently
from winback_xl.api.saving import save, save_into, save_report, writable

__all__ = [
    "Input", "Measured", "Tables", "campaign_name", "check", "dossiers", "measure", "plan", "plan_tables", "read",
    "save", "save_into", "save_report", "segment", "segment_tables", "silently", "writable",
]  # fmt: skip
