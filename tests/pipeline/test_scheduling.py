"""Each piece of work after those before it, independent ones side by side."""

import threading

import pytest

from analysis.pipeline.failures import StepError
from analysis.pipeline.scheduling import StepFailedError, run_in_order

GRAPH = {"first": (), "left": ("first",), "right": ("first",), "last": ("left", "right")}


def never():
    raise AssertionError("stopped")


@pytest.mark.parametrize("workers", [1, 2, 8])
def test_order(workers):
    done = []
    run_in_order(GRAPH, done.append, workers, never)
    assert done[0] == "first"
    assert done[-1] == "last"
    assert sorted(done) == sorted(GRAPH)


def test_independent_work_is_done_side_by_side():
    both = threading.Barrier(2, timeout=10)
    run_in_order(GRAPH, lambda name: both.wait() if name in ("left", "right") else None, 2, never)


def test_after_a_failure_nothing_begins_and_what_runs_ends():
    done, failed = [], threading.Event()

    def work(name):
        if name == "left":
            failed.set()
            raise StepError("no such luck")
        if name == "right":
            assert failed.wait(10)
        done.append(name)

    with pytest.raises(StepFailedError, match=r"left failed\. no such luck"):
        run_in_order(GRAPH, work, 2, never)
    assert done == ["first", "right"]


def test_an_unforeseen_error_stops_what_runs():
    stopped = threading.Event()

    def work(name):
        if name == "left":
            raise ZeroDivisionError
        if name == "right":
            assert stopped.wait(10)

    with pytest.raises(ZeroDivisionError):
        run_in_order(GRAPH, work, 2, stopped.set)
