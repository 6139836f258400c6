"""Time the whole job against the plain script, in the same run, as whole processes.

Run: python tests/bench/end_to_end.py [--rows 1048575] [--customers 100000] [--rounds 3] [--skip-naive]
Prints seconds by the clock and of the processors, peak memory and the ratios; on a busy machine trust the ratio of
the processors' seconds. Nothing is asserted: machines differ, ratios hold.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pandas as pd
import xlsxwriter

from winback_xl import samples

HERE = Path(__file__).parent


def timed(command: list[str]) -> tuple[float, float, float]:
    """Run one command; return seconds by the clock, seconds of the processors, and its peak memory in MB."""
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    assert process.stderr is not None
    words = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(words.decode())
    return time.perf_counter() - started, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def write_ledger(frame: pd.DataFrame, path: Path) -> None:
    """Write a ledger as an ERP would export it: real dates, amounts and shared strings."""
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


def main() -> None:
    """Make the ledger once, then run both in turn."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_048_575)
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--skip-naive", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        ledger = Path(folder) / "ledger.xlsx"
        write_ledger(samples.ledger(given.rows, given.customers, seed=1), ledger)
        print(
            f"{given.rows:,} rows, {given.customers:,} customers, {ledger.stat().st_size / 1e6:.0f} MB .xlsx"
        )
        ours = [
            sys.executable,
            "-m",
            "winback_xl",
            "plan",
            str(ledger),
            "-o",
            str(Path(folder) / "ours.xlsx"),
            "--force",
            "-q",
        ]
        naive = [sys.executable, str(HERE / "naive.py"), str(ledger), str(Path(folder) / "naive.xlsx")]
        pairs = []
        for _ in range(given.rounds):
            a = timed(ours)
            b = timed(naive) if not given.skip_naive else (float("nan"),) * 3
            pairs.append((a, b))
            print(
                f"winback plan {a[0]:6.1f} s (processors {a[1]:.1f} s) {a[2]:5.0f} MB"
                f"   plain script {b[0]:6.1f} s (processors {b[1]:.1f} s) {b[2]:5.0f} MB   {b[0] / a[0]:5.1f} times"
            )
        wall, work = (statistics.median(b[at] / a[at] for a, b in pairs) for at in (0, 1))
        print(
            f"median: {wall:.1f} times faster than pandas.read_excel + groupby.apply + openpyxl,"
            f" and {work:.1f} times less work for the processors"
        )


if __name__ == "__main__":
    main()
