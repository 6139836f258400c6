"""The Changes sheet: what is new in the package, and what was done to this workbook when."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from winback_xl.core.wording import plural
from winback_xl.version import __version__
from winback_xl.workbook.sheets.parts import HEADER_ROW, text_field
from winback_xl.workbook.spec import Cell, Field, Sheet, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from winback_xl.core.campaign.campaign_plan import Plan

Entry = tuple["pd.Timestamp", str]
"""As-of date and what was done."""

RELEASES: tuple[tuple[str, str], ...] = (
    (
        "0.1.0",
        "First release: levels and status from the order ledger, fair make-goods, a campaign workbook that needs no add-in.",
    ),
)
"""Version and what changed for users; newest first."""


def built(plan: Plan) -> str:
    """Describe what was built, for the log."""
    return (
        f"Built campaign {plan.campaign_id} with winback_xl {__version__}:"
        f" {plural(len(plan.segments), 'customer')}, {plural(len(plan.campaign), 'account')} to win back,"
        f" {plural(len(plan.make_goods), 'make-good')}."
    )


def sheet(plan: Plan, log: Sequence[Entry] = (), note: str | None = None) -> Sheet:
    """Return the log of this workbook, newest last, and the release notes.

    Parameters
    ----------
    plan : Plan
        What was built now; it becomes the last entry unless ``note`` says something else.
    log : sequence of (Timestamp, str)
        Entries of earlier builds and refreshes.
    note : str, optional
        What was done now instead, "" for nothing.
    """
    now = built(plan) if note is None else note
    entries = [*log, *([(plan.as_of, now)] if now else [])]
    heading = HEADER_ROW + len(RELEASES) + 3
    done = Table(
        "tblLog",
        heading + 1,
        0,
        (
            Field("As of", np.array([when for when, _ in entries], dtype="datetime64[s]"), "date", "calculated",
                  help="The day that the numbers were calculated for.", width=14),
            text_field("What was done", [what for _, what in entries], width=120),
        ),
        alt="What was done to this workbook, and for which day",
    )  # fmt: skip
    releases = Table(
        "tblReleases",
        HEADER_ROW,
        0,
        (
            text_field("Version", [version for version, _ in RELEASES], width=14),
            text_field("What is new", [what for _, what in RELEASES], width=120),
        ),
        alt="Release notes of the package, newest first",
    )
    return Sheet(
        "Changes",
        "Changes: what was done when",
        "Every build and refresh adds a line at the end. Above are the release notes of winback_xl.",
        cells=(Cell(heading, 0, "What was done to this workbook", look="heading", span=1),),
        tables=(releases, done),  # the log is last, so that it can grow where it stands
    )
