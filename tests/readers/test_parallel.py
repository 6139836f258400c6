"""Working on two things at once: the same items, the same order, the same errors."""

from __future__ import annotations

import threading
from itertools import islice

import pytest

from winback_xl.readers import parallel


@pytest.fixture(params=[True, False], ids=["threads", "no threads"])
def threads(request, monkeypatch):
    """With threads, and as in a browser."""
    monkeypatch.setattr(parallel, "THREADS", request.param)
    return request.param


def up_to_an_error(count):
    yield from range(count)
    raise KeyError("the end")


@pytest.mark.parametrize("count", [0, 1, 100])
def test_all_items_come_in_their_order(threads, count):
    """Whatever runs at the same time, nobody can tell from what comes out."""
    assert list(parallel.ahead(range(count))) == list(range(count))
    assert list(parallel.in_order(str, range(count))) == [str(one) for one in range(count)]


@pytest.mark.parametrize("count", [0, 1, 7])
def test_an_error_comes_after_the_items_before_it(threads, count):
    """An error of the other thread is raised where its items are taken."""
    for items in (parallel.ahead(up_to_an_error(count)), parallel.in_order(int, up_to_an_error(count))):
        assert list(islice(items, count)) == list(range(count))
        with pytest.raises(KeyError, match="the end"):
            next(items)


def test_an_error_of_the_work_comes_at_its_item(threads):
    """The results before it are handed out first."""
    results = parallel.in_order(lambda one: 1 // (3 - one), range(9))
    assert [next(results) for _ in range(3)] == [0, 0, 1]
    with pytest.raises(ZeroDivisionError):
        next(results)


def test_whoever_stops_early_leaves_no_thread_behind(threads):
    """A file whose first rows were looked at must be free again."""
    before = threading.active_count()
    items, results = parallel.ahead(iter(range(10**9))), parallel.in_order(str, iter(range(10**9)))
    assert (next(items), next(results)) == (0, "0")
    items.close()
    results.close()
    assert threading.active_count() == before


def test_items_are_made_while_others_are_used():
    """The other thread is ahead by some items, and by no more than a few."""
    made = []
    items = parallel.ahead(made.append(one) or one for one in range(100))
    assert next(items) == 0
    for _ in range(200):
        if len(made) >= 3:
            break
        threading.Event().wait(0.01)
    assert 3 <= len(made) <= 5
    assert list(items) == list(range(1, 100))
