"""Books that the tests of the renderers draw: one that uses everything, and ones of any size."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from winback_xl.workbook.chart_spec import Chart, Series
from winback_xl.workbook.spec import Book, Cell, Field, Rule, Sheet, Table

CREATED = dt.datetime(2026, 11, 22, 9, 30)  # noqa: DTZ001 - a book knows no time zone

NASTY = (
    "=cmd|' /C calc'!A0", '=HYPERLINK("http://x","y")', "+1", "-1", "@home", "\tTab first", "a\x00b\x07c", "\ufffe",
    "lone \ud800 surrogate", "_x0041_ is no A", "<r><t>not rich</t></r>", "a & b < c > d \"e\" 'f'", " leading and trailing ",
    "line\nbreak\r\nand\rmore", "emoji 😀 مرحبا 漢字 \u202eevil", "https://example.com", "00123", "1E5", "x" * 40_000, "TRUE", "#N/A",
)  # fmt: skip
"""Texts that have turned into formulas, links, numbers, errors or broken files elsewhere."""

DAY = np.datetime64("2026-11-22")


def words(*texts: str) -> np.ndarray:
    return np.array(texts, dtype=object)


def lists() -> Sheet:
    """Return a Lists sheet with two lists of different length."""
    fields = (
        Field(
            "Stage",
            words("Listed", "Listened", "Won"),
            "text",
            "calculated",
            help="How far the account has come.",
        ),
        Field("Yes / No", words("Yes", "No", ""), "text", "calculated", help="Yes or no."),
    )
    table = Table("tblLists", 3, 0, fields, "Lists")
    return Sheet("Lists", "Lists", "Where the words come from.", tables=(table,))


def tracker(rows: int = 6, *, name: str = "tblTracker", row: int = 3) -> Table:
    """Return a table with every role and kind, some blanks, and formulas of every result type."""
    place = np.arange(rows)
    amount = np.where(place % 4 == 1, np.nan, np.round(place * 137.5 - 200.25, 2))
    days = DAY - place.astype("timedelta64[D]")
    due = np.where(place % 3 == 2, np.datetime64("NaT"), days).astype("datetime64[s]")
    names = words(*(NASTY[i % len(NASTY)] if i % 2 else f"Customer {i}" for i in place))
    sentences = words(*("A sentence about it. " * (1 + 3 * (i % 5)) for i in place))
    listened = np.where(place % 2 == 0, "Yes", "No").astype(object)
    mixed = np.array(
        [[1.5, "=text", None, True, dt.date(2026, 1, 2), "x"][i % 6] for i in place], dtype=object
    )
    overdue = np.where(np.isnat(due), np.nan, (DAY - due) / np.timedelta64(1, "D"))
    big_ones = words(*(None if np.isnan(value) else bool(value > 100) for value in amount))
    return Table(
        name, row, 0,
        (
            Field("Customer ID", words(*(f"{i:05d}" for i in place)), "id", "key", help="Who it is."),
            Field("Customer", names, "text", "calculated", help="Name of the customer."),
            Field("Why, and what [it] costs #1", sentences, "long", "calculated", help="The explanation, with every number."),
            Field("Last order", due, "date", "calculated", help="Day of the last order."),
            Field("Amount", amount, "money", "calculated", help="What it is worth."),
            Field("Odds", np.where(place % 5 == 4, np.inf, (place % 10) / 10), "share", "calculated", help="Chance to win."),
            Field("Ratio", place / 3, "number", "calculated", help="Days over limit."),
            Field("Orders", pd.Series(place * 2, dtype="Int64"), "count", "input", help="How many."),
            Field("Gap", place * 30.0, "days", "input", help="Days between orders.", limits=(0, 400)),
            Field("Stage", words(*(["Listed", "Won", ""][i % 3] for i in place)), "choice", "human", choices="Stage",
                  help="How far the account has come."),
            Field("Listened", listened, "yesno", "human", help="Yes once the customer was heard."),
            Field("Next step due", due, "date", "human", help="When the next step is due."),
            Field("Notes", words(*([""] * rows)), "long", "human", help="Anything else."),
            Field("Mixed", mixed, "text", "calculated", help="Anything."),
            Field("Half", amount / 2, "money", "formula", f'=IF({name}[@Amount]="","",[@Amount]/2)', help="Half of it."),
            Field("Say", np.where(listened == "Yes", "yes & <no>", "").astype(object), "text", "formula",
                  '=IF([@Listened]="Yes","yes & <no>","")', help="In words."),
            Field("Is big", big_ones, "text", "formula", '=IF([@Amount]="","",[@Amount]>100)', help="Whether it is big."),
            Field("Days overdue", overdue, "days", "formula",
                  '=IF([@[Next step due]]="","",set_as_of-[@[Next step due]])', help="Since it was due."),
        ),
        alt="Everything about every customer",
        rules=(Rule("=N({Days overdue})>2", "bad", "Days overdue"), Rule('={Stage}="Won"', "ok")),
    )  # fmt: skip


def _guide(rows: int) -> Sheet:
    looks = (
        "heading", "text", "long", "label", "number", "output", "ok", "bad", "warn", "note", "step", "tile label", "tile",
        "head key", "head input", "head calculated", "head human", "head formula",
    )  # fmt: skip
    total = float(np.nansum(tracker(rows).fields[4].values))
    lookup = '=IFNA(INDEX(tblTracker[Customer],MATCH("x",tblTracker[Customer ID],0)),"none")'
    cells = (
        Cell(3, 0, "As-of date", look="label"),
        Cell(
            3,
            1,
            dt.date(2026, 11, 22),
            look="input",
            kind="date",
            name="set_as_of",
            help="The day that counts as today.",
        ),
        Cell(4, 0, "Margin", look="label"),
        Cell(
            4, 1, 0.3, look="input", kind="share", name="set_margin", limits=(0, 1), help="Share of revenue."
        ),
        Cell(5, 1, "Listed", look="input", kind="choice", choices="Stage", help="A stage."),
        Cell(6, 1, total, look="tile", kind="money", formula="=SUM(tblTracker[Amount])", name="total_amount"),
        Cell(7, 0, "Go to Tracker", look="link", link="#'Tracker & Co'!A1"),
        Cell(7, 1, "Read", look="button", link="https://example.com/a?b=1&c=2"),
        Cell(8, 0, "No link", look="text", link="file:///etc/passwd"),
        Cell(9, 0, "=not a formula", look="text"),
        Cell(9, 1, True, look="text"),
        Cell(10, 0, "none", look="text", formula=lookup),
        *(Cell(12 + i, 0, f"looks like {look}", look=look, span=1) for i, look in enumerate(looks)),
    )
    return Sheet(
        "Guide", "Everything a book can hold", "One of each, in a sentence that is longer than its column.", cells,
        widths={0: 30.0, 1: 24.0}, heights={6: 34.0}, colour="#1F3A5F", gridlines=False, landscape=False,
    )  # fmt: skip


def _dashboard() -> Sheet:
    figures = Table(
        "tblFigures", 3, 0,
        (
            Field("Stage", words("Listed", "Listened", "Won"), "text", "calculated"),
            Field("Accounts", np.array([5, 3, 2]), "count", "calculated"),
            Field("More", np.array([2, 1, 4]), "count", "calculated"),
        ),
        alt="Accounts by stage",
    )  # fmt: skip
    beside = Table(
        "tblBeside", 3, 4,
        (
            Field("Setting", words("A", "B", "C", "D"), "text", "calculated"),
            Field("Value", np.array([1, "x", None, 4.5], object), "number", "input", limits=(0, 10), help="Change me."),
        ),
        alt="Beside the other one",
    )  # fmt: skip
    series = (
        Series("tblFigures", "Stage", "Accounts", "Accounts"),
        Series("tblFigures", "Stage", "More", "More"),
    )
    charts = tuple(
        Chart(kind, f"This is a {kind} chart", f"Alt text of {kind}", series if kind in ("column", "stacked bar") else series[:1],
              10 + 16 * (i // 2), 5 * (i % 2), 440, 300, value_title="Accounts", labels=kind != "line")
        for i, kind in enumerate(("column", "bar", "line", "doughnut", "stacked bar"))
    )  # fmt: skip
    cells = (
        Cell(5, 5, 0.25, look="input", kind="share", name="set_b", limits=(0, 1), help="A share."),
        Cell(6, 5, 3.0, look="text", kind="number", formula="=1+2"),
    )
    return Sheet(
        "Dashboard",
        "Dashboard",
        "Follows what you type.",
        cells,
        (figures, beside),
        charts,
        freeze=(3, 0),
        gridlines=False,
    )


def everything(rows: int = 6) -> Book:
    """Return a book with every look, kind, role, chart and option."""
    working = Sheet(
        "Tracker & Co",
        "Tracker",
        "Fill in the yellow cells.",
        tables=(tracker(rows),),
        gridlines=True,
        freeze=(4, 2),
        pages=(5, 9),
        repeat=2,
    )
    blank = tuple(
        Field(
            f.heading,
            f.values[:0],  # noqa: PD011 - a Field
            f.kind,
            f.role,
            f.formula.replace("tblTracker", "tblEmpty"),
            f.choices,
            f.help,
        )
        for f in tracker(1).fields
    )
    both = (Table("tblEmpty", 3, 0, blank, "Nothing yet"), tracker(3, name="tblMore", row=8))
    stacked = Sheet("Empty", "Two tables", "One without rows.", tables=both, protect=True)
    snapshot = (Table("tblSnapshot", 0, 0, tracker(2).fields[:5]),)
    hidden = Sheet("Snapshot", "", "", tables=snapshot, hidden="very hidden")
    sheets = (_guide(rows), working, _dashboard(), stacked, lists(), hidden)
    return Book(sheets, "Everything & more", "A test", CREATED, "EUR")


def big(rows: int, numbers: int, choices: int, blanks: int, longs: int, formulas: int) -> Book:
    """Return a book with one big table: as many columns of each sort as asked for, and its id."""
    chance = np.random.default_rng(1)
    place = np.arange(rows)
    stages = words("Listed", "Listened", "Won", "")
    fields = [Field("Customer ID", words(*(f"C{i:06d}" for i in place)), "id", "key", help="Who.")]
    for i in range(numbers):
        money = i % 2 == 1
        values = (
            np.round(chance.gamma(2, 5000, rows), 2) if money else chance.integers(0, 400, rows).astype(float)
        )
        if i % 4 == 3:
            values[chance.random(rows) < 0.1] = np.nan
        fields.append(
            Field(f"Number {i}", values, "money" if money else "count", "calculated", help="A number.")
        )
    for i in range(choices):
        chosen = stages[chance.integers(0, 4, rows)]
        fields.append(Field(f"Choice {i}", chosen, "choice", "human", choices="Stage", help="One of a list."))
    fields += [
        Field(f"Blank {i}", np.full(rows, "", object), "text", "human", help="To fill in.")
        for i in range(blanks)
    ]
    for i in range(longs):
        sentences = [
            f"Silent for {a} days, worth {a * 17:,} a year: offer {b} of {a}, for {b} of their orders came late; ask {a + b} times."
            for a, b in zip(place.tolist(), chance.integers(0, 999, rows).tolist(), strict=True)
        ]
        fields.append(Field(f"Long {i}", words(*sentences), "long", "calculated", help="A sentence."))
    for i in range(formulas):
        formula = f'=IF([@[Customer ID]]="","",IF([@[Number {i}]]="",0,ROUND([@[Number {i}]]*set_margin,2)))'
        fields.append(Field(f"Formula {i}", place * 2.0, "number", "formula", formula, help="A formula."))
    rules = tuple(Rule(f"={{Number {i}}}>300", "warn", f"Number {i}") for i in range(min(3, numbers)))
    table = Table("tblCampaign", 3, 0, tuple(fields), "Big", rules)
    margin = Cell(2, 0, 0.3, look="input", kind="share", name="set_margin")
    sheet = Sheet("Campaign", "Campaign", "Big.", (margin,), (table,), freeze=(4, 3))
    return Book((sheet, lists()), "Big", "Big", CREATED, "USD")
