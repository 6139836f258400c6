"""A ledger with everything that a split could get wrong, in whatever form a test asks for."""

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

DAYS = 900
LAST = "2026-03-31"


def messy(seed: int = 3, rows: int = 4_000, customers: int = 260, *, values: str = "some") -> pa.Table:
    """Orders with blank ids, zero and blank values, credits by sign and by kind, delays, and order ids that repeat."""
    rng = np.random.default_rng(seed)
    who = rng.integers(0, customers, rows)
    names = np.array([f"C{k:04d}" for k in range(customers)], dtype=object)
    ids = names[who]
    ids[rng.random(rows) < 0.02] = None
    spaced = rng.random(rows) < 0.03
    ids[spaced] = [None if one is None else f" {one} " for one in ids[spaced]]
    day = np.datetime64(LAST) - rng.integers(0, DAYS, rows).astype("timedelta64[D]")
    value = np.round(rng.gamma(2, 150, rows), 2)
    value[rng.random(rows) < 0.04] = 0.0
    value[rng.random(rows) < 0.04] = np.nan
    kind = np.where(rng.random(rows) < 0.05, "Credit note", "Invoice").astype(object)
    value = np.where((kind == "Credit note") & (rng.random(rows) < 0.5), -value, value)
    kind[rng.random(rows) < 0.01] = "Quote"
    promised = day + np.timedelta64(7, "D")
    shipped = promised + rng.integers(-3, 5, rows).astype("timedelta64[D]")
    number = np.arange(rows)
    number = np.where(rng.random(rows) < 0.2, np.maximum(number - 1, 0), number)
    columns = {
        "Customer ID": pa.array(ids, pa.string()),
        "Customer": pa.array([None if one is None else f"Firm {one.strip()}" for one in ids], pa.string()),
        "Order date": pa.array(day),
        "Order ID": pa.array([f"O{k}" for k in number]),
        "Kind": pa.array(kind, pa.string()),
        "Promised date": pa.array(promised),
        "Shipped date": pa.array(shipped),
        "Sales rep": pa.array(
            np.array(["Ann", "Bo", ""], dtype=object)[rng.integers(0, 3, rows)], pa.string()
        ),
    }
    if values == "none":
        columns["Order value"] = pa.array(np.where(np.isnan(value), np.nan, 0.0))
    else:
        columns["Order value"] = pa.array(value, from_pandas=True)
        columns["Currency"] = pa.array(["EUR"] * rows)
    if values == "shares":
        columns["Margin"] = pa.array(np.round(rng.uniform(0, 0.6, rows), 2))
    if values == "one margin in money":  # all but one look like shares
        margin = np.round(rng.uniform(0, 0.9, rows), 2)
        margin[rows // 2] = 40.0
        columns["Margin"] = pa.array(margin)
    table = pa.table(columns)
    return pa.concat_tables([table, table.slice(5, 3)])  # three rows come twice


def incidents() -> pd.DataFrame:
    """Complaints of some of these customers, one of an unknown loss."""
    return pd.DataFrame(
        {
            "Customer ID": ["C0003", "C0017", "C0101", "C0003"],
            "Date": pd.to_datetime(["2026-01-10", "2025-11-02", "2025-12-24", "2026-03-01"]),
            "What happened": ["Late", "Broken", "Wrong item", "Late again"],
            "Order value": [400.0, 900.0, None, 250.0],
        }
    )


def in_files(folder: Path, table: pa.Table, kinds: str = "ppp") -> Path:
    """Write a ledger as a folder of files, one a letter: p for Parquet, c for CSV."""
    folder.mkdir(parents=True)
    size = -(-len(table) // len(kinds))
    for at, kind in enumerate(kinds):
        rows = table.slice(at * size, size)
        if kind == "p":
            pq.write_table(rows, folder / f"orders_{at + 1}.parquet")
        else:
            pa_csv.write_csv(rows, folder / f"orders_{at + 1}.csv")
    return folder
