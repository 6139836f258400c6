"""Which column says who ordered: the content decides, not the first heading that could mean it.

"Account" may be the ledger account, "User ID" the cashier and "Company" our own. Where another column names the
customers better, it is taken; where an ID stands for many names, both columns are named and the user chooses.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np

from winback_xl.core.tally import tally
from winback_xl.errors import Issue
from winback_xl.inputs.heading_languages import STAND_INS
from winback_xl.inputs.heading_source import Source
from winback_xl.inputs.spelling import key
from winback_xl.inputs.systems import fold
from winback_xl.inputs.word_lists import members

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    Words = tuple[NDArray[np.int32], list[str]]

WEAK = frozenset(
    map(
        key,
        (
            "Account", "User ID", "User", "Username", "Buyer ID", "Company", "Company name", "Company code", "Entity", "Legal entity", "Subsidiary", "Business unit",
            "Organization", "Organisation", "Store", "Shop", "Branch", "Firma", "Société", "Empresa", "Azienda", "Bedrijf", "Mandant", "Buchungskreis", "Name",
        ),
    )
)  # fmt: skip
"""Headings that often mean something else than the customer."""

_ACCOUNT_NAME = key("Account name")
_OF_BOOKS = frozenset(
    map(
        key,
        (
            "Category", "Category name", "Bank account", "Is reconciled", "Reconciled", "Account type", "Account code", "Account category", "GL account", "Debit", "Credit", "Debit amount", "Credit amount",
            "Split", "Journal", "Sachkonto", "Gegenkonto", "Soll", "Haben", "Compte", "Débit", "Crédit", "Cuenta", "Debe", "Haber", "Conto", "Dare", "Avere", "Conta", "Grootboekrekening",
        ),
    )
)  # fmt: skip
"""Headings of books: next to one of them, "Account name" is as often a till or a bank as a customer."""

_NAMES = tuple(
    key(name)
    for name in (
        *STAND_INS["Orders"], "Customer full name", "Bill to name", "Bill-to name", "Billing name", "Sold to name", "Sold-to name", "ContactName", "Contact name", "Buyer name",
        "Potential customer", "Organization", "Name",
    )
)  # fmt: skip
_MANY = 0.5  # share of the rows whose ID has several names from which the ID is not the customer
_FEW = 3  # names for each ID, on average, from which a numbered customer is in doubt
_EMPTY = 0.5  # share of filled cells below which a column never beats one that is filled
_FILLED = 0.9


class Cells(Protocol):
    """The cells of a file by the position of their column."""

    def filled(self, position: int) -> float:
        """Return the share of cells that are not blank."""

    def sample(self, position: int) -> Words:
        """Return the place of every cell's word, -1 for a blank one, and the different words; of a sample of rows."""

    def glance(self, position: int, most: int) -> list[str]:
        """Return the different words of a column; no more than one over ``most``, for then it holds too many."""


class Choice(NamedTuple):
    """The columns after the choice, and what to tell."""

    sources: dict[str, Source]
    issues: list[Issue]


def choose(
    found: Sequence[str],
    sources: Mapping[str, Source],
    cells: Cells,
    *,
    fixed: frozenset[str] = frozenset(),
) -> Choice:
    """Check by content which column is the customer.

    Parameters
    ----------
    found : sequence of str
        Headings by position.
    sources : mapping of str to Source
        What the headings alone say.
    cells : Cells
        The cells of each column.
    fixed : frozenset of str
        Columns that the user or a known export named: they are not questioned.

    Returns
    -------
    Choice
    """
    chosen, issues = dict(sources), list[Issue]()
    source = chosen.get("customer_id")
    if source is None or "customer_id" in fixed or len(source.positions) != 1:
        return Choice(chosen, issues)
    at = source.positions[0]
    taken = {
        place
        for name, other in chosen.items()
        if name not in {"customer_id", "customer"}
        for place in other.positions
    }
    named = chosen.get("customer")
    others = _others(found, at, taken)
    if named is not None and named.positions[0] not in others and "customer" not in fixed:
        others.insert(0, named.positions[0])
    better = _better(found, at, others, cells, weak=_is_weak(source.text, found))
    if better is not None:
        text = found[better]
        chosen["customer_id"] = Source((better,), text, "stand-in")
        if named is not None and better in named.positions:
            del chosen["customer"]
        what = f"'{text}' was taken as Customer ID, not '{source.text}': {_why(at, better, cells)}."
        fix = f"If '{source.text}' is the customer: --column 'Customer ID={source.text}'."
        issues.append(Issue("customer-by-content", "note", what, fix))
    elif named is not None and "customer" in chosen:
        issues += _doubt(source, named, cells)
    _drop_own_company(chosen, cells, issues, fixed)
    return Choice(chosen, issues)


def _is_weak(heading: str, found: Sequence[str]) -> bool:
    """Return whether a heading often means something else than the customer, next to the others."""
    if key(heading) == _ACCOUNT_NAME:
        return not _OF_BOOKS.isdisjoint(map(key, found))
    return key(heading) in WEAK


