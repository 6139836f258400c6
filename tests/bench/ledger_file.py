"""Write a made-up ledger as an ERP would export it: real dates, amounts and shared strings.

Run: python -m tests.bench.ledger_file ROWS CUSTOMERS FILE [SEED]; .xlsx or .parquet.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd
import xlsxwriter

from winback_xl import samples


def write(frame: pd.DataFrame, path: Path) -> None:
    """Write a ledger with the five columns of `winback_xl.samples.ledger`."""
    with xlsxwriter.Workbook(path) as book:
        sheet, day = book.add_worksheet("Orders"), book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_row(0, 0, ["Customer ID", "Order date", "Order value", "Order ID", "Kind"])
        sheet.set_column(1, 1, 11, day)
        frame = frame.set_axis(["who", "day", "value", "order", "kind"], axis=1)
        serials = (frame["day"] - pd.Timestamp("1899-12-30")).dt.days
        for row, (who, serial, value, order, kind) in enumerate(
            zip(frame["who"], serials, frame["value"], frame["order"], frame["kind"], strict=True), start=1
        ):
            sheet.write_string(row, 0, who)
            sheet.write_number(row, 1, serial, day)
            sheet.write_number(row, 2, value)
            sheet.write_string(row, 3, order)
            sheet.write_string(row, 4, kind)


def main(rows: str, customers: str, file: str, seed: str = "1") -> None:
    """Make the ledger and write it."""
    frame = samples.ledger(int(rows), int(customers), seed=int(seed))
    if file.endswith(".parquet"):
        frame.rename(columns={"Customer No": "Customer ID"}).to_parquet(file)
    else:
        write(frame, Path(file))


if __name__ == "__main__":
    main(*sys.argv[1:])
