"""Formulas of the Campaign rows that follow the log of talks: the last talk, attempts since the pause, listened.

Each looks at the first rows of the log only (`winback_xl.core.tracking.talk_counts.WINDOW`), and an account without a
talk there is asked one question instead of four: a logged talk then costs ten thousand accounts a tenth of a second.
"""

from __future__ import annotations

from types import MappingProxyType

from winback_xl.schema.columns import CAMPAIGN


def _cell(name: str) -> str:
    """Return the cell of a column itself, not of what follows from it and the log."""
    return f"[@[{CAMPAIGN[name].heading}]]"


def _number(name: str) -> str:
    """Return a cell as a number, 0 where it holds words or an error."""
    return f"IFERROR(N({_cell(name)}),0)"


_NUMBER, _RECENT = _cell("account_no"), _cell("recent_talks")
_PAUSE = f"INT({_number('rest_until')})"


def _of_recent(formula: str) -> str:
    """Return what the first rows of the log say, 0 at once for an account that has no talk there."""
    return f"IF({_RECENT}=0,0,{formula})"


_LAST = _of_recent(f"MAXIFS(talk_day,talk_no,{_NUMBER})")
_TRIED = _of_recent(f'COUNTIFS(talk_no,{_NUMBER},talk_day,">"&{_PAUSE})')
_HEARD = _of_recent(f'COUNTIFS(talk_no,{_NUMBER},talk_listened,"Yes")')

FORMULAS = MappingProxyType(
    {
        "recent_talks": f"=IF({_NUMBER}=0,0,COUNTIFS(talk_no,{_NUMBER}))",
        "latest_talk": f"=INT(MAX({_number('last_contact')},{_cell('older_talk')},{_LAST}))",
        "last_talk": f'=IF({_cell("latest_talk")}=0,"",{_cell("latest_talk")})',
        "tries": f"={_number('attempts')}+IF({_PAUSE}>=N({_cell('older_talk')}),0,N({_cell('older_talks')}))+{_TRIED}",
        "heard": f'=IF(N({_cell("older_heard")})+{_HEARD}>0,"Yes",{_cell("listened")}&"")',
    }
)
"""Native formula of each column; `winback_xl.core.tracking.talk_counts` gives the same values."""
