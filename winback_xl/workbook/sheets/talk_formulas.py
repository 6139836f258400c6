"""Formulas of the Campaign rows that follow the log of talks: the last talk, attempts since the pause, listened.

Each looks at the first rows of the log only (`winback_xl.core.tracking.talk_counts.WINDOW`), and an account without a
talk there is asked one question instead of four: a logged talk then costs ten thousand accounts a tenth of a second.
"""

from __future__ import annotations

from types import MappingProxyType

from winback_xl.schema.columns import CAMPAIGN, CARDS
from winback_xl.workbook.sheets.talks import account_row


def _cell(name: str) -> str:
    """Return the cell of a column itself, not of what follows from it and the log."""
    return f"[@[{CAMPAIGN[name].heading}]]"


def _number(name: str) -> str:
    """Return a cell as a number, 0 where it holds words or an error."""
    return f"IFERROR(N({_cell(name)}),0)"


_NUMBER, _RECENT = _cell("account_no"), _cell("recent_talks")
_LATEST = f"MAX({_number('last_contact')},{_number('older_talk')},{_cell('recent_talk')})"
_PAUSE = f"INT({_number('rest_until')})"

FORMULAS = MappingProxyType(
    {
        "account_no": f"={account_row(_cell('customer_id'), CARDS['customer_id'].heading)}",
        "recent_talks": f"=IF({_NUMBER}=0,0,COUNTIFS(talk_no,{_NUMBER}))",
        "recent_talk": f"=IF({_RECENT}=0,0,MAXIFS(talk_day,talk_no,{_NUMBER}))",
        "recent_tries": f'=IF({_RECENT}=0,0,COUNTIFS(talk_no,{_NUMBER},talk_day,">"&{_PAUSE}))',
        "recent_heard": f'=IF({_RECENT}=0,0,COUNTIFS(talk_no,{_NUMBER},talk_listened,"Yes"))',
        "last_talk": f'=IF({_LATEST}=0,"",INT({_LATEST}))',
        "tries": f"={_number('attempts')}+IF({_PAUSE}>={_number('older_talk')},0,{_number('older_talks')})+{_cell('recent_tries')}",
        "heard": f'=IF({_number("older_heard")}+{_cell("recent_heard")}>0,"Yes",{_cell("listened")}&"")',
    }
)
"""Native formula of each column; `winback_xl.core.tracking.talk_counts` gives the same values."""
