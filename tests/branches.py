"""Say how many branches of the core and of the tables the tests take: ``poe coverage`` measures, and fails below 95%.

A figure of lines and branches together flatters: most lines are not branches. So only branches count here.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

import coverage

PACKAGES = ("winback_xl/core", "winback_xl/inputs", "winback_xl/readers")
LEAST = 0.95


def main() -> int:
    """Print the figures of the last measurement; return 1 where a package has too few."""
    data = coverage.Coverage()
    data.load()
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "coverage.json"
        data.json_report(include=[f"*/{package}/*" for package in PACKAGES], outfile=str(target))
        files = json.loads(target.read_text("utf-8"))["files"]
    enough = True
    for package in PACKAGES:
        found = [about["summary"] for name, about in files.items() if f"{package}/" in Path(name).as_posix()]
        taken, all_of_them = (
            sum(one[name] for one in found) for name in ("covered_branches", "num_branches")
        )
        enough &= taken >= LEAST * all_of_them
        print(f"{package}: {taken:,} of {all_of_them:,} branches, {taken / all_of_them:.1%}")
    return 0 if enough else 1


if __name__ == "__main__":
    sys.exit(main())
