"""A slow, plain reading of the fixtures by their entry alone: shows that the data say all that an engine needs.

It shares no code with the product but the entries. The numbers it is held against were worked out by hand.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from datetime import datetime
from typing import TYPE_CHECKING

from winback_xl.inputs.systems import CONSENTS, KINDS, STATES, STATUSES, KnownExport, Words, fold

if TYPE_CHECKING:
    from pathlib import Path

Row = dict[str, str]

FORMATS = (
    "%Y-%m-%d", "%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%d %H:%M:%S %z", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%b %d, %Y", "%d %b %Y %H:%M",
)  # fmt: skip


def number(text: str) -> float:
    """Read an amount: signs outside, brackets for minus, comma or point by what comes last."""
    plain = re.sub(r"[^0-9.,()-]", "", text)
    minus = plain.startswith(("-", "(")) or "(" in plain
    plain = plain.strip("()-")
    if re.search(r",\d{1,2}$", plain):
        plain = plain.replace(".", "").replace(",", ".")
    return (-1 if minus else 1) * float(plain.replace(",", "") or 0)


def day(text: str, system: KnownExport) -> str:
    """Read a day; slashes are month first in the fixtures of American systems."""
    for form in (*system.dates, *FORMATS):
        try:
            return datetime.strptime(text.strip(), form).date().isoformat()  # noqa: DTZ007 - a day, no moment
        except ValueError:
            continue
    first, second, year = re.split(r"\D", text.split(" ", maxsplit=1)[0])[:3]
    return f"{year}-{first}-{second}"


def rows_of(path: Path, wanted: dict, system: KnownExport) -> list[Row]:
    """Return rows by folded heading; titles of groups fill down; totals, footers and empty columns go."""
    with path.open(encoding="utf-8", newline="") as text:
        lines = list(csv.reader(text, delimiter=wanted.get("separator", ",")))[
            wanted.get("heading_row", 1) - 1 :
        ]
    heads = [fold(head) for head in lines[0]]
    rows, title = [], ""
    for line in lines[1:]:
        filled = [cell for cell in line if cell.strip()]
        if system.layout == "grouped" and len(filled) == 1 and not filled[0].startswith(system.totals):
            title = filled[0]
        if len(line) == len(heads) and len(filled) > 2 and not filled[0].startswith(system.totals or ("\0",)):
            rows.append(
                {"": title} | {head: cell.strip() for head, cell in zip(heads, line, strict=True) if head}
            )
    empty = {head for head in heads if head and not any(row[head] for row in rows)}
    return [{head: cell for head, cell in row.items() if head not in empty} for row in rows]


def value_of(row: Row, system: KnownExport, role: str) -> str:
    """Return the cell that a role names, "" where there is none."""
    for name in system.roles.get(role, ()):
        choices = [[fold(part) for part in choice.split(" + ")] for choice in name.split(" | ")]
        if any(part in row for part in choices[-1]):
            texts = (" ".join(row.get(part, "") for part in parts).strip() for parts in choices)
            return next(
                (text for text in texts if text and (len(choices) == 1 or re.search("[1-9A-Za-z]", text))), ""
            )
    return ""


def class_of(row: Row, columns: tuple[Words, ...], order: tuple[str, ...], default: str) -> str:
    """Return the first class in the order that one of the columns gives."""
    found = {words.class_of(row[fold(words.heading)]) for words in columns if fold(words.heading) in row}
    return next((group for group in order if group in found), default)


def customer_of(row: Row, system: KnownExport) -> str:
    """Return the key of the customer, or of the guest."""
    key = value_of(row, system, "Customer ID")
    if system.layout == "grouped" and not key:
        key = row[""]
    if system.guest and key in system.guest.ids:
        key = next((row[fold(name)] for name in system.guest.then if row.get(fold(name))), "")
    return key.lower() if "@" in key else key.removeprefix("'")


def orders_of(folder: Path, wanted: dict, system: KnownExport) -> list[list[Row]]:
    """Return the rows of each order; a later file replaces an order whole."""
    orders: dict[str, list[Row]] = {}
    for file in wanted["files"]:
        groups = defaultdict(list)
        for place, row in enumerate(rows_of(folder / file, wanted, system)):
            groups[value_of(row, system, "Order ID") or f"{file} {place}"].append(row)
        orders |= groups
    return [*orders.values()]


def bearing(group: list[Row], system: KnownExport) -> list[Row]:
    """Return the rows of an order that bear an amount to add up."""
    if system.level == "order total on first line":
        return [row for row in group if value_of(row, system, "Order value")][:1]
    return group[:1] if system.level == "order total on each line" else group


def history(folder: Path, wanted: dict, system: KnownExport, *, asked: bool) -> dict[str, list]:
    """Return order days and revenue of each customer; ``asked``: whether words that ask count."""
    orders = orders_of(folder, wanted, system)
    staged = [
        words
        for words in system.kind
        if any(
            words.class_of(row.get(fold(words.heading), "")) == "order" for group in orders for row in group
        )
    ]
    days, revenue = defaultdict(set), defaultdict(float)
    for row in (row for group in orders for row in bearing(group, system)):
        state = class_of(row, system.state, STATES, "counts")
        kind = class_of(row, system.kind, KINDS, "order")
        if kind == "stage" and not class_of(row, tuple(staged), ("stage",), ""):
            kind = "order"
        amount = number(value_of(row, system, "Order value"))
        ours = system.signed and (amount < 0) == (kind == "order")
        who = customer_of(row, system)
        if (
            not who
            or ours
            or kind in {"neither", "stage"}
            or state in {"does_not_count", "" if asked else "ask"}
        ):
            continue
        if kind == "credit" or state == "takes_back" or amount < 0:
            revenue[who] -= abs(amount)
        else:
            days[who].add(day(value_of(row, system, "Order date"), system))
            revenue[who] += amount - number(value_of(row, system, "Refunded") or "0")
    return {who: [len(found), round(revenue[who], 2)] for who, found in days.items()}


def opted_out(folder: Path, wanted: dict, system: KnownExport) -> set[str]:
    """Return the customers who may not be written to."""
    rows = [row for file in wanted["files"] for row in rows_of(folder / file, wanted, system)]
    return {
        customer_of(row, system)
        for row in rows
        if customer_of(row, system) and class_of(row, system.consent, CONSENTS, "may") == "may_not"
    }


def incidents(folder: Path, wanted: dict, system: KnownExport) -> list[dict]:
    """Return the complaints."""
    return [
        {
            "id": value_of(row, system, "Incident ID"),
            "customer": row.get("customerid", "") if system.lacks else customer_of(row, system),
            "date": day(value_of(row, system, "Date"), system),
            "status": class_of(row, system.status, STATUSES, ""),
            "severity": int(class_of(row, system.severity, ("5", "4", "3", "2", "1"), "0")) or None,
        }
        for row in rows_of(folder / "export.csv", wanted, system)
    ]
