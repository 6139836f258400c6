"""The report of a campaign: one page for the meeting, and the numbers behind it."""

from __future__ import annotations

import math
import textwrap
from typing import TYPE_CHECKING

import numpy as np

from winback_xl.core.outcomes import headline
from winback_xl.core.tracking.account_state import LEFT_ALONE_ARM, WORKED_ARM
from winback_xl.core.wording import plural
from winback_xl.settings import Settings
from winback_xl.workbook.book import laid_out
from winback_xl.workbook.chart_spec import Chart, Series
from winback_xl.workbook.sheets.parts import UNKNOWN, text_field, texts
from winback_xl.workbook.spec import Book, Cell, Field, Sheet, Table

if TYPE_CHECKING:
    import pandas as pd

    from winback_xl.core.outcomes.own_odds import Refit
    from winback_xl.core.outcomes.results import Results
    from winback_xl.schema.columns import Kind
    from winback_xl.workbook.spec import Look

_WIDTHS = (32.0, 18.0, 13.0, 2.0, 28.0, 23.0, 21.0)
_CARDS = ((0, 1), (1, 2), (4, 1), (5, 1), (6, 1))
_PROOF, _CHARTS, _CHART_ROWS, _CHART_SIZE = 7, 11, 14, (452, 272)
_SHOWN = 5
"""Rows of each list on the page; how many more there are is said."""
_ACROSS = 130  # characters of a sentence that fit across the page


def build(
    results: Results,
    *,
    campaign_id: str,
    as_of: pd.Timestamp,
    currency: str = "",
    refit: Refit | None = None,
    odds_stated: str = "",
    settings: Settings | None = None,
) -> Book:
    """Describe the report workbook: the sheet Report, one page wide and high, and the sheet Numbers.

    Parameters
    ----------
    results : Results
        From `winback_xl.core.outcomes.results.measure`.
    campaign_id : str
    as_of : Timestamp
    currency : str
        ISO code, shown in the instruction.
    refit : Refit or None
        Own odds, where there are enough outcomes.
    odds_stated : str
        What to say about own odds: the sentence of ``refit``, or why there are none yet.
    settings : Settings, optional
        Read is ``paper``.
    """
    sheets = (_report(results, campaign_id, as_of, currency, odds_stated), _numbers(results, refit))
    return Book(
        sheets=laid_out(sheets, settings or Settings()),
        title=f"Results of win-back campaign {campaign_id}",
        subject=f"As of {as_of:%Y-%m-%d}",
        created=as_of.to_pydatetime(),
        currency=currency,
    )


def _report(
    results: Results, campaign_id: str, as_of: pd.Timestamp, currency: str, odds_stated: str
) -> Sheet:
    lists = _CHARTS + _CHART_ROWS
    last = lists + 3 + _SHOWN
    more = filter(None, (results.differs, results.against_new))
    stated = [f"Proof: {results.proof.sentence}", *more, f"Odds: {odds_stated}"]
    cells = [
        *_cards(results, currency),
        *_wrapped(stated[0], _PROOF),
        _heading(lists, 0, "Neglected: overdue and never contacted", len(results.avoided)),
        _heading(lists, 4, "Slipping again: won, but no order for longer than usual", len(results.relapsing)),
    ]
    for sentence in stated[1:]:
        cells += _wrapped(sentence, last, "quiet")
        last = cells[-1].row + 1
    tables = []
    for rows, name, col, none in (
        (results.avoided, "tblAvoided", 0, "Nobody: every account whose step is due has been tried."),
        (results.relapsing, "tblRelapsing", 4, "Nobody: who was won back orders as usual."),
    ):
        if len(rows):
            tables.append(_list(rows, name, lists + 1, col))
        else:
            cells.append(Cell(lists + 1, col, none, look="text"))
    return Sheet(
        "Report",
        headline.sentence(results.standing, currency),
        f"Campaign {campaign_id} on {as_of:%Y-%m-%d}. A win counts when the customer says that it is solved.",
        cells=tuple(cells),
        tables=tuple(tables),
        charts=_charts(results),
        widths=dict(enumerate(_WIDTHS)),
        heights={0: 30.0, 2: 8.0, 3: 18.0, 4: 30.0, 5: 18.0, 6: 8.0, lists: 22.0},
        one_page=True,
    )


