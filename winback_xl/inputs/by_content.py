"""Columns whose words alone say what a row is or what became of it, whatever their heading is: Invoice and Return, Paid and Void.

Systems name such columns in ways that no list holds ("SOP type", "Doc class"). Where every word of an unread column is
known, and they tell orders from what is none, it is read, and said so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from winback_xl.errors import Issue
from winback_xl.inputs import words
from winback_xl.inputs.aid_columns import Place, may_say_state, parts
from winback_xl.inputs.finding import examples
from winback_xl.inputs.heading_source import Source
from winback_xl.inputs.kinds.currencies import CODES
from winback_xl.schema.columns import ORDERS

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from winback_xl.inputs.customer_key import Cells

_MOST = 12  # different words of a column that sorts rows; more are names
_CODE = 3  # letters of the code of a currency
_USUAL = frozenset({"EUR", "USD", "GBP", "CHF", "JPY", "CAD", "AUD", "BRL", "MXN", "INR", "CNY", "SEK", "NOK", "DKK", "PLN"})  # fmt: skip
_TYPES = frozenset({"type", "typ", "art", "kind", "class", "tipo", "soort", "nature", "belegart", "klasse", "doctype"})  # fmt: skip
"""Last words of headings under which a payment next to an invoice tells what a row is."""


def find(
    found: Sequence[str],
    sources: Mapping[str, Source],
    places: Sequence[Place],
    cells: Cells,
    said: Collection[str],
) -> tuple[dict[str, Source], list[Place], list[Issue]]:
    """Find the kind and the state of the rows in columns whose heading nobody knows.

    Parameters
    ----------
    found : sequence of str
        Headings by position.
    sources, places : mapping of str to Source, sequence of Place
        What is found already.
    cells : Cells
        The cells of each column.
    said : collection of str
        Columns that the user named or left out: "kind", "state".

    Returns
    -------
    sources, places, issues
        With what was found now.
    """
    chosen, more, issues = dict(sources), list(places), list[Issue]()
    taken = {at for source in sources.values() for at in source.positions} | {one.position for one in places}
    wants_kind = "kind" not in sources and "kind" not in said
    wants_currency = "currency" not in sources and "currency" not in said and "order_value" in sources
    wants_state = "state" not in said and not any(one.name == "state" for one in places)
    for at, heading in enumerate(found):
        if at in taken or not heading.strip() or not (wants_kind or wants_state or wants_currency):
            continue
        there = cells.glance(at, _MOST)
        if wants_currency and _are_currencies(there):
            chosen["currency"], wants_currency = Source((at,), heading, "alias"), False
            stated = f"The words under '{heading}' ({examples(there)}) are currencies: taken as Currency."
            issues.append(Issue("by-content", "note", stated, "If they are not: --column 'Currency='."))
            continue
        if not 1 < len(there) <= _MOST:
            continue
        if wants_kind and _are_kinds(heading, there):
            chosen["kind"], wants_kind = Source((at,), heading, "alias"), False
            what, name = "what a row is", "Kind"
        elif wants_state and may_say_state(heading) and _are_states(there):
            more.append(Place("state", heading, at))
            what, name, wants_state = "how far an order is", "State", False
        else:
            continue
        stated = f"The words under '{heading}' ({examples(there)}) say {what}: taken as {name}."
        issues.append(Issue("by-content", "note", stated, f"If they do not: --column '{name}='."))
    return {name: chosen[name] for name in ORDERS.names if name in chosen}, more, issues


def _are_kinds(heading: str, there: Sequence[str]) -> bool:
    """Return whether words tell sales from credits, or, under a heading that ends in type, from payments and quotes."""
    if words.is_no_kind(there):
        return False
    ours = {words.kind_class(word) for word in there}
    if "" in ours or "order" not in ours:
        return False
    return "credit" in ours or ("neither" in ours and not _TYPES.isdisjoint(parts(heading)[-1:]))


def _are_currencies(there: Sequence[str]) -> bool:
    """Return whether all words are codes of currencies, a usual one among them: ALL and TOP are words as well."""
    return (
        0 < len(there) <= _MOST
        and all(len(word) == _CODE and word.upper() in CODES for word in there)
        and not _USUAL.isdisjoint(word.upper() for word in there)
    )


def _are_states(there: Sequence[str]) -> bool:
    ours = {words.state_class(word) for word in there}
    return "" not in ours and "counts" in ours and not ours.isdisjoint({"does_not_count", "takes_back"})
