"""Time one array formula over 100,000 rows against one call a customer, in the same run.

Run: python -m tests.bench.formulas
Prints seconds and the ratio; nothing is asserted.
"""

from __future__ import annotations

import time

import numpy as np

from winback_xl.excel import functions

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


def main() -> None:
    """Time the block, and the levels of 200 customers one by one."""
    rows = orders_block(100_000, 20_000)
    taken = []
    for _ in range(5):
        start = time.perf_counter()
        functions.WINBACK_SEGMENT(rows, 46_250.0)
        taken.append(time.perf_counter() - start)
    block = sorted(taken)[2]
    dates: dict[object, list[object]] = {}
    for who, day, *_ in rows[1:100_001]:
        dates.setdefault(who, []).append(day)
    some = list(dates.values())[:200]
    start = time.perf_counter()
    for days in some:
        functions.WINBACK_LEVEL([[day] for day in days], 46_250.0)
    each = (time.perf_counter() - start) / len(some) * len(dates)
    print(f"one WINBACK_SEGMENT over 100,000 rows: {block:.2f} s (median of 5)")
    print(
        f"one WINBACK_LEVEL a customer, {len(dates):,} calls: {each:.1f} s, {each / block:.0f} times as long"
    )


if __name__ == "__main__":
    main()
