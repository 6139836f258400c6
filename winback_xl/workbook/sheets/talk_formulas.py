"""Formulas of the Campaign rows that follow the log of talks: the last talk, attempts since the pause, listened.

Each looks at the first rows of the log only (`winback_xl.core.tracking.talk_counts.WINDOW`), and an account without a
talk there is asked one question instead of four: a logged talk then costs ten thousand accounts a tenth of a second.
"""

from __future__ import annotations

from types import MappingProxyType

from winback_xl.schema.columns import CARDS
from winback_xl.workbook.sheets.talks import account_row


def _cell(heading: str) -> str:
    return f"[@[{heading}]]"


def _number(heading: str) -> str:
    """Return a cell as a number, 0 where it holds words or an error."""
    return f"IFERROR(N({_cell(heading)}),0)"


_NUMBER, _RECENT = _cell("Account no"), _cell("Recent talks")
_LATEST = f"MAX({_number('Last contact')},{_number('Older talk')},{_cell('Recent talk')})"
_PAUSE = f"INT({_number('Rest until')})"

FORMULAS = MappingProxyType(
    {
        "account_no": f"={account_row(_cell('Customer ID'), CARDS['customer_id'].heading)}",
        "recent_talks": f"=IF({_NUMBER}=0,0,COUNTIFS(talk_no,{_NUMBER}))",
        "recent_talk": f"=IF({_RECENT}=0,0,MAXIFS(talk_day,talk_no,{_NUMBER}))",
        "recent_tries": f'=IF({_RECENT}=0,0,COUNTIFS(talk_no,{_NUMBER},talk_day,">"&{_PAUSE}))',
        "recent_heard": f'=IF({_RECENT}=0,0,COUNTIFS(talk_no,{_NUMBER},talk_listened,"Yes"))',
        "last_talk": f'=IF({_LATEST}=0,"",INT({_LATEST}))',
        "tries": f"={_number('Attempts')}+IF({_PAUSE}>={_number('Older talk')},0,{_number('Older talks')})+{_cell('Recent tries')}",
        "heard": f'=IF({_number("Older listened")}+{_cell("Recent listened")}>0,"Yes",{_cell("Listened")}&"")',
    }
)
"""Native formula of each column; `winback_xl.core.tracking.talk_counts` gives the same values."""
