"""Time opening, recalculating and editing a large campaign in LibreOffice, and count what its sheets hold.

Run, with the Python of the project: python -m tests.bench.opening make 10000 book.xlsx (that many accounts, twice as many talks)
Then, with the Python that has `uno`: PYTHONPATH=. /usr/bin/python3 -m tests.bench.opening time book.xlsx [--rounds 3]
And: python -m tests.bench.opening census book.xlsx [--without] (with --without it also opens the workbook with the formulas of
one column at a time replaced by their values, with the Python that has `uno`).

On a busy machine trust the processors' seconds; a figure is the least of the rounds. Nothing is asserted.
"""

from __future__ import annotations

import argparse
import contextlib
import html
import os
import re
import shutil
import tempfile
import time
import zipfile
from pathlib import Path
from typing import Self

CELL = re.compile(rb'<c r="([A-Z]+)(\d+)"[^>]*?(?:/>|>(?:<f([^>]*?)(?:/>|>([^<]*)</f>))?)')
FORMULA = re.compile(rb"<f[^>]*?(?:/>|>[^<]*</f>)")
TOKEN = re.compile(r'"(?:[^"]|"")*"|[A-Za-z_$][\w$.]*|[\d.]+|[<>=]+|[-+*/^&(),:]')
BIG = 1_000
"""Formulas of a sheet from which on its columns are listed."""


