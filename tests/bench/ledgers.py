"""Public ledgers of `tests/data`, or of another folder, as order days with the cuts at which forecasts are judged."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

DATA = Path(__file__).parents[1] / "data"

CUTS = {
    "CDNOW": ("1997-06-30", "1997-09-30", "1997-12-31"),
    "Online Retail": ("2011-03-31", "2011-06-11"),
    "Complete Journey": ("2017-06-30", "2017-08-31"),
}
"""Days at which a ledger is cut: what is known by then is used, what comes after is looked at."""


def load(name: str) -> pd.DataFrame:
    """Return ``customer_id``, ``order_date`` and ``order_value`` of one of the ledgers in `CUTS`."""
    if name == "CDNOW":
        frame = pd.read_csv(
            DATA / "cdnow" / "CDNOW_sample.txt",
            sep=r"\s+",
            names=["whole", "customer_id", "order_date", "units", "order_value"],
            dtype={"customer_id": str},
        )
        frame["order_date"] = pd.to_datetime(frame["order_date"].astype(str), format="%Y%m%d")
    elif name == "Online Retail":
        frame = pd.read_csv(
            DATA / "online_retail" / "online_retail_invoices.csv.gz", dtype={"InvoiceNo": str}
        )
        frame = frame.rename(
            columns={"CustomerID": "customer_id", "Amount": "order_value", "InvoiceDate": "order_date"}
        )
        frame["order_date"] = pd.to_datetime(frame["order_date"]).dt.normalize()
    else:
        frame = pd.read_parquet(DATA / "completejourney" / "transactions_sample.parquet").rename(
            columns={
                "household_id": "customer_id",
                "transaction_timestamp": "order_date",
                "sales_value": "order_value",
            }
        )
        frame["order_date"] = pd.to_datetime(frame["order_date"]).dt.normalize()
        frame = frame.groupby(["customer_id", "order_date"], as_index=False)["order_value"].sum()
    frame["customer_id"] = frame["customer_id"].astype(str)
    return frame[["customer_id", "order_date", "order_value"]].reset_index(drop=True)