def _others(found: Sequence[str], at: int, taken: set[int]) -> list[int]:
    """Return the other columns that may name the customers, best heading first."""
    places: dict[str, int] = {}
    for place, heading in enumerate(found):
        if place != at and place not in taken:
            places.setdefault(key(heading), place)
    return list(dict.fromkeys(places[name] for name in _NAMES if name in places))


def _better(found: Sequence[str], at: int, others: list[int], cells: Cells, *, weak: bool) -> int | None:
    """Return a column that names the customers better, or None."""
    filled = cells.filled(at)
    strong = [place for place in others if key(found[place]) not in WEAK]
    if filled < _EMPTY:
        full = [
            place for place in others if cells.filled(place) >= _FILLED and len(cells.sample(place)[1]) > 1
        ]
        if full and (weak or filled == 0):
            return full[0]
    if not weak:
        return None
    if _are_ledger_accounts(cells.sample(at)[1]):
        strong += [place for place in others if place not in strong]
    for place in strong:
        if cells.filled(place) < _EMPTY:
            continue
        codes, _ = cells.sample(at)
        if _several_names(codes, _folded(cells.sample(place))) > 0 or _is_plain_customer(
            found[at], found[place]
        ):
            return place
    return None


def _are_ledger_accounts(found: Sequence[str]) -> bool:
    """Return whether all words of a column are accounts of our own books.

    >>> _are_ledger_accounts(["1200 - Accounts receivable", "Undeposited Funds"]), _are_ledger_accounts(["Acme"])
    (True, False)
    """
    ours = members("guest", "ledger_account")
    return bool(found) and all(fold(word.lstrip("0123456789. -:")) in ours for word in found)


def _is_plain_customer(weak: str, other: str) -> bool:
    """Return whether a heading says Customer and nothing else, where the other is neither its number nor its pair."""
    pair = key(other).startswith(key(weak))  # "Account" beside "Account name"
    return (
        not pair
        and key(weak) in {"account", "company", "companyname", "name"}
        and key(other) in {"customer", "client", "kunde", "klant", "cliente"}
    )


def _folded(found: Words) -> NDArray[np.int64]:
    """Return the place of every cell's word, where words that only differ in case and punctuation are one."""
    codes, names = found
    places: dict[str, int] = {}
    folded = np.array([*(places.setdefault(fold(name), len(places)) for name in names), -1])
    return np.asarray(folded[codes], np.int64)


def _several_names(ids: NDArray[np.int32], names: NDArray[np.int64]) -> float:
    """Return the share of the rows whose ID stands for several names; 0 where no row has both."""
    both = np.flatnonzero((ids >= 0) & (names >= 0))
    if not len(both):
        return 0.0
    pairs = np.unique(ids[both].astype(np.int64) * (int(names.max()) + 1) + names[both])
    times = tally(pairs // (int(names.max()) + 1), int(ids.max()) + 1)
    share = float((times[ids[both]] > 1).mean())
    return share if share > _MANY else 0.0


def _doubt(source: Source, named: Source, cells: Cells) -> list[Issue]:
    """Refuse an ID that stands for many names."""
    codes, ids = cells.sample(source.positions[0])
    names = _folded(cells.sample(named.positions[0]))
    guests = members("guest", "guest")
    is_guest = np.array([*(fold(word) in guests for word in ids), False])
    codes = np.where(is_guest[codes], -1, codes)
    there = (codes >= 0) & (names >= 0)
    if not there.any() or not _several_names(codes, names):
        return []
    many = len(np.unique(names[there])) >= _FEW * len(np.unique(codes[there]))
    if not many:
        return []
    shown = ids[int(codes[there][0])]
    what = f"'{source.text}' has {len(np.unique(codes[there])):,} values for {len(np.unique(names[there])):,} names in '{named.text}' ('{shown}' stands for several): one of them is not the customer."
    fix = f"Say which one is: --column 'Customer ID={named.text}' or --column 'Customer ID={source.text}'."
    return [Issue("customer-doubtful", "error", what, fix)]


def _drop_own_company(
    chosen: dict[str, Source], cells: Cells, issues: list[Issue], fixed: frozenset[str]
) -> None:
    """Leave out a name that is the same for many customers: our own company, or a branch."""
    named, source = chosen.get("customer"), chosen.get("customer_id")
    if named is None or source is None or "customer" in fixed or key(named.text) not in WEAK:
        return
    names, ids = cells.sample(named.positions[0])[1], cells.sample(source.positions[0])[1]
    if len(ids) >= _FEW * max(1, len(names)):
        del chosen["customer"]
        what = f"'{named.text}' is the same for many customers, so it is not their name: left out."
        issues.append(Issue("name-by-content", "note", what, f"If it is: --column 'Customer={named.text}'."))


def _why(at: int, better: int, cells: Cells) -> str:
    if cells.filled(at) < _EMPTY:
        return "it is filled, and the other is mostly empty"
    ids, names = cells.sample(at)[1], cells.sample(better)[1]
    shown = f" ('{ids[0][:40]}')" if ids else ""
    return f"{len(names):,} names share {len(ids):,} of its values{shown}"