def make(accounts: int, path: str) -> None:
    """Write a campaign of about that many accounts, with twice as many talks."""
    import random
    from dataclasses import replace

    import numpy as np
    import pandas as pd

    import winback_xl
    from winback_xl.core.talks import talk_keys
    from winback_xl.core.tracking import talk_counts, talk_log

    chance = np.random.default_rng(7)
    ids: list[str] = []
    days: list[int] = []
    for number in range(int(accounts * 1.171)):  # so many of them buy again
        count, gap = chance.integers(2, 14), chance.integers(20, 90)
        ordered = (
            1060
            - chance.integers(0, 1000)
            - np.cumsum(chance.integers(max(5, gap // 2), gap * 2, size=count))
        )
        ordered = ordered[ordered >= 0] if (ordered >= 0).any() else np.array([0])
        ids += [f"C{number:06d}"] * len(ordered)
        days += ordered.tolist()
    orders = pd.DataFrame(
        {
            "Customer ID": ids,
            "Customer": [f"Customer {one}" for one in ids],
            "Order date": pd.Timestamp("2024-01-01") + pd.to_timedelta(days, unit="D"),
            "Order value": np.round(chance.lognormal(6, 1, len(ids)), 2),
        }
    )
    plan = winback_xl.plan(orders)
    draw, known = random.Random(1), plan.campaign["customer_id"].tolist()
    names = dict(zip(known, plan.campaign["customer"], strict=True))
    talks = [
        {
            "customer_id": (one := draw.choice(known)),
            "customer": names[one],
            "talk_date": plan.as_of - pd.Timedelta(days=draw.randint(0, 300)),
            "talked_by": "Ann",
            "channel": "Phone",
            "listened": draw.choice(["Yes", "No", ""]),
            "said": f"Talk {number} about the delivery",
            "promised": draw.choice(["", "Call again"]),
            "promised_by": plan.as_of + pd.Timedelta(days=draw.randint(-10, 30)),
        }
        for number in range(2 * accounts)
    ]
    log = talk_log.newest_first(talk_keys.keyed(talk_log.shaped(pd.DataFrame(talks, dtype=object)), "bench"))
    campaign = talk_counts.with_talks(plan.campaign, log, plan.cards)
    winback_xl.save(replace(plan, talks=log, campaign=campaign), path)


def sheets(package: zipfile.ZipFile) -> dict[str, str]:
    """Return name of each sheet -> its part."""
    links = package.read("xl/_rels/workbook.xml.rels").decode()
    target = {
        re.search(r'Id="([^"]+)"', one)[1]: re.search(r'Target="([^"]+)"', one)[1]
        for one in re.findall(r"<Relationship [^>]*>", links)
    }
    found = re.findall(r"<sheet [^>]*>", package.read("xl/workbook.xml").decode())
    return {
        html.unescape(re.search(r'name="([^"]+)"', one)[1]): "xl/"
        + target[re.search(r'r:id="([^"]+)"', one)[1]].removeprefix("/xl/")
        for one in found
    }


def columns_of(part: bytes) -> dict[str, tuple[int, str]]:
    """Return letters of each column with formulas -> how many cells hold one, and the longest."""
    found: dict[str, tuple[int, str]] = {}
    for letters, _, attributes, text in CELL.findall(part):
        if not (attributes or text):
            continue
        count, longest = found.get(letters.decode(), (0, ""))
        said = html.unescape(text.decode())
        found[letters.decode()] = count + 1, max(longest, said, key=len)
    return found


def census(path: str) -> None:
    """Print what the sheets hold, and the formulas of those that hold many."""
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(part) for name, part in sheets(package).items()}
        whole = sum(one.file_size for one in package.infolist()) / 1e6
    print(f"{'sheet':<16}{'MB':>7}{'cells':>10}{'formulas':>10}{'tokens a row':>14}")
    longest = ""
    for name, part in parts.items():
        made = columns_of(part)
        many = {letters: one for letters, one in made.items() if one[0] >= BIG}
        tokens = sum(len(TOKEN.findall(text)) for _, text in many.values())
        longest = max([longest, *(text for _, text in made.values())], key=len)
        count = sum(one for one, _ in made.values())
        print(f"{name:<16}{len(part) / 1e6:7.1f}{part.count(b'<c '):10,}{count:10,}{tokens:14,}")
        for letters, (_, text) in sorted(many.items(), key=lambda item: -len(TOKEN.findall(item[1][1]))):
            print(f"    {letters:<4}{len(TOKEN.findall(text)):5} tokens{len(text):5} signs  {text[:90]}")
    print(f"all parts {whole:.1f} MB; longest formula, {len(longest)} signs: {longest}")


def without(path: str, sheet: str, letters: str, to: str) -> None:
    """Write the workbook with the formulas of one column of a sheet as values; those of all columns for ``*``."""
    cell = re.compile(
        rb'(<c r="%s\d+"[^>]*>)<f[^>]*?(?:/>|>[^<]*</f>)'
        % (b"[A-Z]+" if letters == "*" else letters.encode())
    )
    with (
        zipfile.ZipFile(path) as package,
        zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new,
    ):
        part = sheets(package)[sheet]
        for one in package.infolist():
            held = package.read(one.filename)
            new.writestr(one.filename, cell.sub(rb"\1", held) if one.filename == part else held)


class Office:
    """A LibreOffice of its own for one workbook, and what it has used so far."""

    def __init__(self) -> None:
        from tests import office_helper

        self._helper = office_helper
        self._profile = tempfile.mkdtemp(prefix="opening-")
        pipe = f"opening{time.time_ns()}"
        self._process = office_helper.start(pipe, self._profile)
        self._desktop = office_helper.desktop_of(office_helper.context_of(pipe))
        self._id = next(
            int(one)
            for one in (folder.name for folder in Path("/proc").iterdir())
            if one.isdigit()
            and self._profile in (stated := _read(f"/proc/{one}/cmdline"))
            and "soffice.bin" in stated
        )

    def __enter__(self) -> Self:
        """Return the office."""
        return self

    def __exit__(self, *_: object) -> None:
        """End it and remove its profile."""
        with contextlib.suppress(Exception):
            self._desktop.terminate()
            self._process.wait(20)
        self._helper.kill(self._process)
        shutil.rmtree(self._profile, ignore_errors=True)

    def used(self) -> float:
        """Return the processors' seconds so far."""
        ticks = _read(f"/proc/{self._id}/stat").rsplit(")", 1)[1].split()
        return (int(ticks[11]) + int(ticks[12])) / os.sysconf("SC_CLK_TCK")

    def peak(self) -> float:
        """Return the most memory so far, MB."""
        return int(re.search(r"VmHWM:\s+(\d+)", _read(f"/proc/{self._id}/status"))[1]) / 1024

    def timed(self, work: object) -> tuple[float, float, object]:
        """Return seconds of the processors and of the clock that a call takes, and its answer."""
        before, started = self.used(), time.perf_counter()
        answer = work()
        return self.used() - before, time.perf_counter() - started, answer

    def opened(self, path: str) -> tuple[float, float, object]:
        """Return what opening takes, and the document."""
        url = Path(path).resolve().as_uri()
        return self.timed(
            lambda: self._desktop.loadComponentFromURL(url, "_blank", 0, self._helper.properties(Hidden=True))
        )


def _read(path: str) -> str:
    try:
        return Path(path).read_text(errors="replace")
    except OSError:
        return ""


def timed(path: str, rounds: int) -> None:
    """Print what opening, recalculating, an edit and a logged talk take; the least of the rounds."""
    found: dict[str, list[tuple[float, float]]] = {}
    memory = []
    for _ in range(rounds):
        with Office() as office:
            memory.append(_round(office, path, found))
    print(f"{'stage':<24}{'cpu s':>8}{'wall s':>8}")
    for name, figures in found.items():
        used, took = (min(part) for part in zip(*figures, strict=True))
        print(f"{name:<24}{used:8.2f}{took:8.2f}")
    print(f"most memory after opening: {min(memory):.0f} MB")


def _round(office: Office, path: str, found: dict[str, list[tuple[float, float]]]) -> float:
    """Open the workbook and work in it once; return the most memory after opening."""
    used, took, document = office.opened(path)
    found.setdefault("open", []).append((used, took))
    memory = office.peak()
    campaign, talks, today = (document.Sheets.getByName(name) for name in ("Campaign", "Talks", "Today"))
    place = {campaign.getCellByPosition(at, 3).String: at for at in range(130)}

    def cell(heading: str) -> object:
        return campaign.getCellByPosition(place[heading], 9)

    def seen() -> list[str]:
        row = [cell(heading).String for heading in ("Do next", "Due", "Last talk")]
        return row + [today.getCellByPosition(at % 12, at // 12).String for at in range(12 * 12)]

    steps = {
        "edit of Stage": lambda: setattr(cell("Stage"), "String", "Listened"),
        "edit of Owner": lambda: setattr(cell("Owner"), "String", "Somebody else"),
        "a logged talk": lambda: _log(talks, cell("Customer").String),
        "recalculating all": document.calculateAll,
    }
    seen()
    for name, work in steps.items():
        used, took, _ = office.timed(lambda do=work: (do(), seen()))
        found.setdefault(name, []).append((used, took))
    document.close(True)
    return memory


def _log(talks: object, customer: str) -> None:
    talks.getCellByPosition(0, 4).Value = 46_000
    talks.getCellByPosition(1, 4).String = customer
    talks.getCellByPosition(4, 4).String = "Yes"


def compared(path: str) -> None:
    """Print what opening takes with the formulas of one column at a time as values."""
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(part) for name, part in sheets(package).items()}
    places = [("", "", path)]
    with tempfile.TemporaryDirectory() as folder:
        for name, part in parts.items():
            columns = [letters for letters, (count, _) in columns_of(part).items() if count >= BIG]
            for letters in [*columns, *(["*"] if columns else [])]:
                places.append((name, letters, f"{folder}/{len(places)}.xlsx"))
        print(f"{'values in place of':<24}{'cpu s':>8}{'wall s':>8}{'MB':>8}")
        for name, letters, file in places:
            if name:
                without(path, name, letters, file)
            with Office() as office:
                used, took, document = office.opened(file)
                print(
                    f"{f'{name} {letters}'.strip() or 'nothing':<24}{used:8.2f}{took:8.2f}{office.peak():8.0f}",
                    flush=True,
                )
                document.close(True)
            if name:
                Path(file).unlink()


def main() -> None:
    """Make, count or time."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=("make", "census", "time"))
    parser.add_argument("given", nargs="+", help="for make: accounts and path; else the path")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--without", action="store_true")
    asked = parser.parse_args()
    if asked.what == "make":
        make(int(asked.given[0]), asked.given[1])
    elif asked.what == "census":
        census(asked.given[0])
        if asked.without:
            compared(asked.given[0])
    else:
        timed(asked.given[0], asked.rounds)


if __name__ == "__main__":
    main()
