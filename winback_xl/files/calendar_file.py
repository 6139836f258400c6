"""Follow-ups as a calendar file (RFC 5545), with the same identity each time they are exported."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Any

import pandas as pd

from winback_xl.files.save import atomic_write
from winback_xl.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_LONGEST = 75  # octets of a line, RFC 5545 section 3.1
_EPOCH = pd.Timestamp("1970-01-01")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def calendar(entries: pd.DataFrame, *, campaign_id: str, as_of: pd.Timestamp) -> str:
    r"""Return the entries of a calendar as iCalendar text.

    Parameters
    ----------
    entries : DataFrame
        As `winback_xl.core.outreach.day_plan.entries` gives them.
    campaign_id : str
        Part of the identity of every event.
    as_of : Timestamp
        Time stamp and sequence number: an export of a later day replaces the events of an earlier one.

    Returns
    -------
    str
        One event a row: a whole day, or a time of the day wherever the reader is. Campaign and identity make its UID, so
        that a second import moves an event and does not double it. Same rows, same text.
    """
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:-//winback_xl//winback_xl {__version__}//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_escaped(f'Win-back {campaign_id}')}",
    ]
    for row in entries.to_dict("records"):
        lines += _event({str(name): value for name, value in row.items()}, campaign_id, as_of)
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line))


def _event(row: dict[str, Any], campaign_id: str, as_of: pd.Timestamp) -> list[str]:
    start, minutes = pd.Timestamp(row["start"]), int(row["minutes"])
    identity = "\x1f".join((campaign_id, str(row["identity"])))
    details = "\n".join(
        f"{label}{row[name]}" for label, name in (("", "details"), ("Owner: ", "owner")) if row[name]
    )
    if minutes:
        end = start + pd.Timedelta(minutes=minutes)
        when = [f"DTSTART:{start:%Y%m%dT%H%M%S}", f"DTEND:{end:%Y%m%dT%H%M%S}"]
    else:
        end = start + pd.Timedelta(days=1)
        when = [f"DTSTART;VALUE=DATE:{start:%Y%m%d}", f"DTEND;VALUE=DATE:{end:%Y%m%d}"]
    return [
        "BEGIN:VEVENT",
        f"UID:{hashlib.sha256(identity.encode('utf-8', 'replace')).hexdigest()[:32]}@winback-xl",
        f"DTSTAMP:{as_of:%Y%m%d}T000000Z",
        f"SEQUENCE:{(as_of - _EPOCH).days}",
        *when,
        f"SUMMARY:{_escaped(str(row['summary']))}",
        *([f"DESCRIPTION:{_escaped(details)}"] if details else []),
        f"CATEGORIES:{_escaped(str(row['kind']))}",
        f"TRANSP:{'OPAQUE' if minutes else 'TRANSPARENT'}",
        "END:VEVENT",
    ]


def _escaped(text: str) -> str:
    r"""Escape a text value.

    >>> _escaped("Alder; Birch, Co\nback\\slash")
    'Alder\\; Birch\\, Co\\nback\\\\slash'
    """
    plain = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return plain.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _folded(line: str) -> Iterator[str]:
    """Cut a line to 75 octets, never inside a character; each further part starts with a space."""
    part, room = "", _LONGEST
    for sign in line:
        size = len(sign.encode())
        if size > room:
            yield part
            part, room = " ", _LONGEST - 1
        part += sign
        room -= size
    yield part


def write(text: str, path: Path, *, force: bool = False) -> None:
    """Write a calendar in UTF-8.

    Raises
    ------
    FileError
        The file exists or cannot be written.
    """
    with atomic_write(path, force=force) as file:
        file.write(text.encode("utf-8"))
