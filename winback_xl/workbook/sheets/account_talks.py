"""The last talks on the account card: what they said, and what we promised, by when or kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from winback_xl.core.cell_text import written
from winback_xl.schema.columns import TALKS
from winback_xl.workbook.sheets.card_data import MONTHS, due_in_words
from winback_xl.workbook.spec import Cell

if TYPE_CHECKING:
    from winback_xl.workbook.sheets.shown_account import ShownAccount
    from winback_xl.workbook.spec import Look

_DAY, _SAID, _GAP, _BY, _PROMISED = range(5)  # the columns of the card
_KEPT = " (kept)"


def _promise_ends(talk: dict[str, Any]) -> tuple[str, str]:
    """Return what follows a promise, and its formula with @ for the row of the talk: that it is kept, or by when."""
    kept, by = (f"INDEX({TALKS.name}[{TALKS[name].heading}],@)" for name in ("kept", "promised_by"))
    formula = (
        f'IF({kept}="Yes","{_KEPT}",IF(N({by})>0," (by "&DAY({by})&" "&CHOOSE(MONTH({by}),{MONTHS})&")",""))'
    )
    if written(talk.get("kept")).casefold() == "yes":
        return _KEPT, formula
    due = due_in_words(talk.get("promised_by"))
    return (f" ({due})" if due else ""), formula


def cells(one: ShownAccount, number: int, row: int) -> list[Cell]:
    """Return one of the last talks: day, what they said, who held it, what we promised."""
    talk, at = one.talks[number - 1], f"card_talk_{number}"

    def cell(col: int, name: str, look: Look = "line", kind: Any = "long") -> Cell:
        value: Any = talk.get(name)
        value = (
            ""
            if value is None or value is pd.NaT or (isinstance(value, float) and np.isnan(value))
            else value
        )
        what = f"INDEX({TALKS.name}[{TALKS[name].heading}],{at})"
        after = ""
        if name == "promised":
            said, more = _promise_ends(talk)
            value, after = (
                f"{written(value)}{said if value else ''}",
                f'&IF({what}="","",{more})'.replace("@", at),
            )
        formula = f'=IF({at}=0,"",{what})' if kind == "date" else f'=IF({at}=0,"",{what}&""{after})'
        return Cell(
            row, col, value if kind == "date" else written(value), look=look, kind=kind, formula=formula
        )

    return [
        cell(_DAY, "talk_date", kind="date"),
        cell(_SAID, "said"),
        Cell(row, _GAP, None, look="line"),
        cell(_BY, "talked_by"),
        cell(_PROMISED, "promised"),
    ]
