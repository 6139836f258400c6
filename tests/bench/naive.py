"""The plain script that a capable analyst writes first: pandas.read_excel, groupby-apply, openpyxl.

It checks nothing and knows no levels; it is the yardstick for time and memory only.
Run: python naive.py LEDGER.xlsx OUT.xlsx
"""

from __future__ import annotations

import sys

import pandas as pd
from openpyxl import load_workbook
from openpyxl.styles import Font


def one_customer(rows: pd.DataFrame) -> pd.Series:
    """Recency, frequency, money and the typical gap of one customer."""
    days = rows["Order date"].sort_values()
    gaps = days.diff().dt.days.dropna()
    last = days.max()
    year = rows.loc[rows["Order date"] > last - pd.Timedelta(days=365), "Order value"].sum()
    return pd.Series(
        {
            "First order": days.min(), "Last order": last, "Orders": len(rows), "Spend": rows["Order value"].sum(),
            "Cadence": gaps.median(), "Annual revenue": year, "Average order": rows["Order value"].mean(),
        }
    )  # fmt: skip


def main(ledger: str, out: str) -> None:
    """Read, summarise, write, then format cell by cell."""
    orders = pd.read_excel(ledger, engine="openpyxl")
    table = orders.groupby("Customer ID")[["Order date", "Order value"]].apply(one_customer).reset_index()
    as_of = orders["Order date"].max() + pd.Timedelta(days=1)
    table["Days since last order"] = (as_of - table["Last order"]).dt.days
    table["Lapsed"] = table["Days since last order"] > 183
    table["Future margin"] = table["Annual revenue"] * 0.3 * 2.05
    table["Odds"] = table["Lapsed"].map({True: 0.3, False: 0.65})
    table["Expected value"] = table["Future margin"] * 0.1
    human = ["Want back?", "Owner", "Manager", "Stage", "Last talk", "Attempts", "Listened", "Their reason", "My step",
             "My date", "Outcome", "Notes"]  # fmt: skip
    for name in human:
        table[name] = ""
    table.to_excel(out, index=False, sheet_name="Campaign", engine="openpyxl")
    book = load_workbook(out)
    sheet = book["Campaign"]
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for row in sheet.iter_rows(min_row=2, min_col=2, max_col=3):
        for cell in row:
            cell.number_format = "yyyy-mm-dd"
    for row in sheet.iter_rows(min_row=2, min_col=5, max_col=13):
        for cell in row:
            cell.number_format = "#,##0.00"
    sheet.freeze_panes = "B2"
    book.save(out)


if __name__ == "__main__":
    main(*sys.argv[1:])
