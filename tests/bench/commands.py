"""Time every command at several sizes, and large ledgers by engine, as whole processes; one table.

Run: python -m tests.bench.commands [--sizes 1000 10000] [--rounds 3] [--large 1000000]
This process stays small, because a started process inherits the high-water mark of the one that started it. The rounds
are interleaved, the figures are medians; on a busy machine trust the processors' seconds and the ratios. The ratio is to
the plan of the same size, of large ledgers to the same ledger in memory. Nothing is asserted: machines differ.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

WINBACK = (sys.executable, "-m", "winback_xl")
ROWS = 10  # orders a customer
MAKE = (
    "from pathlib import Path; from winback_xl.samples import bulk; from tests.bench.end_to_end import write_ledger; "
    "write_ledger(bulk.ledger({rows}, {customers}), Path({path!r}))"
)
MAKE_LARGE = (
    "from winback_xl.samples import bulk; bulk.ledger({rows}, {customers}).rename(columns={{'Customer No': 'Customer ID'}})"
    ".to_parquet({path!r})"
)
Figures = tuple[float, float, float]


def timed(command: list[str]) -> Figures:
    """Run a command; return seconds of the processors, of it and its own processes, by the clock, and peak memory in MB."""
    before = os.times()
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    assert process.stderr is not None
    words = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    took, after = time.perf_counter() - started, os.times()
    if status:
        raise SystemExit(f"{' '.join(command)}\n{words.decode()}")
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return used, took, usage.ru_maxrss / 1024


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


def row(stage: str, found: list[Figures], other: float = 0.0) -> float:
    """Print the medians of some rounds, and the ratio to another's processor-seconds; return ours."""
    used, took, memory = (statistics.median(part) for part in zip(*found, strict=True))
    ratio = f"{used / other:8.2f}" if other else "       -"
    print(f"{stage:<34}{used:9.2f}{took:9.2f}{memory:9.0f}{ratio}", flush=True)
    return used


def main() -> None:
    """Make the ledgers in other processes, then run all commands in turn."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="*", default=[1_000, 10_000])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--large", type=int, default=0, help="orders of a Parquet ledger that is read by every engine"
    )
    given = parser.parse_args()
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    print(
        f"{platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}, load {load}"
    )
    print(f"{'stage':<34}{'cpu s':>9}{'wall s':>9}{'MB':>9}{'ratio':>8}")
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        row("help", [timed([*WINBACK, "--help"]) for _ in range(given.rounds)])
        demo = [[*WINBACK, "demo", "-o", str(work / f"demo{k}"), "-q"] for k in range(given.rounds)]
        row("demo", [timed(one) for one in demo])
        for size in given.sizes:
            ledger = work / f"l{size}.xlsx"
            subprocess.run(
                [sys.executable, "-c", MAKE.format(rows=ROWS * size, customers=size, path=str(ledger))],
                check=True,
            )
            calls = commands(ledger, size, work)
            found: dict[str, list[Figures]] = {name: [] for name in calls}
            for _ in range(given.rounds):
                for name, call in calls.items():
                    found[name].append(timed(_expanded(call)))
            plan = statistics.median(one[0] for one in found["plan"])
            for name, figures in found.items():
                row(f"{name}, {size:,} customers", figures, plan)
        if given.large:
            large(given.large, given.rounds, work)


def large(rows: int, rounds: int, work: Path) -> None:
    """Print the engines on one ledger of so many orders."""
    ledger = work / "large.parquet"
    code = MAKE_LARGE.format(rows=rows, customers=rows // 15, path=str(ledger))
    subprocess.run([sys.executable, "-c", code], check=True)
    names = ("memory", "parts", "duckdb")
    found: dict[str, list[Figures]] = {name: [] for name in names}
    for _ in range(rounds):
        for name in names:
            out = str(work / f"{name}.xlsx")
            found[name].append(
                timed([*WINBACK, "plan", str(ledger), "-o", out, "--engine", name, "--force", "-q"])
            )
    base = statistics.median(one[0] for one in found["memory"])
    for name in names:
        row(f"plan, {rows:,} orders, {name}", found[name], base)


def _expanded(call: list[str]) -> list[str]:
    """Return a command with the files that a star stands for."""
    parts: list[str] = []
    for part in call:
        parts += sorted(map(str, Path(part).parent.glob("*.xlsx")))[:1] if part.endswith("*.xlsx") else [part]
    return parts


if __name__ == "__main__":
    main()
