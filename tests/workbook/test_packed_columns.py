"""What the Snapshot sheet holds comes back as it was, and a damaged text is nothing instead of half of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from winback_xl.workbook.packed_columns import in_pieces, packed, unpacked

ROWS = st.integers(0, 6).flatmap(
    lambda length: st.dictionaries(
        st.text(max_size=5), st.lists(st.text(max_size=4), min_size=length, max_size=length)
    )
)


@given(ROWS)
def test_columns_come_back_as_they_were(columns):
    assert unpacked("".join(in_pieces(packed(columns), 7))) == columns


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        '{"rows":2,"columns":{"a":[["x"],[0]]}}',
        '{"rows":1,"columns":{"a":[["x"],[5]]}}',
    ],
)
def test_a_damaged_text_is_nothing(text):
    assert unpacked(text) is None
