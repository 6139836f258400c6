"""Playbooks from TOML: the shipped ones by name, a user's own by its file. Data only; nothing in it is ever run."""

from __future__ import annotations

from dataclasses import fields
from importlib import resources
from typing import TYPE_CHECKING, Any, cast, get_args

from winback_xl.core.playbook import NEEDED_STAGES, WAITS, Playbook, Stage, Stops, Unit, Waits
from winback_xl.errors import SettingsError, nearest
from winback_xl.files.small_text import text_of
from winback_xl.schema.columns import CAMPAIGN, LISTS
from winback_xl.settings import describe, toml_text
from winback_xl.settings.about import controls, like_a_formula, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_FOLDER = "playbooks"
_SUFFIX = ".toml"
_LONGEST = 1000  # characters of one text, so that it fits a cell and a page
_MOST = 60  # stages, and texts in one list

_BOUNDS = {about.name: (about.low, about.high) for about in describe()}
_COLUMNS = tuple(column.name for column in CAMPAIGN.of_role("human"))


def shipped() -> tuple[str, ...]:
    """Return the names of the playbooks that come with the package, the default one first."""
    folder = resources.files("winback_xl") / _FOLDER
    names = sorted(
        item.name.removesuffix(_SUFFIX) for item in folder.iterdir() if item.name.endswith(_SUFFIX)
    )
    return tuple(sorted(names, key=lambda name: name != "default"))


def load(name: str = "default") -> Playbook:
    """Return a playbook.

    Parameters
    ----------
    name : str
        Name of a shipped playbook, or the path of a ``.toml`` file.

    Raises
    ------
    SettingsError
        There is no such playbook, or something in it is unknown, missing or out of bounds; all of it is reported.
    FileError
        The file cannot be read.

    Examples
    --------
    >>> load().names[0]
    'Listed'
    """
    chosen = name.strip() or "default"
    if chosen.casefold().endswith(_SUFFIX):
        file, text = text_of(chosen, "a playbook")
        return parse(text, file)
    known = {item.casefold(): item for item in shipped()}
    if chosen.casefold() not in known:
        near = nearest(chosen, known.values())
        hint = (
            f"Did you mean '{near}'?"
            if near
            else f"There are: {', '.join(known.values())}; your own is a .toml file."
        )
        raise SettingsError(f"There is no playbook '{chosen}'.", hint, code="playbook-unknown")
    return _shipped(known[chosen.casefold()])


def _shipped(name: str) -> Playbook:
    text = (resources.files("winback_xl") / _FOLDER / f"{name}{_SUFFIX}").read_text("utf-8")
    return parse(text, f"{name}{_SUFFIX}")


def parse(text: str, file: str) -> Playbook:
    """Turn TOML text into a playbook.

    Raises
    ------
    SettingsError
        The text is not TOML, or something in it is refused; every such thing is named.
    """
    reader = _Reader(file)
    made = reader.playbook(toml_text.parse(text, file))
    if reader.faults:
        raise SettingsError("\n".join(reader.faults), "Fix the playbook.", code="playbook-refused")
    return made


