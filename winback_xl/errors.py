"""Every error a user can meet, and the shape of one finding about their data.

::

    WinbackError                 exit  Excel
    ├── UsageError                 2   #VALUE!   the command or the formula was called wrongly
    ├── DataError                  3   #VALUE!   the content of a file cannot be used; carries all issues
    │   ├── NotEnoughError         3   #N/A      too little history to answer
    │   └── OutOfRangeError        3   #NUM!     a number outside its bounds
    ├── FileError                  4   #N/A      a file cannot be read or written
    └── SettingsError              5   #VALUE!   a setting is unknown or out of bounds

Anything else that escapes is our fault: exit code 1.
"""

from __future__ import annotations

import difflib
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, Self

if TYPE_CHECKING:
    from collections.abc import Iterable

Severity = Literal["error", "warning", "note"]

_SHOWN = 20  # issues shown in full before the rest is counted by kind


@dataclass(frozen=True, slots=True)
class Issue:
    """One finding about the user's data: where, what, and how to fix it.

    Parameters
    ----------
    code : str
        Stable word for the kind of finding, such as ``"date-unreadable"``.
    severity : {"error", "warning", "note"}
        An error stops the job; a warning sets rows aside; a note only tells.
    what : str
        What is wrong, in one sentence.
    fix : str
        What to do about it, in one sentence.
    file, sheet, cell : str
        Where; empty when it does not apply. In a CSV, ``cell`` is ``"line 12"``.
    rows : int
        How many data rows this finding sets aside (0 for none).
    """

    code: str
    severity: Severity
    what: str
    fix: str = ""
    file: str = ""
    sheet: str = ""
    cell: str = ""
    rows: int = 0

    @property
    def place(self) -> str:
        """State where the finding is, such as ``orders.xlsx, Orders!C14``."""
        inside = f"{self.sheet}!{self.cell}" if self.sheet and self.cell else self.sheet or self.cell
        return ", ".join(part for part in (self.file, inside) if part)

    def at(self, **where: str) -> Self:
        """Return the same finding with file, sheet or cell filled in."""
        return replace(self, **where)  # type: ignore[arg-type]  # only str fields are passed

    def __str__(self) -> str:
        lead = f"{self.place}: " if self.place else ""
        return f"{lead}{self.what}" + (f" {self.fix}" if self.fix else "")


def nearest(word: str, choices: Iterable[str]) -> str | None:
    """Return the choice that a mistyped word most probably meant, or None.

    >>> nearest("margn", ["margin", "discount"])
    'margin'
    """
    by_key = {choice.casefold(): choice for choice in choices}
    found = difflib.get_close_matches(word.casefold(), by_key, n=1, cutoff=0.6)
    return by_key[found[0]] if found else None


class WinbackError(Exception):
    """Base of all errors that a user sees, in plain words.

    Parameters
    ----------
    what : str
        What is wrong, in one sentence.
    hint : str
        What to do next, in one sentence.
    code : str
        Stable word for the kind of error.
    """

    exit_code = 1
    excel_error = "#VALUE!"

    def __init__(self, what: str, hint: str = "", code: str = "error") -> None:
        super().__init__(what if not hint else f"{what} {hint}")
        self.what, self.hint, self.code = what, hint, code

    def as_issue(self, file: str) -> Issue:
        """Return the error as a finding about a file, so that it can be listed with others."""
        stated = self.what.startswith(file)  # most say it themselves
        return Issue(self.code, "error", self.what, self.hint, file="" if stated else file)


class UsageError(WinbackError):
    """The command or the formula was called wrongly."""

    exit_code = 2


class DataError(WinbackError):
    """The content of a file cannot be used; ``issues`` holds every finding."""

    exit_code = 3

    def __init__(self, what: str, hint: str = "", code: str = "data", issues: tuple[Issue, ...] = ()) -> None:
        super().__init__(what, hint, code)
        self.issues = issues

    @classmethod
    def from_issues(cls, issues: Iterable[Issue]) -> Self:
        """Build one error that tells all findings: the first 20 in full, the rest counted by kind."""
        found = tuple(issues)
        errors = [issue for issue in found if issue.severity == "error"] or list(found)
        lines = [str(issue) for issue in errors[:_SHOWN]]
        rest = Counter(issue.code for issue in errors[_SHOWN:])
        lines += [f"and {count} more: {code}" for code, count in rest.most_common()]
        return cls("\n".join(lines), code=errors[0].code if errors else "data", issues=found)


class NotEnoughError(DataError):
    """There is too little history to answer."""

    excel_error = "#N/A"


class OutOfRangeError(DataError):
    """A number is outside its bounds."""

    excel_error = "#NUM!"


class FileError(WinbackError):
    """A file cannot be read or written."""

    exit_code = 4
    excel_error = "#N/A"


class SettingsError(WinbackError):
    """A setting is unknown or out of bounds."""

    exit_code = 5


# A traceback, help() and a pickle name them as users import them: winback_xl.DataError.
for _error in (
    WinbackError,
    UsageError,
    DataError,
    NotEnoughError,
    OutOfRangeError,
    FileError,
    SettingsError,
):
    _error.__module__ = "winback_xl"