def _wrapped(sentence: str, row: int, look: Look = "text") -> list[Cell]:
    """Return a sentence in as many rows as it needs to stay on the page."""
    return [Cell(row + at, 0, line, look=look) for at, line in enumerate(textwrap.wrap(sentence, _ACROSS))]


def _cards(results: Results, currency: str) -> list[Cell]:
    """Return the five numbers of Today as the report has them, each with what it is compared with."""
    now = results.standing
    net, recovered = results["Net recovered"], results["Recovered"]
    known = not math.isnan(net)
    worked = results["Accounts worked on"]
    said = results["Won"] - now.won
    revenue = headline.words(results["Won revenue"], currency)
    cards: tuple[tuple[str, float, Kind, str], ...] = (
        ("Revenue at risk", now.at_risk, "money", f"bought a year by {plural(int(now.open), 'open account')}"),
        ("Overdue", now.late, "count", "nothing is late" if not now.late else f"worth {headline.words(now.late_worth, currency)} to us"),
        ("Contacted", results["Contacted"], "share", f"{now.contacted:,} of {worked:,.0f} accounts"),
        ("Won back", now.won, "count", f"{said:,.0f} more to confirm" if said else f"{revenue} {'as typed' if results.differs else 'of new orders'}"),
        ("Net" if known else "Recovered", net if known else recovered, "money",
         "less what returns anyway" if known else "before what returns anyway"),
    )  # fmt: skip
    cells = []
    for (col, wide), (label, value, kind, note) in zip(_CARDS, cards, strict=True):
        shown = value if not math.isnan(value) else UNKNOWN
        cells += [
            Cell(3, col, label, look="card label", span=wide - 1),
            Cell(4, col, shown, look="card", kind=kind, span=wide - 1),
            Cell(5, col, note, look="card note", span=wide - 1),
        ]
    return cells


def _heading(row: int, col: int, text: str, many: int) -> Cell:
    more = f" ({many:,}, the first {_SHOWN} shown)" if many > _SHOWN else f" ({many:,})"
    return Cell(row, col, text + more, look="section")


def _list(rows: pd.DataFrame, name: str, top: int, left: int) -> Table:
    shown = rows.head(_SHOWN)
    days = "days_overdue" if name == "tblAvoided" else "days_since"
    return Table(
        name,
        top,
        left,
        (
            text_field("Customer", texts(shown, "customer").tolist()),
            text_field("Owner", texts(shown, "owner").tolist()),
            Field(
                "Days overdue" if name == "tblAvoided" else "Days silent",
                shown[days].to_numpy(np.float64),
                "days",
                "calculated",
            ),
        ),
        alt="Accounts that need somebody's attention",
        plain=True,
    )


def _charts(results: Results) -> tuple[Chart, ...]:
    listened = int(results.funnel.loc[results.funnel["stage"] == "Listened", "reached"].sum())
    net = results.owners["net_recovered"].sum()
    title = (
        "Who recovered how much, net of cost" if net > 0 else "Accounts by owner: nothing is recovered yet"
    )
    shown = ("Recovered", "money") if net > 0 else ("Accounts", "count")
    return (
        Chart(
            "bar", f"{plural(listened, 'account')} heard so far", "Bars: accounts that got as far as each stage or further",
            (Series("tblFunnel", "Stage", "Got this far", "Accounts"),), _CHARTS, 0, *_CHART_SIZE,
        ),
        Chart(
            "bar", title, "Bars: one for each owner of accounts",
            (Series("tblOwners", "Owner", shown[0], shown[0]),), _CHARTS, 4, *_CHART_SIZE, value_format="money" if net > 0 else "count",
        ),
    )  # fmt: skip


