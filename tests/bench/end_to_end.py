"""Time the whole job against the fastest assembly of libraries and the plain script, in the same run.

Run: python -m tests.bench.end_to_end [--rows 1048575] [--customers 100000] [--rounds 3] [--skip-naive]
Ours checks every cell and writes every sheet; the two others check nothing and write one. Nothing is asserted: machines
differ, ratios hold.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path
from zipfile import ZipFile

from tests.bench import table

HERE = Path(__file__).parent


def main() -> None:
    """Make the ledger once, in another process, then run all in turn."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_048_575)
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--skip-naive", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        ledger, ours = Path(folder) / "ledger.xlsx", Path(folder) / "ours.xlsx"
        making = ["tests.bench.ledger_file", str(given.rows), str(given.customers), str(ledger)]
        subprocess.run([sys.executable, "-m", *making], check=True)
        print(
            f"{given.rows:,} orders, {given.customers:,} customers, {ledger.stat().st_size / 1e6:.0f} MB .xlsx"
        )
        commands = {
            "winback plan": [*table.WINBACK, "plan", str(ledger), "-o", str(ours), "--force", "-q"],
            "fastexcel + polars + rustpy": _script("assembly", ledger),
        }
        if not given.skip_naive:
            commands["pandas + openpyxl script"] = _script("naive", ledger)
        found = table.rounds(commands, given.rounds)
        table.heading("winback plan")
        for name, figures in found.items():
            table.row(name, figures, found["winback plan"])
        with ZipFile(ours) as book:
            unpacked = sum(part.file_size for part in book.infolist())
        print(f"campaign workbook: {ours.stat().st_size / 1e6:.0f} MB, {unpacked / 1e6:.0f} MB of XML")


def _script(name: str, ledger: Path) -> list[str]:
    return [sys.executable, str(HERE / f"{name}.py"), str(ledger), str(ledger.with_name(f"{name}.xlsx"))]


if __name__ == "__main__":
    main()
