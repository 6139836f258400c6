"""Groups are counted in one place, which knows how wide the platform's own numbers are."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

import winback_xl
from winback_xl.core.tally import tally

PACKAGE = Path(winback_xl.__file__).parent


@pytest.mark.parametrize("width", [np.int8, np.int32, np.int64, np.uint8])
def test_groups_of_any_width_are_counted_in_64_bits(width: type[np.integer]):
    counts = tally(np.array([2, 0, 2], width), 4)
    assert counts.tolist() == [1, 0, 2, 0]
    assert counts.dtype == np.int64
    assert (counts * np.int64(2**40)).tolist() == [2**40, 0, 2**41, 0]


def test_weights_are_summed_by_group_and_no_rows_give_no_groups():
    assert tally(np.array([1, 1, 0]), weights=np.array([1, 2, 4])).tolist() == [4.0, 3.0]
    assert tally(np.array([], np.int64), 2, weights=np.array([])).tolist() == [0.0, 0.0]
    assert tally(np.array([], np.int64)).tolist() == []


def test_nobody_else_counts_groups_by_themselves():
    """On 64 bits nothing shows that 32-bit Pyodide refuses the same call, so the call itself is looked for."""
    callers = {
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        if re.search(r"np\.bincount\(", path.read_text("utf-8"))
    }
    assert callers == {"core/tally.py"}
