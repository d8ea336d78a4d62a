"""What is shown of a run, and the time that is left."""

import io

import pytest
from rich.console import Console

from analysis.pipeline import progress
from analysis.pipeline.events import Event
from analysis.pipeline.log import RunLog
from analysis.pipeline.progress import Display, TimeLeft

EVENTS = [
    Event("planned", "02_segmentation", {"seconds": 4.0}),
    Event("taken_over", "01_cleaning"),
    Event("started", "02_segmentation", {"why": ["notebook changed", "numpy 1 → 2"]}),
    Event("cell", "02_segmentation", {"number": 3, "total": 8}),
    Event("finished", "02_segmentation", {"seconds": 2.5}),
    Event("started", "03_value", {"why": []}),
    Event("failed", "03_value", {"error": "StepError"}),
]


def shown(is_terminal: bool, is_quiet: bool = False, events=EVENTS) -> str:
    text = io.StringIO()
    console = Console(file=text, force_terminal=is_terminal, width=100, no_color=True)
    with Display(console, workers=2, is_quiet=is_quiet) as display:
        for event in events:
            display(event)
    return text.getvalue()


def test_elsewhere_than_on_a_terminal_it_is_a_line_an_event():
    assert shown(is_terminal=False).splitlines() == [
        "= 01_cleaning  as before",
        "… 02_segmentation  notebook changed; numpy 1 → 2",
        "✓ 02_segmentation  2.5 s",
        "… 03_value",
        "✗ 03_value",
    ]


def test_on_a_terminal_it_shows_cells_and_the_time_left():
    text = shown(is_terminal=True, events=EVENTS[:4])
    assert "cell 3/8" in text
    assert "about 4 s left" in text


@pytest.mark.parametrize("is_terminal", [True, False])
def test_quiet_shows_nothing(is_terminal):
    assert shown(is_terminal, is_quiet=True) == ""


class TestTimeLeft:
    def test_it_is_shared_among_workers_and_shrinks(self, monkeypatch):
        now = 100.0
        monkeypatch.setattr(progress.time, "perf_counter", lambda: now)
        left = TimeLeft(workers=2)
        assert left.seconds() is None
        for name in ("a", "b", "c"):
            left.learn(Event("planned", name, {"seconds": 4.0}))
        assert left.seconds() == 6
        left.learn(Event("started", "a"))
        now = 103.0
        assert left.seconds() == 4.5
        now = 200.0
        assert left.seconds() == 4
        for name in ("a", "b"):
            left.learn(Event("finished", name))
        assert left.seconds() == 4

    def test_a_step_that_is_taken_over_takes_no_time(self):
        left = TimeLeft(workers=2)
        left.learn(Event("planned", "a", {"seconds": 4.0}))
        left.learn(Event("taken_over", "a"))
        assert left.seconds() is None


def test_the_log_leaves_out_what_is_only_expected(tmp_path):
    log = RunLog(tmp_path / "run.log")
    for event in EVENTS[:2]:
        log(event)
    assert (tmp_path / "run.log").read_text().count("\n") == 1
