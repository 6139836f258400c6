"""Grouping finds equal rows, and a climb counts as ended on top only where it is flat."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from winback_xl.core.lifetime_value.max_likelihood import dot, group, maximise
from winback_xl.core.tally import tally

LOW, HIGH = np.array([1e-3, 1e-3]), np.array([1e3, 1e3])


def hill(parameters):
    """Return a hill with its top at (2, 5) in the logarithms, and its slopes."""
    away = np.log(parameters / [2.0, 5.0])
    return -float(away @ away), -2 * away / parameters


def slope_without_end(parameters):
    return float(np.log(parameters[0])), np.array([1 / parameters[0], 0.0])


@given(
    rows=st.lists(
        st.tuples(st.integers(0, 3), st.sampled_from([0.5, 1.5, 2.5]), st.integers(-1, 1)), min_size=1
    )
)
def test_groups_are_the_different_rows(rows):
    columns = [np.array(column) for column in zip(*rows, strict=True)]
    first, member = group(*columns)
    assert len(first) == len(set(rows))
    assert (np.diff(first) > 0).all()
    for column in columns:
        assert (column[first][member] == column).all()
    assert [rows.index(row) for row in rows] == first[member].tolist()


def test_no_rows_make_no_groups():
    first, member = group(np.array([]), np.array([]))
    assert len(first) == len(member) == 0


def test_dot_and_tally_are_plain_sums():
    assert dot(np.array([1.0, 2.0]), np.array([3.0, 4.0])) == 11
    assert tally(np.array([1, 1, 0]), weights=np.array([0.5, 0.25, 2.0])).tolist() == [2.0, 0.75]


def test_the_top_is_found_and_the_second_start_is_not_needed():
    def starts():
        yield (1.0, 1.0)
        pytest.fail("the first climb had converged")

    found = maximise(hill, starts(), LOW, HIGH, 1.0)
    assert found.converged
    assert found.parameters == pytest.approx([2, 5])
    assert found.log_likelihood == pytest.approx(0)
    assert not found.at_lower.any()


def test_a_top_at_a_bound_counts_and_says_so():
    found = maximise(hill, [(10.0, 10.0)], np.array([3.0, 1.0]), HIGH, 1.0)
    assert found.converged
    assert found.parameters == pytest.approx([3, 5])
    assert found.at_lower.tolist() == [True, False]
    assert maximise(slope_without_end, [(1.0, 1.0)], LOW, HIGH, 1.0).parameters[0] == pytest.approx(1e3)


def test_a_second_start_mends_a_first_that_leads_nowhere():
    """Beyond 100 the likelihood cannot be worked out, as with parameters that overflow."""

    def broken(parameters):
        return (float("nan"), np.full(2, np.nan)) if parameters[0] > 100 else hill(parameters)

    found = maximise(broken, [(500.0, 1.0), (1.0, 1.0)], LOW, HIGH, 1.0)
    assert found.converged
    assert found.parameters == pytest.approx([2, 5])
    assert not maximise(broken, [(500.0, 1.0)], LOW, HIGH, 1.0).converged


def test_without_a_start_nothing_can_be_said():
    with pytest.raises(ValueError, match="at least one start"):
        maximise(hill, [], LOW, HIGH, 1.0)
