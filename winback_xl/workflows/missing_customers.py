"""New orders that lack most customers of a campaign: a part of the ledger, which would turn every number wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from winback_xl.core.wording import in_words, plural
from winback_xl.errors import DataError

if TYPE_CHECKING:
    import pandas as pd

    from winback_xl.core.merging.campaign_state import CampaignState

_MOST_MISSING = 0.5  # a ledger of the last years loses a few customers a month, never most of them at once
_FEWEST = 5  # customers of whom a share says anything


def refuse(state: CampaignState, orders: pd.DataFrame) -> None:
    """Stop where most customers of a campaign have no order in the new orders.

    Parameters
    ----------
    state : CampaignState
        The campaign as it stands.
    orders : DataFrame
        Columns ``customer_id`` and ``order_date``.

    Raises
    ------
    DataError
        More than half of the accounts that the campaign was sent out with, or of all customers that it knows, are
        missing (code ``customers-missing``).
    """
    if not state.campaign_id:
        return  # typed by hand, by name: its customers are looked for in the orders later
    given = set(orders["customer_id"])
    for known, who in ((state.sent_customers, "account"), (state.customers, "customer")):
        held = {one for one in known if one}
        missing = held - given
        if len(held) >= _FEWEST and len(missing) > _MOST_MISSING * len(held):
            first = orders["order_date"].min()
            raise DataError(
                f"{len(missing):,} of the {plural(len(held), who)} in the campaign have no order in these orders, which begin"
                f" on {in_words(first)}: the earlier orders seem to be missing, and every level and status would be wrong.",
                "Give the earlier orders as well: several files are read as one (in Excel: add their rows to Orders)."
                " If those customers are really gone from your system: --customers-gone.",
                code="customers-missing",
            )
