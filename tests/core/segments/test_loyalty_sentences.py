"""Facts into words: the rounding of what a sentence names, and no two customers mixed up by the grouping."""

from __future__ import annotations

import numpy as np
import pytest

from winback_xl.core.segments import loyalty_sentences

ROWS, WIDTH = 4096, 2048  # eight columns of 2,048 different numbers: 2 ** 88 rows are possible


def test_every_distinct_row_is_written_once_and_every_row_gets_the_text_of_its_own():
    """Rows that differ in one column only, the first, a middle one or the last, stay apart however many there could be."""
    numbers = np.random.default_rng(1).integers(0, WIDTH, (8, ROWS))
    numbers[:, 0], numbers[:, 1] = 0, WIDTH - 1  # the whole width in each column
    pairs = np.arange(2, ROWS // 2)
    numbers[:, pairs + ROWS // 2] = numbers[:, pairs]
    changed = np.resize([0, 4, 7, -1], len(pairs))  # -1: the same row again
    differs = changed >= 0
    numbers[changed[differs], pairs[differs] + ROWS // 2] ^= 1
    columns = [*numbers, numbers[1] * 10**12 - 5, numbers[1] > WIDTH // 2]
    rows = list(zip(*(column.tolist() for column in columns), strict=True))
    written: list[tuple[object, ...]] = []

    def write(*row: object) -> str:
        written.append(row)
        return repr(row)

    assert loyalty_sentences._each(write, *columns) == [repr(row) for row in rows]
    assert sorted(written) == sorted(set(rows))


@pytest.mark.parametrize("count", [0, 1, 2])
def test_few_rows_are_written_as_many_are(count):
    columns = [np.array([7, 8])[:count], np.array([True, True])[:count]]
    assert loyalty_sentences._each(lambda *row: repr(row), *columns) == ["(7, True)", "(8, True)"][:count]


@pytest.mark.parametrize(
    ("score", "threshold", "shown"),
    [
        (0.4728, 0.55, 47), (0.475, 0.55, 48), (0.5449, 0.55, 54), (0.5451, 0.55, 54), (0.5499, 0.55, 54), (0.55, 0.55, 55),
        (0.554, 0.55, 55), (0.556, 0.55, 56), (0.2899, 0.29, 28), (0.555, 0.553, 56), (0.5527, 0.553, 55), (0.0, 0.0, 0),
    ],
)  # fmt: skip
def test_a_score_is_shown_in_hundredths_but_never_as_a_threshold_it_misses(score, threshold, shown):
    assert loyalty_sentences._hundredths(np.array([score]), threshold).tolist() == [shown]


def test_a_share_is_shown_in_whole_percents_that_it_has_reached():
    """0.29 x 100 is 28.999999999999996 in floats; 49.9% is not the half that 50% would be."""
    shares = np.array([0.29, 0.35, 0.499, 0.9999, 1.0, 0.0, np.nan])
    assert loyalty_sentences._percent(shares).tolist() == [29, 35, 49, 99, 100, 0, -1]


def test_a_count_is_shown_whole_and_nothing_on_file_as_none():
    assert loyalty_sentences._whole(np.array([0.0, 3.0, np.nan])).tolist() == [0, 3, -1]
