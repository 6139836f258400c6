"""Arguments: cells, columns and single values become clean arrays, or an error that names the argument."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from winback_xl.core import arguments
from winback_xl.errors import OutOfRangeError, UsageError


@pytest.mark.parametrize(
    "column",
    [
        [1, None, 3],
        (1.0, float("nan"), 3.0),
        np.array([1, None, 3], dtype=object),
        pd.Series([1, None, 3], dtype="Float64"),
        pd.Series([1, None, 3]),
    ],
    ids=["list", "tuple", "objects", "nullable", "series"],
)
def test_unknown_numbers_get_their_stand_in_whatever_the_container(column):
    assert arguments.number("loss", column, blank=2).tolist() == [1.0, 2.0, 3.0]


def test_a_single_number_stays_single():
    assert arguments.number("loss", 5).shape == ()


def test_a_number_outside_its_bounds_is_named_with_its_row():
    with pytest.raises(OutOfRangeError, match=r"The fault in row 3 is 60.*0 to 1, such as 0.6 for 60%"):
        arguments.number("fault", [0.5, None, 60], low=0, high=1)


def test_infinity_is_no_number():
    with pytest.raises(OutOfRangeError, match="loss is inf"):
        arguments.number("loss", np.inf, low=0)


@pytest.mark.parametrize("value", ["many", [1, "x"], [[1], [1, 2]], object()])
def test_what_is_no_number_is_told_with_the_argument(value):
    with pytest.raises(UsageError, match="The loss is not a number"):
        arguments.number("loss", value)


def test_a_table_is_no_column():
    with pytest.raises(UsageError, match="table"):
        arguments.number("loss", np.ones((2, 2)))


def test_words_match_without_case_spaces_hyphens_and_underscores():
    codes = {"in-kind": 0, "systemic fixed": 1}
    words = ["In kind", " IN-KIND ", "systemic_fixed", None, float("nan"), "", "  "]
    assert arguments.choice("form", words, codes, blank="systemic fixed").tolist() == [0, 0, 1, 1, 1, 1, 1]


def test_an_unknown_word_is_told_with_the_nearest_known_one():
    with pytest.raises(UsageError, match=r"'rejcted' is not known. Did you mean 'rejected'"):
        arguments.choice("handling", ["rejcted"], {"rejected": 0, "accepted": 1}, blank="rejected")
    with pytest.raises(UsageError, match="Known are: rejected, accepted"):
        arguments.choice("handling", "zzz", {"rejected": 0, "accepted": 1}, blank="rejected")


def test_yes_and_no_may_be_words_truths_or_numbers():
    given = [True, False, "yes", "No", 1, 0, np.True_, None, "", 1.0]
    assert arguments.yes("conflict", given).tolist() == [
        True, False, True, False, True, False, True, False, False, True,
    ]  # fmt: skip
    assert arguments.yes("conflict", "Yes").shape == ()


def test_columns_of_different_lengths_are_refused_by_name():
    with pytest.raises(UsageError, match="'loss' has 3 rows and 'fault' has 2"):
        arguments.together(loss=np.zeros(3), rate=np.zeros(()), fault=np.zeros(2))


def test_single_values_are_repeated_and_no_rows_are_no_error():
    rows = arguments.together(one=np.ones(()), many=np.zeros(3))
    assert rows["one"].tolist() == [1, 1, 1]
    assert arguments.together(one=np.ones(()), none=np.zeros(0))["one"].shape == (0,)
