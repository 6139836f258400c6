"""Time each formula for one customer, and one array formula over 100,000 rows against one call a customer.

Run: python -m tests.bench.formulas
Prints what Python takes of the processor for cells that it has not seen, and again for the same cells; what Excel, COM or a network add is not in it. Nothing is asserted.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np

from tests.excel.cases import CASES, Err
from winback_xl.errors import WinbackError
from winback_xl.excel.formulas import functions, runtime
from winback_xl.excel.formulas.catalogue import FORMULAS

if TYPE_CHECKING:
    from collections.abc import Callable

Block = list[list[object]]


def orders_block(rows: int, customers: int, seed: int = 1) -> Block:
    """Return a range as Excel hands it over: headings, orders, and the blank rest of the column."""
    rng = np.random.default_rng(seed)
    columns = (
        [f"C{one}" for one in rng.integers(0, customers, rows)],
        (45_000.0 + rng.integers(0, 1_200, rows)).tolist(),
        rng.gamma(2, 300, rows).round(2).tolist(),
        [f"O{one}" for one in range(rows)],
        ["Ann"] * rows,
    )
    block: Block = [["Customer ID", "Order date", "Order value", "Order ID", "Rep"]]
    block += map(list, zip(*columns, strict=True))
    return block + [[None] * 5 for _ in range(rows // 2)]


def each() -> None:
    """Print the milliseconds of one call of each formula, with arguments of the tests that give an answer."""
    every = []
    for name in FORMULAS:
        call = getattr(functions, name)
        calls = [
            case.arguments for case in CASES if case.formula == name and not isinstance(case.gives, Err)
        ] or [()]
        first, again = (
            sorted(_milliseconds(call, arguments, forget=forget) for arguments in calls)[len(calls) // 2]
            for forget in (True, False)
        )
        every.append((first, again))
        print(f"{name:<26}{first:8.3f} ms, again {again:6.3f} ms (median of {len(calls)} calls of the tests)")
    first, again = (sum(part) / len(every) for part in zip(*every, strict=True))
    print(f"{'average':<26}{first:8.3f} ms, again {again:6.3f} ms")


def _milliseconds(call: Callable[..., object], arguments: tuple[object, ...], *, forget: bool) -> float:
    try:
        call(*arguments)
    except WinbackError:
        return float("inf")
    best = float("inf")
    for _ in range(3):
        taken = 0.0
        for _ in range(10):
            if forget:
                runtime.ANSWERS.forget()
            start = time.process_time()
            call(*arguments)
            taken += time.process_time() - start
        best = min(best, taken / 10)
    return best * 1000


def _block(rows: Block, *, forget: bool) -> float:
    taken = []
    for _ in range(5):
        if forget:
            runtime.ANSWERS.forget()
        start = time.process_time()
        functions.WINBACK_SEGMENT(rows, 46_250.0)
        taken.append(time.process_time() - start)
    return sorted(taken)[2]


def main() -> None:
    """Time each formula, then the block, and the levels of 200 customers one by one."""
    each()
    rows = orders_block(100_000, 20_000)
    block, again = (_block(rows, forget=forget) for forget in (True, False))
    dates: dict[object, list[object]] = {}
    for who, day, *_ in rows[1:100_001]:
        dates.setdefault(who, []).append(day)
    some = list(dates.values())[:200]
    start = time.process_time()
    for days in some:
        functions.WINBACK_LEVEL([[day] for day in days], 46_250.0)
    one = (time.process_time() - start) / len(some) * len(dates)
    print(f"one WINBACK_SEGMENT over 100,000 rows: {block:.2f} s, again {again:.3f} s (median of 5)")
    print(f"one WINBACK_LEVEL a customer, {len(dates):,} calls: {one:.1f} s, {one / block:.0f} times as long")


if __name__ == "__main__":
    main()
