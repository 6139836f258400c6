"""What each owner has to do on each day: one list for the day, and a time for each call."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from winback_xl.core.money import show
from winback_xl.core.wording import plural

if TYPE_CHECKING:
    from winback_xl.settings import Settings

_NAMED = 4  # customers in the title of a day
_LAST_HOUR = 18


def entries(appointments: pd.DataFrame, *, settings: Settings, currency: str = "") -> pd.DataFrame:
    """Return the entries of a calendar: one an owner and day, and one a call.

    Parameters
    ----------
    appointments : DataFrame
        As `winback_xl.core.outreach.contact_list.appointments` gives them.
    settings : Settings
        ``calls_from`` and ``call_minutes``: when the first call of a day starts, and how long each one takes.
    currency : str
        Of what an account is worth.

    Returns
    -------
    DataFrame
        ``start`` (datetime; at midnight for a whole day), ``minutes`` (0 for a whole day), ``identity`` (the same for the
        same thing at each export), ``kind``, ``owner``, ``summary`` and ``details``; by day and owner, the list of the day
        before its calls. Calls that find no time before 18:00 are only on the list.
    """
    rows = appointments.sort_values(
        ["day", "owner", "call", "worth", "customer_id", "kind"],
        ascending=[True, True, False, False, True, True],
        kind="stable",
    )
    made: list[dict[str, object]] = []
    for (day, owner), due in rows.groupby(["day", "owner"], sort=False):
        made += _of_day(pd.Timestamp(str(day)), str(owner), due, settings, currency)
    return pd.DataFrame(made, columns=COLUMNS)


COLUMNS = ["start", "minutes", "identity", "kind", "owner", "summary", "details"]


def _of_day(
    day: pd.Timestamp, owner: str, due: pd.DataFrame, settings: Settings, currency: str
) -> list[dict[str, object]]:
    """Return the list of one owner's day and its calls."""
    room = max(0, (_LAST_HOUR - settings.calls_from) * 60 // settings.call_minutes)
    calls: list[dict[str, object]] = []
    lines = []
    for row in due.to_dict("records"):
        what = str(row["summary"])
        reach = ", ".join(filter(None, (str(row["contact"]), str(row["phone"]))))
        worth = f"worth {show(float(row['worth']), currency)}" if row["worth"] > 0 else ""
        more = "; ".join(filter(None, (reach, worth, str(row["details"]))))
        start = day
        if row["call"] and len(calls) < room:
            start = day + pd.Timedelta(minutes=settings.calls_from * 60 + len(calls) * settings.call_minutes)
            said = "\n".join(
                filter(None, (f"Phone: {row['phone']}" if row["phone"] else "", str(row["contact"]), worth, str(row["details"]))),
            )  # fmt: skip
            calls.append(
                {
                    "start": start, "minutes": settings.call_minutes, "identity": f"{row['customer_id']}\x1f{row['kind']}",
                    "kind": row["kind"], "owner": owner, "summary": f"Call {what}", "details": said,
                }
            )  # fmt: skip
        at = f"{start:%H:%M} " if start != day else ""
        lines.append(f"{at}{what}{f' ({more})' if more else ''}")
    return [
        {
            "start": day, "minutes": 0, "identity": f"{owner}\x1f{day:%Y-%m-%d}", "kind": "Day", "owner": owner,
            "summary": _title(due), "details": "\n".join(lines),
        },
        *calls,
    ]  # fmt: skip


def _title(due: pd.DataFrame) -> str:
    """Return the title of a day.

    >>> due = pd.DataFrame({"customer": ["Alder", "Birch"], "customer_id": ["1", "2"], "call": [True, False]})
    >>> _title(due)
    'Win-back: 2 things to do, 1 call: Alder, Birch'
    """
    names = [*dict.fromkeys(due["customer"].where(due["customer"] != "", due["customer_id"]))]
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    calls = int(due["call"].sum())
    things = "1 thing" if len(due) == 1 else f"{len(due):,} things"
    stated = f", {plural(calls, 'call')}" if calls else ""
    return f"Win-back: {things} to do{stated}: {', '.join(names[:_NAMED])}{more}"