def _numbers(results: Results, refit: Refit | None) -> Sheet:
    funnel, owners = results.funnel, results.owners
    tables = [
        Table("tblFunnel", 3, 0, (
            text_field("Stage", funnel["stage"].tolist(), width=20),
            Field("Accounts there", funnel["there"].to_numpy(np.float64), "count", "calculated"),
            Field("Got this far", funnel["reached"].to_numpy(np.float64), "count", "calculated"),
        ), alt="Accounts by stage"),
        Table("tblOwners", 3, 4, (
            text_field("Owner", owners["owner"].tolist(), width=22),
            *(
                Field(heading, owners[name].to_numpy(np.float64), "count", "calculated")
                for heading, name in (("Accounts", "accounts"), ("Contacted", "contacted"), ("Won", "won"), ("Overdue", "overdue"))
            ),
            Field("Recovered", owners["net_recovered"].to_numpy(np.float64), "money", "calculated"),
        ), alt="Results by owner"),
    ]  # fmt: skip
    tables.append(_arms(results, 11))
    below = 3 + max(len(funnel), len(owners)) + 3
    tables.append(_figures(results, below))
    if len(results.proof.offers):
        tables.append(_offers(results, 3, 11 + 6))
    if refit is not None:
        tables.append(_effects(refit, below + len(results.figures) + 3))
    return Sheet(
        "Numbers",
        "Numbers behind the report",
        "By stage, by owner and by arm, and what your own outcomes say about the odds.",
        tables=tuple(tables),
    )


def _figures(results: Results, row: int) -> Table:
    """List every figure with what it means; a number that cannot be had is called unknown."""
    shown = [figure.value if not math.isnan(figure.value) else UNKNOWN for figure in results.figures]
    return Table("tblFigures", row, 0, (
        text_field("Figure", [figure.name for figure in results.figures]),
        Field("Value", np.array(shown, dtype=object), "number", "calculated"),
        text_field("What it means", [figure.meaning for figure in results.figures]),
    ), alt="Every figure of the report and what it means", plain=True)  # fmt: skip


def _arms(results: Results, col: int) -> Table:
    """Put both arms side by side: counted from the ledger, by the arm each account was drawn into."""
    arms = results.proof.arms
    return Table("tblProof", 3, col, (
        text_field("Arm", [WORKED_ARM, LEFT_ALONE_ARM], width=16),
        Field("Accounts drawn", np.array([arms.worked, arms.alone], dtype=np.float64), "count", "calculated"),
        Field("Ordered again", np.array([arms.worked_share, arms.alone_share]), "share", "calculated"),
        Field("Lift", np.array([arms.lift, np.nan]), "share", "calculated"),
        Field("Low (95%)", np.array([arms.low, np.nan]), "share", "calculated"),
        Field("High (95%)", np.array([arms.high, np.nan]), "share", "calculated"),
    ), alt="Accounts worked on against accounts left alone")  # fmt: skip


def _offers(results: Results, row: int, col: int) -> Table:
    """Compare the two offers, in all and by reason."""
    found = results.proof.offers
    kinds: dict[str, Kind] = {
        name: "count" if name.endswith("accounts") else "share" for name in found.columns[1:]
    }
    heads = {"lift": "First less second", "low": "Low (95%)", "high": "High (95%)"}
    return Table("tblOffersCompared", row, col + 1, (
        text_field("Reason", found["reason"].tolist(), width=24),
        *(Field(heads.get(name, name), found[name].to_numpy(np.float64), kind, "calculated") for name, kind in kinds.items()),
    ), alt="The two offers compared, by reason")  # fmt: skip


def _effects(refit: Refit, row: int) -> Table:
    found = refit.effects
    columns = (
        ("Odds ratio", "odds_ratio"),
        ("Low (95%)", "low"),
        ("High (95%)", "high"),
        ("Standard error", "error"),
    )
    return Table(
        "tblOwnOdds",
        row,
        0,
        (
            text_field(
                "What",
                list(found.index),
                "One standard deviation more of it multiplies the odds by the ratio.",
            ),
            *(Field(heading, found[name].to_numpy(), "number", "calculated") for heading, name in columns),
        ),
        alt="What your own outcomes say about the odds",
    )