class _Reader:
    """Takes a document apart and keeps a list of everything that is wrong with it."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.faults: list[str] = []

    def playbook(self, document: Mapping[str, Any]) -> Playbook:
        self._known(document, [item.name for item in fields(Playbook)], "the playbook")
        waits = self._waits(self._table(document, "waits"))
        rows = document.get("stages", [])
        if (
            not isinstance(rows, list)
            or not rows
            or not all(isinstance(row, dict) for row in rows)
            or len(rows) > _MOST
        ):
            self._fault("it needs one to 60 tables [[stages]]")
            rows = []
        stages = tuple(self._stage(row, place, waits) for place, row in enumerate(rows, start=1))
        self._check_names(stages)
        return Playbook(
            name=self._words(document, "name", "the playbook", needed=True),
            title=self._words(document, "title", "the playbook", needed=True),
            about=self._words(document, "about", "the playbook"),
            article=self._words(document, "article", "the playbook"),
            stages=stages,
            waits=waits,
            stops=self._stops(self._table(document, "stops")),
            rules=self._list(document, "rules", "the playbook"),
            landmines=self._list(document, "landmines", "the playbook"),
        )

    def _fault(self, what: str) -> None:
        end = "" if what.endswith("?") else "."
        self.faults.append(f"{self.file}: {what}{end}")

    def _known(self, table: Mapping[str, Any], names: Iterable[str], where: str) -> None:
        known = list(names)
        for key in table:
            if key not in known:
                near = nearest(key, known)
                hint = f"did you mean '{near}'?" if near else f"known are: {', '.join(known)}"
                self._fault(f"{where} has an unknown key '{shown(key)}'; {hint}")

    def _table(self, document: Mapping[str, Any], key: str) -> Mapping[str, Any]:
        found = document.get(key, {})
        if not isinstance(found, dict):
            self._fault(f"'{key}' must be a table [{key}]")
            return {}
        return found

    def _words(self, table: Mapping[str, Any], key: str, where: str, *, needed: bool = False) -> str:
        found = table.get(key, "")
        if not isinstance(found, str) or len(found) > _LONGEST:
            self._fault(f"'{key}' of {where} must be text of at most {_LONGEST} characters")
            return ""
        if needed and not found.strip():
            self._fault(f"{where} has no '{key}'")
        return self._plain(found, key, where)

    def _list(self, table: Mapping[str, Any], key: str, where: str) -> tuple[str, ...]:
        found = table.get(key, [])
        fits = isinstance(found, list) and len(found) <= _MOST
        if not fits or not all(isinstance(item, str) and len(item) <= _LONGEST for item in found):
            self._fault(f"'{key}' of {where} must be a list of at most {_MOST} texts")
            return ()
        return tuple(self._plain(item, key, where) for item in found)

    def _plain(self, text: str, key: str, where: str) -> str:
        """Return a text on one line; what a sheet might take for a formula is not text."""
        if like_a_formula(text):
            self._fault(
                f"'{key}' of {where} starts like a formula: '{shown(text.strip())}'; a playbook holds words only"
            )
        if found := controls(text):
            self._fault(f"'{key}' of {where} holds control characters ({found}); delete them")
        return " ".join(text.split())

    def _days(self, value: object, key: str, where: str) -> int:
        low, high = _BOUNDS.get(key, (0, 3650))
        if isinstance(value, bool) or not isinstance(value, int) or not (low or 0) <= value <= (high or 3650):
            self._fault(
                f"'{key}' of {where} must be a whole number from {low or 0:g} to {high or 3650:g}, not {shown(value)}"
            )
            return int(low or 0)
        return value

    def _waits(self, table: Mapping[str, Any]) -> Waits:
        self._known(table, [*WAITS, "aftercare_days"], "[waits]")
        default = Waits()
        days = {name: self._days(table.get(name, getattr(default, name)), name, "[waits]") for name in WAITS}
        care = table.get("aftercare_days", list(default.aftercare_days))
        whole = (
            isinstance(care, list)
            and len(care) == 4
            and all(type(day) is int and 1 <= day <= 3650 for day in care)
        )
        if not whole or care != sorted(set(care)):
            self._fault("'aftercare_days' of [waits] must be four rising whole numbers from 1 to 3650")
            care = list(default.aftercare_days)
        return Waits(**days, aftercare_days=tuple(care))

    def _stops(self, table: Mapping[str, Any]) -> Stops:
        self._known(table, [item.name for item in fields(Stops)], "[stops]")
        default = Stops()
        return Stops(
            self._days(table.get("max_attempts", default.max_attempts), "max_attempts", "[stops]"),
            self._days(table.get("max_rests", default.max_rests), "max_rests", "[stops]"),
            self._words(table, "words", "[stops]"),
        )

    def _stage(self, table: Mapping[str, Any], place: int, waits: Waits) -> Stage:
        name = table.get("name")
        where = f"stage {place}" + (f" ({shown(name)})" if isinstance(name, str) else "")
        self._known(table, [item.name for item in fields(Stage)], where)
        needs = self._list(table, "needs", where)
        for column in needs:
            if column not in _COLUMNS:
                near = nearest(column, _COLUMNS)
                self._fault(
                    f"{where} needs '{shown(column)}', which is not a human column"
                    + (f"; did you mean '{near}'?" if near else "")
                )
        unit = table.get("unit", "working days")
        if unit not in get_args(Unit):
            self._fault(f"'unit' of {where} must be 'working days' or 'days'")
            unit = "working days"
        return Stage(
            name=self._words(table, "name", where, needed=True),
            meaning=self._words(table, "meaning", where, needed=True),
            next_step=self._words(table, "next_step", where),
            wait=self._wait(table.get("wait", 0), where, waits),
            unit=cast("Unit", unit),
            needs=needs,
            gate=self._words(table, "gate", where, needed=bool(needs)),
            script=self._list(table, "script", where),
            checklist=self._list(table, "checklist", where),
            script_buys=self._list(table, "script_buys", where),
            script_silent=self._list(table, "script_silent", where),
        )

    def _wait(self, given: object, where: str, waits: Waits) -> int:
        """Return a number of days, which may be given as the name of a wait."""
        if isinstance(given, str):
            if given == "aftercare_days":
                return waits.aftercare_days[0]
            if given in WAITS:
                return int(getattr(waits, given))
            near = nearest(given, WAITS)
            self._fault(
                f"'wait' of {where} names '{shown(given)}', which is not a wait"
                + (f"; did you mean '{near}'?" if near else "")
            )
            return 0
        return self._days(given, "wait", where)

    def _check_names(self, stages: tuple[Stage, ...]) -> None:
        names = [stage.name for stage in stages]
        for name in dict.fromkeys(names):
            if name not in LISTS["Stage"]:
                near = nearest(name, LISTS["Stage"])
                hint = f"did you mean '{near}'?" if near else f"known are: {', '.join(LISTS['Stage'])}"
                self._fault(f"there is no stage '{shown(name)}'; {hint}")
            if names.count(name) > 1:
                self._fault(f"stage '{shown(name)}' is there twice")
        missing = [name for name in NEEDED_STAGES if name not in names]
        if stages and missing:
            self._fault(f"stages that every playbook needs are missing: {', '.join(missing)}")
        if stages and not missing and names[0] != NEEDED_STAGES[0]:
            self._fault(f"the first stage must be '{NEEDED_STAGES[0]}': every account starts there")
