"""Each call of the system and each allocation of a command fails in turn, until none is left: nothing is lost.

With ``-s`` the long run prints the table of commands, calls and outcomes.
"""

from __future__ import annotations

import re
import sys
from itertools import count
from typing import NamedTuple

import pytest

from . import failing_calls, stage

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads the names of open files from /proc")

CALLS = [kind for kind in failing_calls.KINDS if kind != "allocation"]
EVERY = {
    "look": 10,
    "read": 10,
    "allocation": 25,
}  # of these, of which a command makes hundreds, each so many-th
_SENTENCES = re.compile(r"(?:Not done|cannot be used as it is\. error): .+[.?!)] \S.+[.)]$")


class Outcome(NamedTuple):
    """What became of the runs of a command: how many calls failed, and what the user got."""

    calls: int
    stated: int
    done: int


def each_fails(place, kind, *, forever=False, step=1):
    """Run a command once for every call of a kind, the next one failing each time; return what became of it.

    Each run ends with a sentence that says what to do, or does its work all the same. Each file is the old or the
    new one, whole; the next run finds nothing that is in its way.
    """
    stated = done = 0
    for nth in count(1, step):
        place.reset()
        ended = place.run(failing_calls.fail_at, kind, nth, str(place.desk), forever)
        said = ended.said.replace(failing_calls.FIRED, " ").strip()
        place.check()
        assert "Traceback" not in said, said
        assert "error in winback_xl" not in said, said
        if failing_calls.FIRED not in ended.said:
            assert ended.code == 0, said
            break
        if ended.code == 0:
            assert place.found() == place.new
            done += 1
        else:
            assert ended.code in {3, 4}, said
            assert _SENTENCES.search(said), said
            stated += 1
    place.check_next_run()
    return Outcome(stated + done, stated, done)


def test_each_call_that_fails_is_told_and_harms_no_file(desk, said):
    """One command and one kind of call: each run is a program of its own, so all of them are in the long run."""
    place = stage.Stage("export", desk, said)
    place.learn()
    found = each_fails(place, "fsync")
    assert found.stated >= len(place.targets)


def test_memory_that_is_refused_anywhere_is_told_and_harms_no_file(desk, said):
    place = stage.Stage("segment", desk, said)
    place.learn()
    found = each_fails(place, "allocation", step=200)
    assert found.stated > 0


@pytest.mark.long
@pytest.mark.parametrize("name", [*stage.WRITERS, *stage.READERS])
@pytest.mark.parametrize("kind", CALLS)
@pytest.mark.parametrize("forever", [False, True], ids=["once", "from then on"])
def test_every_call_of_every_command(name, kind, forever, desk, said):
    place = stage.Stage(name, desk, said)
    place.learn()
    found = each_fails(place, kind, forever=forever, step=EVERY.get(kind, 1))
    print(f"| {name} | {kind} | {'from then on' if forever else 'once'} | {' | '.join(map(str, found))} |")


@pytest.mark.long
@pytest.mark.parametrize("name", [*stage.WRITERS, *stage.READERS])
def test_memory_refused_all_over_every_command(name, desk, said):
    place = stage.Stage(name, desk, said)
    place.learn()
    found = each_fails(place, "allocation", step=EVERY["allocation"])
    print(f"| {name} | allocation | once | {' | '.join(map(str, found))} |")
