"""Time every command at several sizes, and large ledgers by engine, as whole processes; one table.

Run: python -m tests.bench.commands [--sizes 1000 10000] [--rounds 3] [--large 1000000] [--office]
The ratio is to the plan of the same size, of large ledgers to the same ledger in memory. ``--office`` opens each campaign
in LibreOffice, which recalculates it. Nothing is asserted: machines differ.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.bench.table import WINBACK, Figures, heading, row, timed

ROWS = 10  # orders a customer


def commands(ledger: Path, size: int, work: Path) -> dict[str, list[str]]:
    """Return every command for a ledger of so many customers, in an order in which each finds what it needs."""
    book, copies = work / f"c{size}.xlsx", work / f"split{size}"
    calls = {
        "plan": ["plan", ledger, "-o", book],
        "check": ["check", ledger],
        "segment": ["segment", ledger, "-o", work / f"s{size}.csv"],
        "refresh": ["refresh", book, ledger, "-o", work / f"r{size}.xlsx"],
        "report": ["report", book, "-o", work / f"rep{size}.xlsx"],
        "share": ["share", book, "-o", work / f"sh{size}.xlsx"],
        "split": ["split", book, "-o", copies],
        "export": ["export", book, "--mail-merge", work / f"m{size}.csv"],
        "collect": ["collect", book, copies / "*.xlsx", "-o", work / f"co{size}.xlsx"],
    }
    force = {"check": ["-q"]}
    return {
        name: [*WINBACK, *map(str, call), *force.get(name, ["--force", "-q"])] for name, call in calls.items()
    }


def main() -> None:
    """Make the ledgers in other processes, then run all commands in turn."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="*", default=[1_000, 10_000])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--large", type=int, default=0, help="orders of a Parquet ledger that is read by every engine"
    )
    parser.add_argument(
        "--office", action="store_true", help="open each campaign in LibreOffice as well (soffice)"
    )
    given = parser.parse_args()
    heading("plan of the same size")
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        row("help", [timed([*WINBACK, "--help"]) for _ in range(given.rounds)])
        demo = [[*WINBACK, "demo", "-o", str(work / f"demo{k}"), "-q"] for k in range(given.rounds)]
        row("demo", [timed(one) for one in demo])
        for size in given.sizes:
            ledger = made(ROWS * size, size, work / f"l{size}.xlsx")
            calls = commands(ledger, size, work)
            found: dict[str, list[Figures]] = {name: [] for name in calls}
            for _ in range(given.rounds):
                for name, call in calls.items():
                    found[name].append(timed(_expanded(call)))
            if given.office:
                opened = [office(work / f"c{size}.xlsx", work) for _ in range(given.rounds)]
                found["open in LibreOffice"] = [timed(call) for call in opened]
            for name, figures in found.items():
                row(f"{name}, {size:,} customers", figures, found["plan"])
        if given.large:
            large(given.large, given.rounds, work)


def made(rows: int, customers: int, path: Path) -> Path:
    """Write a ledger, in another process: this one stays small."""
    making = ["tests.bench.ledger_file", str(rows), str(customers), str(path)]
    subprocess.run([sys.executable, "-m", *making], check=True)
    return path


def office(book: Path, work: Path) -> list[str]:
    """Return the command that opens a workbook in LibreOffice and writes its first sheet as text."""
    soffice = shutil.which("soffice") or "soffice"
    profile = f"-env:UserInstallation={(work / 'profile').as_uri()}"
    return [soffice, profile, "--headless", "--convert-to", "csv", "--outdir", str(work), str(book)]


def large(rows: int, rounds: int, work: Path) -> None:
    """Print the engines on one ledger of so many orders."""
    ledger = made(rows, rows // 15, work / "large.parquet")
    names = ("memory", "parts", "duckdb")
    found: dict[str, list[Figures]] = {name: [] for name in names}
    for _ in range(rounds):
        for name in names:
            out = str(work / f"{name}.xlsx")
            found[name].append(
                timed([*WINBACK, "plan", str(ledger), "-o", out, "--engine", name, "--force", "-q"])
            )
    for name in names:
        row(f"plan, {rows:,} orders, {name}", found[name], found["memory"])


def _expanded(call: list[str]) -> list[str]:
    """Return a command with the files that a star stands for."""
    parts: list[str] = []
    for part in call:
        parts += sorted(map(str, Path(part).parent.glob("*.xlsx")))[:1] if part.endswith("*.xlsx") else [part]
    return parts


if __name__ == "__main__":
    main()
