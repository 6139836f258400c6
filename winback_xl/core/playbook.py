"""A playbook: the stages an account goes through, with what each asks for, when, and in which words.

Only data: a stage names its next step, how long it may take and which cells must be filled before the
account may leave it. `winback_xl.inputs.playbook_file` reads playbooks from TOML.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from winback_xl.errors import OutOfRangeError, nearest
from winback_xl.settings import describe

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from winback_xl.settings import Settings

Unit = Literal["working days", "days"]

WAITS: tuple[str, ...] = (
    "update_days", "thank_you_days", "rest_days", "rest_days_occasional", "rest_days_severe", "light_touch_days",
)  # fmt: skip
"""Waits that a stage may name instead of a number of days."""

BUYS, SILENT = "still buys", "stopped"
"""Whom a stage may have other words for than for those who buy less and less."""

WHO = {"Active": BUYS, "Due": BUYS, "Lapsed": SILENT, "Cold": SILENT}
"""Status of a customer to those words; the other statuses have the words of ``script``."""

NEEDED_STAGES: tuple[str, ...] = ("Listed", "Won", "Resting", "Let go")
"""Stages that no playbook can do without: where the list starts, a way to win, a way to wait and a way to end."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of a playbook.

    Parameters
    ----------
    name : str
        One of the list Stage. What a stage counts as is the same in all playbooks, so that results compare.
    meaning : str
        What has happened when an account is here.
    next_step : str
        What to do now; empty where nothing is left to do.
    wait : int
        Days until the next step is due, at least 0.
    unit : {"working days", "days"}
        What the wait counts. Working days are Monday to Friday.
    needs : tuple of str
        Names of campaign columns that must be filled before the account may leave the stage.
    gate : str
        What to say while one of them is not.
    script, checklist : tuple of str
        Words to say, and things to tick off.
    script_buys, script_silent : tuple of str
        Words that take the place of ``script`` with a customer who still buys as before, and with one who has stopped.
        Empty: the same words.
    """

    name: str
    meaning: str
    next_step: str = ""
    wait: int = 0
    unit: Unit = "working days"
    needs: tuple[str, ...] = ()
    gate: str = ""
    script: tuple[str, ...] = ()
    checklist: tuple[str, ...] = ()
    script_buys: tuple[str, ...] = ()
    script_silent: tuple[str, ...] = ()

    def words(self, who: str = "") -> tuple[str, ...]:
        """Return what to say to a customer of `BUYS` or `SILENT`, or to one who buys less and less.

        >>> Stage("Backstory", "", script=("Why are you leaving us?",), script_silent=("Why did you stop?",)).words(SILENT)
        ('Why did you stop?',)
        """
        return {BUYS: self.script_buys, SILENT: self.script_silent}.get(who, ()) or self.script

    @property
    def due_text(self) -> str:
        """State when the next step is due, such as "within 2 working days"."""
        if not self.next_step:
            return ""
        return "at once" if self.wait == 0 else f"within {self.wait} {self.unit}"


@dataclass(frozen=True, slots=True)
class Waits:
    """How long things may or must take.

    ``update_days`` and ``thank_you_days`` are working days, the others calendar days. ``aftercare_days`` count
    from the win; they rise.
    """

    update_days: int = 2
    thank_you_days: int = 2
    rest_days: int = 90
    rest_days_occasional: int = 180
    rest_days_severe: int = 180
    light_touch_days: int = 91
    aftercare_days: tuple[int, ...] = (7, 30, 90, 180)


@dataclass(frozen=True, slots=True)
class Stops:
    """When to stop: attempts without an answer before the account rests, rests before it is let go."""

    max_attempts: int = 3
    max_rests: int = 2
    words: str = ""


@dataclass(frozen=True, slots=True)
class Playbook:
    """A way to win customers back, as data.

    Parameters
    ----------
    name : str
        What the setting ``playbook`` is set to.
    title, about : str
        What it is called and when to take it.
    article : str
        Number of the article it follows, or which ones it settles.
    stages : tuple of Stage
        In the order of the work; the first is where every account starts.
    waits, stops
        Time limits and stop rules.
    rules : tuple of str
        What holds in every stage.
    landmines : tuple of str
        What to find out before the first call.
    """

    name: str
    title: str
    about: str
    article: str
    stages: tuple[Stage, ...]
    waits: Waits = field(default_factory=Waits)
    stops: Stops = field(default_factory=Stops)
    rules: tuple[str, ...] = ()
    landmines: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the stages, in order."""
        return tuple(stage.name for stage in self.stages)

    def __getitem__(self, name: str) -> Stage:
        """Return the stage of that name, whatever its case.

        Raises
        ------
        OutOfRangeError
            The playbook has no such stage; the nearest one is named.
        """
        wanted = str(name).strip().casefold()
        for stage in self.stages:
            if stage.name.casefold() == wanted:
                return stage
        near = nearest(str(name), self.names)
        hint = f"Did you mean '{near}'?" if near else f"Its stages: {', '.join(self.names)}."
        raise OutOfRangeError(f"Playbook '{self.name}' has no stage '{name}'.", hint, code="stage-unknown")


