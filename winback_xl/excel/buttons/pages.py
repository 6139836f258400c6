"""Small sheets that only the buttons write: what was found in the data, what the doctor says, what there is to press."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from winback_xl.core.outreach.campaign_letters import KINDS
from winback_xl.core.wording import plural
from winback_xl.inputs.answers import in_settings
from winback_xl.schema.columns import CAMPAIGN
from winback_xl.workbook.sheets.parts import HEADER_ROW, text_field
from winback_xl.workbook.spec import Field, Rule, Sheet, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from winback_xl.errors import Issue
    from winback_xl.installation import Finding

_SHOWN = 5_000
"""Findings that are listed; fixing the first ones often fixes the rest."""


def _long(heading: str, values: list[str], about: str = "", *, width: float = 0) -> Field:
    return Field(heading, np.array(values, dtype=object), "long", "calculated", help=about, width=width)


def findings(issues: Sequence[Issue]) -> Sheet:
    """Return the sheet of *Check data*: every finding with its cell and its fix, errors first."""
    rank = {"error": 0, "warning": 1, "note": 2}
    ordered = sorted(issues, key=lambda issue: rank[issue.severity])
    shown = ordered[:_SHOWN]
    more = f" The first {_SHOWN:,} are listed." if len(ordered) > _SHOWN else ""
    return Sheet(
        "Data check",
        "Data check: what was found in your data",
        f"{plural(len(ordered), 'finding')}.{more} An error stops the work, a warning sets rows aside, a note only"
        " tells. Nothing in your tables was changed.",
        tables=(
            Table(
                "tblFound", HEADER_ROW, 0,
                (
                    text_field("Severity", [issue.severity for issue in shown], width=11),
                    text_field("Where", [issue.place for issue in shown], width=34),
                    _long("What was found", [issue.what for issue in shown], width=70),
                    _long("What to do", [in_settings(issue.fix) for issue in shown], width=70),
                    Field("Rows", np.array([float(issue.rows) for issue in shown]), "count", "calculated",
                          help="Rows set aside for it."),
                    text_field("Code", [issue.code for issue in shown]),
                ),
                alt="Everything found in the data: where, what, and what to do",
                rules=(Rule('={Severity}="error"', "bad", "Severity"), Rule('={Severity}="warning"', "warn", "Severity")),
            ),
        ),
        freeze=(HEADER_ROW + 1, 0),
    )  # fmt: skip


def letters(drafts: pd.DataFrame) -> Sheet:
    """Return the sheet of *Draft letters*: one row an account, those with a letter first.

    Parameters
    ----------
    drafts : DataFrame
        From `winback_xl.core.outreach.campaign_letters.drafts`.
    """
    rank = drafts["kind"].map({kind: place for place, kind in enumerate(KINDS)})
    shown = drafts.iloc[rank.argsort(kind="stable").to_numpy()]
    written = int((shown["letter"] != "").sum())
    return Sheet(
        "Letters",
        f"Letters: {plural(written, 'draft')}",
        "Fill in what is in square brackets, change the phrases named next to it, and send it from your own mail"
        " program. The next click replaces the drafts.",
        tables=(
            Table(
                "tblLetters", HEADER_ROW, 0,
                (
                    Field(CAMPAIGN["customer_id"].heading, shown["customer_id"], "id", "calculated"),
                    text_field(CAMPAIGN["customer"].heading, shown["customer"].tolist(), width=28),
                    text_field(CAMPAIGN["owner"].heading, shown["owner"].tolist(), width=18),
                    text_field("Kind", shown["kind"].tolist(),
                               "Call first: a letter would come too early. Held for legal: Counsel has to approve first.", width=16),
                    text_field("Subject", shown["subject"].tolist(), width=38),
                    _long("Letter", shown["letter"].tolist(), "The draft; double-click to read the whole text.", width=90),
                    _long("To change", shown["to_change"].tolist(), "Phrases to change or to fill in before it goes out.",
                          width=50),
                ),
                alt="A draft for each account that may be written to, and what to change in it",
                rules=(Rule('={To change}<>""', "warn", "To change"),),
            ),
        ),
        freeze=(HEADER_ROW + 1, 2),
    )  # fmt: skip


def doctor(found: Sequence[Finding]) -> Sheet:
    """Return the sheet of *Doctor*: what was looked at, and the fix where one is needed."""
    return Sheet(
        "Doctor",
        "Doctor: what is installed, and what to do",
        "FIX marks what does not work, note what could not be checked. The last column says what to do.",
        tables=(
            Table(
                "tblDoctor", HEADER_ROW, 0,
                (
                    text_field("Result", [item.mark for item in found], width=10),
                    text_field("What", [item.what for item in found], width=30),
                    _long("Found", [item.found for item in found], width=70),
                    _long("What to do", [item.fix for item in found], width=70),
                ),
                alt="What was looked at, what was found, and what to do",
                rules=(Rule('={Result}="FIX"', "bad", "Result"), Rule('={Result}="ok"', "ok", "Result")),
            ),
        ),
        freeze=(HEADER_ROW + 1, 0),
    )  # fmt: skip


def buttons(commands: Sequence[tuple[str, str]]) -> Sheet:
    """Return the sheet of *Guide* for a workbook without one: each button and what it does."""
    return Sheet(
        "Guide",
        "Win-back: find the customers you are losing",
        "Paste your orders into a sheet with the headings Customer ID, Order date and Order value; then press Check"
        " data and Build campaign.",
        tables=(
            Table(
                "tblButtons", HEADER_ROW, 0,
                (
                    text_field("Button", [label for label, _ in commands], width=24),
                    _long("What it does", [does for _, does in commands], width=100),
                ),
                alt="Every button and what it does",
            ),
        ),
    )  # fmt: skip
