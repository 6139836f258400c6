"""The rows of a campaign as the formulas of its workbook see them: text without case, blank days and numbers as 0."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from winback_xl.core.tracking import cell_values

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from winback_xl.settings import Settings

NO_DAY = np.datetime64("NaT", "D")
ERRORS = ("#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!")
"""What a cell shows whose formula failed; every formula that compares such a cell fails too."""

_MOST_DIGITS = 15  # of a number that a formula joins to a text


class CampaignRows:
    """The cells of a campaign table, column by column.

    Parameters
    ----------
    campaign : DataFrame, shape (n, ...)
        Columns of `winback_xl.schema.columns.CAMPAIGN_ROWS`; absent ones count as blank.
    settings : Settings
        The thresholds that formulas compare with.
    as_of : datetime64[D], optional
        What "today" means; NaT where no formula asks for it.
    """

    def __init__(self, campaign: pd.DataFrame, settings: Settings, as_of: np.datetime64 = NO_DAY) -> None:
        self._frame = campaign
        self._more: dict[str, NDArray[Any]] = {}
        self._known: dict[str, tuple[NDArray[np.int64], NDArray[np.object_]]] = {}
        self._numbers: dict[str, NDArray[np.float64]] = {}
        self.settings, self.as_of = settings, as_of

    @property
    def frame(self) -> pd.DataFrame:
        """The table itself."""
        return self._frame.assign(**self._more)

    def with_(self, **columns: NDArray[Any]) -> CampaignRows:
        """Return the rows with more columns, or with others in their place.

        The table is not copied, and what is known of a column is known of the same column there: a campaign is
        followed through a dozen answers that each add one.
        """
        rows = CampaignRows(self._frame, self.settings, self.as_of)
        rows._more = {**self._more, **columns}
        kept = {name for name in self._more if columns.get(name, self._more[name]) is self._more[name]}
        same = kept | (set(self._known) | set(self._numbers)) - set(columns)
        rows._known = {name: known for name, known in self._known.items() if name in same}
        rows._numbers = {name: known for name, known in self._numbers.items() if name in same}
        return rows

    def _column(self, name: str) -> pd.Series[Any] | None:
        """Return a column, None where there is none of this name."""
        if name in self._more:
            return pd.Series(self._more[name], index=self._frame.index)
        return self._frame.get(name)

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self._frame)

    def _codes(self, name: str) -> tuple[NDArray[np.int64], NDArray[np.object_]]:
        """Return the row's place among the different texts of a column, and those texts; the last is ""."""
        if name not in self._known:
            given = self._column(name)
            if given is None:
                self._known[name] = np.full(len(self), -1), np.array([""], dtype=object)
            else:
                codes, values = pd.factorize(given)  # -1 is missing, and so points at the last text
                texts = np.array([*map(_text, values.tolist()), ""], dtype=object)
                self._known[name] = np.asarray(codes, dtype=np.int64), texts
        return self._known[name]

    def text(self, name: str) -> NDArray[np.object_]:
        """Return each cell as a formula joins it to another text."""
        codes, texts = self._codes(name)
        return texts[codes]

    def trimmed(self, name: str) -> NDArray[np.object_]:
        """Return each cell as TRIM leaves its text, in one case: to be compared with another column."""
        codes, texts = self._codes(name)
        return np.array([_trimmed(text) for text in texts.tolist()], dtype=object)[codes]

    def _where(self, name: str, holds: Callable[[str], bool]) -> NDArray[np.bool_]:
        codes, texts = self._codes(name)
        found = [holds(text) for text in texts.tolist()]
        return np.array(found)[codes] if any(found) else np.zeros(len(self), bool)

    def is_(self, name: str, *words: str) -> NDArray[np.bool_]:
        """Return where a cell holds one of these words, in any case."""
        wanted = {word.casefold() for word in words}
        return self._where(name, lambda text: text.casefold() in wanted)

    def blank(self, name: str) -> NDArray[np.bool_]:
        """Return where a cell is blank or holds the empty text."""
        return self._where(name, lambda text: not text)

    def failed(self, *names: str) -> NDArray[np.bool_]:
        """Return where one of these cells holds an error value: comparing it gives that error again."""
        found = np.zeros(len(self), bool)
        for name in names:
            found |= self.is_(name, *ERRORS)
        return found

    def date(self, name: str) -> NDArray[np.datetime64]:
        """Return days, NaT where a cell holds none."""
        given = self._column(name)
        if given is None:
            return np.full(len(self), NO_DAY)
        return cell_values.days(given).to_numpy(dtype="datetime64[D]")

    def number(self, name: str) -> NDArray[np.float64]:
        """Return numbers, and days as serial numbers; NaN where a cell holds neither."""
        if name not in self._numbers:
            found = self._as_numbers(name)
            found.flags.writeable = False
            self._numbers[name] = found
        return self._numbers[name]

    def _as_numbers(self, name: str) -> NDArray[np.float64]:
        added = self._more.get(name)
        if added is not None and added.dtype.kind in "fi":
            return added.astype(np.float64)
        given = self._column(name)
        return np.full(len(self), np.nan) if given is None else cell_values.numbers(given).to_numpy()

    def filled_number(self, name: str) -> NDArray[np.float64]:
        """Return numbers as `number` does, 0 for NaN."""
        return np.nan_to_num(self.number(name))

    @property
    def left_alone(self) -> NDArray[np.bool_]:
        """Accounts of the control group, less those that a person wants back."""
        return self.is_("control_group", "Yes") & ~self.is_("want_back", "Yes")

    @property
    def confirmed_win(self) -> NDArray[np.bool_]:
        """Accounts that are won in the words of the customer."""
        return self.is_("outcome", "Won") & ~np.isnat(self.date("customer_confirmed"))

    @property
    def open(self) -> NDArray[np.bool_]:
        """Accounts without an outcome."""
        return self.blank("outcome") | self.is_("outcome", "Open")


def _trimmed(text: str) -> str:
    return " ".join(part for part in text.split(" ") if part).casefold()


def _text(value: Any) -> str:
    """Return a cell as a formula joins it to a text: a whole number without a point, a day as its serial number."""
    if isinstance(value, str):
        return value
    if isinstance(value, (bool, np.bool)):
        return str(bool(value)).upper()
    number = cell_values.as_number(value)
    return str(value) if np.isnan(number) else f"{number:.{_MOST_DIGITS}g}"
