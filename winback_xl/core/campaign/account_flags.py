"""Flags of an account: what to look at before it is worked on. One row a flag: name, meaning, and when it holds.

The Lists sheet, the campaign rows and the decision reason take them from here, so a flag is added in this file alone.
Flags of an offer, which need the make-good, are in `winback_xl.core.make_good.offer_flags`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from winback_xl.core.tracking.account_state import CONTROL_GROUP, JOINT_VISIT

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd
    from numpy.typing import NDArray

    from winback_xl.settings import Settings

PRECEDENT = "Others may ask too"


@dataclass(frozen=True, slots=True)
class AccountFlag:
    """One flag.

    Parameters
    ----------
    name : str
        Word in the Flags column.
    meaning : str
        One sentence for the Lists sheet.
    holds : callable, optional
        From the accounts and the settings to where the flag holds, shape (n,); without it the flag is set by a draw
        or a ranking elsewhere.
    asks : tuple of str and str
        A column and what the decision reason says of its value, with ``{}`` for the value; empty for nothing.
    """

    name: str
    meaning: str
    holds: Callable[[pd.DataFrame, Settings], pd.Series] | None = None
    asks: tuple[str, str] | tuple[()] = ()


ACCOUNT_FLAGS = (
    AccountFlag("Difficult customer", "Difficult to work with: maybe not a good customer. Think before you answer Want back.",
                lambda rows, settings: rows["difficulty"] >= settings.difficult_from, ("difficulty", "difficult ({:g} of 5)")),
    AccountFlag("Pays late", "Pays late: think before you answer Want back.",
                lambda rows, settings: rows["pays_late"] >= settings.late_payer_days, ("pays_late", "pays {:,.0f} days late")),
    AccountFlag(PRECEDENT, "If every comparable customer asked for the same price, it would cost more than winning them back brings.",
                lambda rows, _: rows["exposure"] > rows["expected_value"].clip(lower=0)),
    AccountFlag(CONTROL_GROUP, "Left alone on purpose: what comes back by itself shows what the campaign is worth."),
    AccountFlag(JOINT_VISIT, "One of the most valuable accounts: the manager visits them with the rep."),
)  # fmt: skip
"""Every flag of an account, in the order in which the Flags column names them."""


def found(rows: pd.DataFrame, settings: Settings) -> dict[str, NDArray[np.bool_]]:
    """Return where each flag with a rule of its own holds."""
    return {flag.name: flag.holds(rows, settings).to_numpy(bool) for flag in ACCOUNT_FLAGS if flag.holds}


def add(flags: pd.Series, name: str, where: NDArray[np.bool_]) -> pd.Series:
    """Return the Flags column with one more flag where it holds.

    >>> import pandas as pd
    >>> add(pd.Series(["In proportion", ""]), "Pays late", np.array([True, True])).tolist()
    ['In proportion; Pays late', 'Pays late']
    """
    return flags.mask(where, (flags + "; " + name).str.removeprefix("; "))


def questions(rows: pd.DataFrame, holding: dict[str, NDArray[np.bool_]]) -> NDArray[np.object_]:
    """Return what to ask oneself of each account before Want back is answered, "" for nothing."""
    said = np.full(len(rows), "", dtype=object)
    for flag in ACCOUNT_FLAGS:
        if flag.asks and flag.name in holding:
            column, words = flag.asks
            values = rows[column].to_numpy()
            for row in np.flatnonzero(holding[flag.name]).tolist():
                text = words.format(values[row])
                said[row] = f"{said[row]} and {text}" if said[row] else text
    return np.array(
        [f"{text[0].upper()}{text[1:]}: a good customer?" if text else "" for text in said], dtype=object
    )
