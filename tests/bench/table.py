"""Time commands as whole processes and print one table: stage, seconds of the processors, by the clock, memory, ratio.

A started process inherits the high-water mark of the one that started it, so this module, and whoever times with it,
imports nothing big. Rounds are interleaved and the figures are medians; on a busy machine trust the seconds of the
processors and the ratios.
"""

from __future__ import annotations

import os
import platform
import statistics
import subprocess
import sys
import time

WINBACK = (sys.executable, "-m", "winback_xl")
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


def rounds(commands: dict[str, list[str]], count: int) -> dict[str, list[Figures]]:
    """Run all commands in turn, so many times."""
    found: dict[str, list[Figures]] = {name: [] for name in commands}
    for _ in range(count):
        for name, command in commands.items():
            found[name].append(timed(command))
    return found


def heading(ratio_to: str) -> None:
    """Print the machine, its load and the headings; the last one names what the ratio is to."""
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    print(
        f"{platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}, load {load}"
    )
    print(f"{'stage':<34}{'cpu s':>9}{'wall s':>9}{'MB':>9}  ratio to {ratio_to}")


def row(stage: str, found: list[Figures], other: list[Figures] | None = None) -> None:
    """Print the medians of some rounds, and their ratio to another's, by the processors and by the clock."""
    used, took, memory = medians(found)
    ratio = ""
    if other is not None:
        base = medians(other)
        ratio = f"{used / base[0]:9.2f} (wall {took / base[1]:.2f})"
    print(f"{stage:<34}{used:9.2f}{took:9.2f}{memory:9.0f}{ratio}", flush=True)


def medians(found: list[Figures]) -> Figures:
    """Return the median of each figure."""
    used, took, memory = (statistics.median(part) for part in zip(*found, strict=True))
    return used, took, memory