def from_mapping(known: Mapping[str, Any]) -> Playbook:
    """Return a playbook from what `dataclasses.asdict` made of it, lists for tuples.

    >>> import dataclasses
    >>> book = Playbook("short", "Short", "", "", (Stage("Listed", "On the list.", needs=("owner",)),))
    >>> from_mapping(dataclasses.asdict(book)) == book
    True
    """
    waits = {**known["waits"], "aftercare_days": tuple(known["waits"]["aftercare_days"])}
    parts: dict[str, Any] = {
        **_with_tuples(known),
        "waits": Waits(**waits),
        "stops": Stops(**known["stops"]),
        "stages": tuple(Stage(**_with_tuples(stage)) for stage in known["stages"]),
    }
    return Playbook(**parts)


def _with_tuples(known: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in known.items()}


def steer(settings: Settings, playbook: Playbook) -> Settings:
    """Return the settings as the playbook wants them; what the user changed stays as it is.

    Parameters
    ----------
    settings : Settings
        Of the user.
    playbook : Playbook
        Its waits and stop rules take the place of the settings of the same name that still hold their default.
    """
    wanted: dict[str, int] = {
        **{name: getattr(playbook.waits, name) for name in WAITS},
        **{f"aftercare_{place}": days for place, days in enumerate(playbook.waits.aftercare_days, start=1)},
        "max_attempts": playbook.stops.max_attempts,
        "max_rests": playbook.stops.max_rests,
    }
    mine = settings.changed()
    default = {about.name: about.default for about in describe()}
    return settings.with_(
        **{
            name: days
            for name, days in wanted.items()
            if name in default and name not in mine and default[name] != days
        }
    )


def next_step(
    stage: str, stage_date: dt.date | pd.Timestamp | np.datetime64 | str, playbook: Playbook
) -> tuple[str, pd.Timestamp]:
    """Return what comes next for an account and by when.

    Parameters
    ----------
    stage : str
        Where the account is, in any case.
    stage_date : date
        The day it came there.
    playbook : Playbook
        Whose stages count.

    Returns
    -------
    step : str
        What to do; "" in a stage that is closed.
    due : Timestamp
        By when; NaT where there is nothing to do. Working days skip Saturday and Sunday, not holidays.

    Raises
    ------
    OutOfRangeError
        The playbook has no such stage, or the date is none.

    Examples
    --------
    >>> book = Playbook("short", "Short", "", "", (Stage("Plan e-mailed", "", "Call to thank", 2),))
    >>> next_step("plan e-mailed", "2026-11-20", book)  # a Friday
    ('Call to thank', Timestamp('2026-11-24 00:00:00'))
    """
    found = playbook[stage]
    day = pd.to_datetime(stage_date, errors="coerce")
    if pd.isna(day):
        raise OutOfRangeError(
            f"{stage_date!r} is not a date.", "Give the day on which the account came to the stage.", "date-unreadable"
        )  # fmt: skip
    if not found.next_step:
        return "", pd.NaT  # type: ignore[return-value]  # NaT is the Timestamp that is none
    due = due_dates(np.array([day.to_numpy()], dtype="datetime64[D]"), found)
    return found.next_step, pd.Timestamp(due[0])


def due_dates(days: NDArray[np.datetime64], stage: Stage) -> NDArray[np.datetime64]:
    """Return the day by which the next step of a stage is due, for accounts that came there on ``days``.

    Parameters
    ----------
    days : ndarray of datetime64[D], shape (n,)
        NaT stays NaT.
    stage : Stage
        Its wait and unit count.
    """
    out = np.full(days.shape, np.datetime64("NaT", "D"))
    known = ~np.isnat(days)
    if stage.unit == "days":
        out[known] = days[known] + np.timedelta64(stage.wait, "D")
    else:  # as WORKDAY does: from a weekend the first working day counts as day 1
        out[known] = np.busday_offset(days[known], stage.wait, roll="backward" if stage.wait else "forward")
    return out


def first_stage(settings: Settings) -> Stage:
    """Return where every account starts when no playbook was chosen."""
    return Stage("Listed", "On the list.", "Decide: do we want them back?", settings.update_days)
