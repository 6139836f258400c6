"""Values by name that are calculated when somebody asks for them.

A formula for one customer needs three columns of the twenty-five that a ledger has; a table needs them all. Both take
them from the same rule.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Self


class OnDemand(Mapping[str, Any]):
    """A mapping whose values may be functions without arguments: each is called once, when its name is asked for.

    Parameters
    ----------
    given : mapping of str to Any
        Values, or functions that return them.

    Examples
    --------
    >>> known = OnDemand({"days": 3, "weeks": lambda: 3 / 7})
    >>> known["days"], round(known["weeks"], 2), list(known)
    (3, 0.43, ['days', 'weeks'])
    """

    __slots__ = ("_given",)

    def __init__(self, given: Mapping[str, Any]) -> None:
        self._given = dict(given)

    def __getitem__(self, name: str) -> Any:
        """Return a value, calculated now if nobody has asked for it before."""
        value = self._given[name]
        if callable(value):
            value = self._given[name] = value()
        return value

    def __iter__(self) -> Iterator[str]:
        """Return the names."""
        return iter(self._given)

    def __len__(self) -> int:
        """Return how many names there are."""
        return len(self._given)

    def with_(self, more: Mapping[str, Any]) -> Self:
        """Return these values and more, none of them calculated for it."""
        return type(self)({**self._given, **more})


def together(
    names: Sequence[str], calculate: Callable[[], Mapping[str, Any]]
) -> dict[str, Callable[[], Any]]:
    """Return a function for each name; the first that is called calculates all of them.

    >>> parts = together(("a", "b"), lambda: {"a": 1, "b": 2})
    >>> parts["b"](), parts["a"]()
    (2, 1)
    """
    found = dict[str, Any]()

    def value(name: str) -> Any:
        if not found:
            found.update(calculate())
        return found[name]

    return {name: partial(value, name) for name in names}
