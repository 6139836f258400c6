"""The Guide sheet: what the workbook is, three steps, the colours, the sheets, and where the numbers come from."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from winback_xl.core.make_good import approvers
from winback_xl.core.wording import plural
from winback_xl.settings import describe
from winback_xl.version import __version__
from winback_xl.workbook.sheets import checks, now
from winback_xl.workbook.sheets import settings as settings_sheet
from winback_xl.workbook.sheets.parts import text_field, whole
from winback_xl.workbook.spec import Cell, Field, Sheet, Table

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from winback_xl.core.campaign.campaign_plan import Plan
    from winback_xl.workbook.spec import Look

_WIDTHS = {0: 26.0, 1: 96.0, 2: 18.0, 3: 14.0, 4: 14.0, 5: 19.0}

STEPS = (
    ("1  Look", "Today", "Today says who waits, who to call, what is at stake and what came back; choose an owner at the top."),
    ("2  Work the list", "Campaign",
     "Do next says what comes next: fill in the bright yellow cell. \u25b8: click + above the columns."),
    ("3  Keep it current", "Settings", "The workbook follows today's date, unless Settings shows another day (Today then says so)."),
)  # fmt: skip

COLOURS: tuple[tuple[Look, str, str], ...] = (
    ("input", "Input", "Cream with blue text, in Settings: change it."),
    ("head human", "Yours to fill in", "Type under this heading; a refresh never overwrites it."),
    (
        "head calculated",
        "Calculated",
        "Calculated from your orders. Do not type here; the next refresh replaces it.",
    ),
    (
        "head formula",
        "Formula",
        "An ordinary Excel formula: it updates as you type, with nothing installed.",
    ),
)

SHEETS = (
    (
        "Today",
        "What matters this morning: who waits, who to call, five numbers, and how each owner, region, level and month does.",
    ),
    (
        "Campaign",
        "The working list: what to do next and by when, one row for each customer; click + for details.",
    ),
    ("Talks", "The log of talks, one row each: what they said, what we promised, by when."),
    ("Account", "One account on a page: choose the customer, and print it before the call."),
    ("Make-goods", "Every open incident: what it cost the customer, and what a fair offer is."),
    (
        "Retention",
        "Do customers stay? By recency and frequency, by month, by quarter of the first order, by region.",
    ),
    ("Segments", "Every customer: how loyal, how long without an order, how valuable, and why."),
    ("Accounts", "What is known of each account in Campaign: contact, cause, offer with its reason, odds."),
    ("Watch list", "Accounts to check again later: paused, or lost on good terms."),
    ("Settings", "Every threshold with its reason and source; cream cells may be changed."),
    ("Lists", "The words to choose from, what each stage asks for, and what Do next says."),
    ("Checks", "Whether the numbers add up, what was found in the data, and which rows were left out."),
    (
        "Numbers",
        "What stands behind Today and Retention: causes, stages, decisions, approvers, your top customers.",
    ),
    ("Changes", "What was done to this workbook and when, and what is new in the package."),
)

CHANGED_NOW = (
    '=SUMPRODUCT(--(tblSettings[Value]<>tblSettings[Default]))&" of "&ROWS(tblSettings[Setting])'
    '&" settings differ from their default"'
)


_SENTENCE = re.compile(r"(?<=\.)\s+(?=[A-Z])")


def _changed(plan: Plan) -> str:
    """Name the settings that differ from their defaults."""
    known = {about.name: about for about in describe()}
    changes = [
        f"{known[name].label} {settings_sheet.written(known[name], value)}"
        f" (was {settings_sheet.written(known[name], known[name].default)})"
        for name, value in plan.settings.changed().items()
    ]
    return "; ".join(changes) or "None: every setting is as delivered."


def _stamp(plan: Plan) -> list[tuple[str, str]]:
    models = [sentence for model in plan.models for sentence in _SENTENCE.split(model)] or [
        "No model was needed."
    ]
    return [
        ("Campaign", plan.campaign_id),
        ("Built for (as-of date)", f"{plan.as_of:%Y-%m-%d}"),
        ("Built with", f"winback_xl {__version__}"),
        ("Currency", plan.currency or "Not stated in the orders"),
        ("Settings changed when built", _changed(plan)),
        *(("How it was calculated", sentence) for sentence in models),
    ]


def _about(plan: Plan, row: int) -> tuple[Table, Cell]:
    """Return the version stamp; its last line counts the settings that differ from their defaults now."""
    lines = _stamp(plan)
    table = Table(
        "tblAbout", row, 0,
        (
            text_field("About this workbook", [*(what for what, _ in lines), "Settings changed now"]),
            Field("Value", np.array([*(value for _, value in lines), ""], dtype=object), "long", "calculated"),
        ),
        alt="Version, date, currency, settings and models of this workbook",
        arrows=False,
    )  # fmt: skip
    stated = (
        f"{len(plan.settings.changed())} of {sum(1 for _ in describe())} settings differ from their default"
    )
    count = Cell(row + 1 + len(lines), 1, stated, look="text", formula=CHANGED_NOW)
    return table, count


def _sources(plan: Plan, row: int) -> Table:
    sources = plan.sources

    def rows(heading: str, values: list[int]) -> Field:
        return Field(heading, np.array(values, dtype=float), "count", "calculated")

    return Table(
        "tblSources", row, 0,
        (
            text_field("Table", [source.table for source in sources]),
            text_field("File", [source.file or "table in memory" for source in sources]),
            text_field("Sheet", [source.sheet for source in sources]),
            rows("Rows read", [source.rows_in for source in sources]),
            rows("Rows used", [source.rows_used for source in sources]),
            rows("Rows set aside", [source.rows_set_aside for source in sources]),
        ),
        alt="Source files with the rows read, used and set aside",
        arrows=False,
    )  # fmt: skip


def _steps(row: int, steps: Sequence[tuple[str, str, str]] = STEPS) -> list[Cell]:
    cells = []
    for place, (title, target, sentence) in enumerate(steps, start=row):
        cells += [
            Cell(place, 0, title, look="step"),
            Cell(place, 1, sentence, look="text"),
            Cell(place, 2, f"Go to {target}", look="link", link=f"#'{target}'!A1"),
        ]
    return cells


def colour_key(row: int, colours: Sequence[tuple[Look, str, str]]) -> tuple[Table, list[Cell]]:
    """Return the table that says what colours mean, and the cells that show them: a look, its name, its meaning."""
    table = Table(
        "tblColours", row, 0,
        (
            text_field("Colour", [name for _, name, _ in colours]),
            text_field("What it means", [meaning for *_, meaning in colours]),
        ),
        alt="What the colours of cells and headings mean",
        arrows=False,
    )  # fmt: skip
    samples = [
        Cell(place, 0, name, look=look) for place, (look, name, _) in enumerate(colours, start=row + 1)
    ]
    return table, samples


def sheet_index(row: int, sheets: Sequence[tuple[str, str]]) -> tuple[Table, list[Cell]]:
    """Return the table of the sheets, each with what it holds, and the cells that lead to them."""
    table = Table(
        "tblSheets", row, 0,
        (
            text_field("Sheet", [name for name, _ in sheets]),
            text_field("What it holds", [holds for _, holds in sheets]),
        ),
        alt="The sheets of this workbook and what each holds",
        arrows=False,
    )  # fmt: skip
    links = [
        Cell(place, 0, name, look="link", link=f"#'{name}'!A1")
        for place, (name, _) in enumerate(sheets, start=row + 1)
    ]
    return table, links


_OWNER_STEPS = (
    ("1  Look", "Campaign", "Campaign lists your accounts. Do next says what comes next, and the bright cell waits for your answer."),
    ("2  Call", "Account", "In Account choose a customer: what happened, what to ask, what you may offer, and the phone number."),
    ("3  Write it down", "Talks", "In Talks fill one row for each talk: what they said, what we promised, by when."),
)  # fmt: skip


def of_owner(plan: Plan, owner: str) -> Sheet:
    """Return the Guide of the copy of one owner: how to work, what the colours mean, and to send it back."""
    steps_at = 3
    colours_at = steps_at + len(_OWNER_STEPS) + 2
    back_at = colours_at + len(COLOURS) + 1
    cells = [
        Cell(steps_at, 0, "Three steps", look="heading", span=2),
        *_steps(steps_at + 1, _OWNER_STEPS),
        Cell(colours_at, 0, "Colours", look="heading", span=2),
    ]
    for row, (look, name, meaning) in enumerate(COLOURS[1:], start=colours_at + 1):
        cells += [Cell(row, 0, name, look=look), Cell(row, 1, meaning, look="text")]
    cells.append(Cell(back_at, 0, "When you are done", look="heading", span=2))
    cells += [Cell(row, 0, text, look="text", span=1) for row, text in enumerate(_BACK, start=back_at + 1)]
    limits_at = back_at + len(_BACK) + 2
    stated, formula = _limits(plan, owner)
    cells += [
        Cell(limits_at, 0, "What you may decide", look="heading", span=2),
        Cell(limits_at + 1, 0, stated, look="text", formula=formula, span=1),
        Cell(limits_at + 2, 0, "Account shows under Approves who decides each case.", look="text", span=1),
    ]
    listed = f" of {plural(len(plan.campaign), 'account')} in play. Nothing needs to be installed."
    in_play = int(now.rows_of(plan).open.sum())
    return Sheet(
        "Guide",
        f"Win-back campaign {plan.campaign_id}: {owner}",
        f"{in_play:,}{listed}",
        instruction_formula=f'=FIXED(now_open,0)&"{listed}"',
        cells=tuple(cells),
        widths=_WIDTHS,
    )


def _limits(plan: Plan, owner: str) -> tuple[str, str]:
    """Say up to which cost the owner decides, and who does above it; Settings is out of sight in a copy."""
    money = f"{plan.currency} " if plan.currency else ""
    own = float(approvers.own_limits(np.array([owner], dtype=object), plan.settings)[0])
    first = "As a rule you decide offers that cost us up to "
    said = ((", a Manager up to ", "manager_limit"), (", a Director up to ", "director_limit"))
    yours = "FIXED(set_rep_limit,0)" if own == plan.settings.rep_limit else f'"{whole(own)}"'
    end = ", above that the CFO. Cases held for legal: Counsel only."
    text = f"{first}{money}{whole(own)}" + "".join(
        f"{lead}{money}{whole(getattr(plan.settings, name))}" for lead, name in said
    )
    quoted = money.replace('"', '""')
    formula = f'"{first}{quoted}"&{yours}&' + "&".join(
        f'"{lead}{quoted}"&FIXED(set_{name},0)' for lead, name in said
    )
    return f"{text}{end}", f'={formula}&"{end}"'


_BACK = (
    "Save the workbook and send it back. What you typed is merged into the campaign, and nothing of it is lost.",
    "Where somebody filled the same cell differently in the meantime, both texts are kept until somebody decides.",
)


def sheet(plan: Plan, without: Collection[str] = ()) -> Sheet:
    """Return the sheet that a newcomer understands in a minute; it does not name the sheets that this workbook is ``without``."""
    steps_at = 4
    colours, samples = colour_key(steps_at + len(STEPS) + 2, COLOURS)
    named = [item for item in SHEETS if item[0] not in without]
    holds, links = sheet_index(colours.row + colours.rows + 2, named)
    sources = _sources(plan, holds.row + holds.rows + 2)
    about, changed = _about(plan, sources.row + max(sources.rows, 1) + 2)
    cells = [
        Cell(2, 0, checks.summary(plan), look="output", formula="=check_summary", span=1),
        Cell(steps_at, 0, "Three steps", look="heading", span=2),
        *_steps(steps_at + 1),
        *samples,
        *links,
        changed,
    ]
    return Sheet(
        "Guide",
        f"Win-back campaign {plan.campaign_id}",
        f"This workbook says which of {plural(len(plan.segments), 'customer')} you are losing, what a fair make-good"
        " is for each, and how far every win-back has come. Nothing needs to be installed.",
        cells=tuple(cells),
        tables=(colours, holds, sources, about),
        widths=_WIDTHS,
        breaks=(about.row,),
    )
