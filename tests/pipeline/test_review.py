"""A whole review: what runs again and why, what a fault leaves, and what the command says."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from analysis.pipeline.verify import find_damage

EDIT = (
    'here = Path("../../../notebooks/04_satisfaction.ipynb"); '
    'here.write_text(here.read_text().replace("import ibis", "import  ibis"))'
)
HEAVY = {
    "papermill", "ibis", "duckdb", "pandas", "numpy", "matplotlib", "jupyter_client", "rich",
    "xlsxwriter", "python_calamine",
}  # fmt: skip


def stamps(folder: Path) -> dict[str, tuple[int, int]]:
    return {
        path.relative_to(folder).as_posix(): (path.stat().st_ino, path.stat().st_mtime_ns)
        for path in folder.rglob("*")
    }


def ran(stdout: str) -> set[str]:
    return set(re.findall(r"^✓ (\S+)", stdout, re.MULTILINE))


def taken_over(stdout: str) -> set[str]:
    return set(re.findall(r"^= (\S+)", stdout, re.MULTILINE))


def wait_for(condition, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


class TestRerun:
    def test_nothing_runs_if_nothing_changed_wherever_the_project_lies(self, tiny):
        before = stamps(tiny.run_dir)
        done = tiny.run()
        assert done.returncode == 0
        assert "up to date, nothing to do" in done.stdout
        assert stamps(tiny.run_dir) == before

    def test_to_find_that_out_nothing_slow_is_imported(self, tiny):
        code = (
            "import sys; from analysis.cli import main; "
            f"main({tiny.command('report')[3:]!r}); print(*sys.modules)"
        )
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=tiny.folder, capture_output=True, text=True
        )
        assert "up to date" in done.stdout
        assert not HEAVY & set(done.stdout.split())

    def test_what_depends_on_a_change_runs_and_says_why(self, tiny):
        tiny.append("params.yml", "value: {time_unit_days: 14}\n")
        why = "params.value.time_unit_days: 7 → 14"
        before = stamps(tiny.out)
        plan = tiny.run("report", "--dry")
        assert f"→ 03_value         {why}\n" in plan.stdout
        assert "= 02_segmentation" in plan.stdout
        assert (
            stamps(tiny.run_dir).items()
            <= {name.removeprefix("tiny/"): stamp for name, stamp in before.items()}.items()
        )
        done = tiny.run()
        assert ran(done.stdout) == {"03_value", "05_accounts", "07_story", "report.en", "exports"}
        assert taken_over(done.stdout) == {
            *("01_cleaning", "02_segmentation", "04_satisfaction", "06_relations")
        }
        assert f"… 03_value  {why}" in done.stdout
        assert find_damage(tiny.run_dir) == []

    def test_equal_tables_end_the_chain(self, tiny):
        """A first step that runs again and makes the same tables asks nobody else to run."""
        notebook = tiny.folder / "notebooks/01_cleaning.ipynb"
        text = notebook.read_text(encoding="utf-8")
        notebook.write_text(text.replace("import ibis", "import ibis  # engine"), encoding="utf-8")
        done = tiny.run()
        assert ran(done.stdout) == {"01_cleaning"}
        assert "… 01_cleaning  notebook changed" in done.stdout

    def test_the_workbook_that_people_filled_in_is_part_of_the_exports_alone(self, tiny):
        """Another file under the same name is another input; to look at it imports nothing slow."""
        last = tiny.folder / "last.xlsx"
        last.write_bytes((tiny.run_dir / "key_accounts.en.xlsx").read_bytes())
        tiny.append("params.yml", "exports: {last_workbook: last.xlsx}\n")
        assert ran(tiny.run().stdout) == {"exports"}
        self.test_to_find_that_out_nothing_slow_is_imported(tiny)
        last.write_bytes((tiny.run_dir / "review.en.html").read_bytes())
        done = tiny.run()
        assert "… exports  input exports.last_workbook changed" in done.stdout
        assert "exports failed. last.xlsx: this is no Excel workbook" in done.stderr

    def test_a_published_file_that_somebody_changed_is_made_again(self, tiny):
        page = tiny.run_dir / "review.en.html"
        page.write_text(page.read_text(encoding="utf-8") + " ", encoding="utf-8")
        done = tiny.run()
        assert ran(done.stdout) == {"report.en"}
        assert "review.en.html is not as the step left it" in done.stdout


class TestResume:
    def test_after_a_failure_finished_steps_are_not_redone(self, tiny):
        good = (tiny.folder / "notebooks/03_value.ipynb").read_text(encoding="utf-8")
        published = stamps(tiny.run_dir)
        tiny.append("orders.csv", "3,c,2026-09-01,9.00\n")
        tiny.write_notebook("03_value", ["x = {}['Jane Smith']"])
        failed = tiny.run()
        assert failed.returncode == 1
        assert re.search(r"03_value failed\. code cell 5 of \d+: raised KeyError", failed.stderr)
        assert "out/.failed-tiny/notebooks/03_value.ipynb" in failed.stderr
        assert "Nothing was published" in failed.stderr
        log = (tiny.out / ".failed-tiny/run.log").read_text(encoding="utf-8")
        # The cell's code stands there, the value that it met does not.
        assert "KeyError: 'Jane Smith'" not in failed.stderr + failed.stdout + log
        assert stamps(tiny.run_dir) == published

        (tiny.folder / "notebooks/03_value.ipynb").write_text(good, encoding="utf-8")
        done = tiny.run()
        assert done.returncode == 0
        assert {"01_cleaning", "02_segmentation"} <= taken_over(done.stdout)
        assert json.loads((tiny.run_dir / "results.json").read_text())["orders.total"]["value"] == 3
        assert not (tiny.out / ".failed-tiny").exists()

    def test_ctrl_c_ends_soon_and_keeps_what_is_whole(self, tiny):
        tiny.write_notebook("04_satisfaction", ["import time", "time.sleep(300)"])
        process = tiny.start()
        wait_for(lambda: "sleep" in read_logs(tiny.out) or process.poll() is not None, 120)
        began = time.monotonic()
        process.send_signal(signal.SIGINT)
        _, stderr = process.communicate(timeout=60)
        assert time.monotonic() - began < 30
        assert process.returncode == 130
        assert "Interrupted. Nothing was published" in stderr
        assert find_damage(tiny.run_dir) == []


def read_logs(out: Path) -> str:
    """Whether a notebook has come to its fifth cell, told as ``sleep``."""
    logs = [path.read_text(encoding="utf-8") for path in out.glob(".staging-*/run.log")]
    return "sleep" if any('"number": 5' in log for log in logs) else ""


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        (["import sys; sys.exit(0)", "1"], "the notebook ended itself"),
        (["import os; os._exit(3)"], "its kernel ended by itself (exit status 3)"),
        (["import os, signal; os.kill(os.getpid(), signal.SIGKILL)"], "the machine ran out of"),
        (
            [
                "import resource; resource.setrlimit(resource.RLIMIT_AS, (2**31, 2**31))",
                "everything = bytearray(2**33)",
            ],
            "memory ran out (MemoryError)",
        ),
        (["import time; time.sleep(60)"], "the cell took longer than 5 s"),
        (['ws._new_file("data/x.parquet").write_text("x")'], "is no readable Parquet file"),
        (['ws._new_file("quality/rejects.csv").write_text("x")'], "is written by 01_cleaning too"),
        (["from pathlib import Path", EDIT], "notebook changed, while it ran. Start again."),
    ],
    ids=["exit", "died", "killed", "memory", "time", "garbage", "twice", "meanwhile"],
)
def test_a_failure_is_told_as_what_it_is(tiny, cells, says):
    tiny.write_notebook("04_satisfaction", cells)
    assert_told(tiny, says, REVIEW_CELL_TIMEOUT="5")


def test_a_kernel_started_anew_is_told_of_like_a_fork(tiny):
    tiny.write_notebook(
        "04_satisfaction", ["import os, signal; os.kill(os.getpid(), signal.SIGKILL)"]
    )
    assert_told(tiny, "the machine ran out of", REVIEW_ENGINE="stock")


def assert_told(tiny, says: str, **env: str) -> None:
    """The run fails, says why and where to look, and harms nothing."""
    failed = type(tiny)(tiny.folder, env).run()
    assert failed.returncode == 1
    assert "04_satisfaction failed" in failed.stderr
    assert says in failed.stderr
    assert "out/.failed-tiny/notebooks/04_satisfaction.ipynb" in failed.stderr
    assert "Traceback" not in failed.stderr
    assert find_damage(tiny.run_dir) == []


class TestOthers:
    def test_the_second_start_is_told_who_runs(self, tiny):
        tiny.append("orders.csv", "3,c,2026-09-01,9.00\n")
        first = tiny.start()
        wait_for((tiny.out / ".locks/tiny.owner.json").exists)
        second = tiny.run()
        assert second.returncode == 75
        assert f"process {first.pid}" in second.stderr
        first.communicate()
        assert first.returncode == 0

    def test_of_many_starts_at_once_one_makes_the_review(self, tiny):
        tiny.append("orders.csv", "3,c,2026-09-01,9.00\n")
        processes = [tiny.start() for _ in range(6)]
        told = [process.communicate(timeout=300) for process in processes]
        codes = [process.returncode for process in processes]
        assert set(codes) <= {0, 75}, told
        assert sum("printed by" in stdout for stdout, _ in told) == 1
        assert find_damage(tiny.run_dir) == []


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root may mount disks")
class TestDisks:
    def test_a_full_disk(self, tiny, chaos):
        with chaos.tmpfs(tiny.folder / "full", "size=128k") as is_mounted:
            if not is_mounted:
                pytest.skip("disks cannot be mounted here")
            failed = tiny.run("report", "--out", "full")
        assert failed.returncode == 1
        assert "The disk is full" in failed.stderr
        assert "Traceback" not in failed.stderr

    def test_a_folder_that_cannot_be_written(self, tiny, chaos):
        with chaos.tmpfs(tiny.folder / "sealed", "ro,size=128k") as is_mounted:
            if not is_mounted:
                pytest.skip("disks cannot be mounted here")
            failed = tiny.run("report", "--out", "sealed")
        assert failed.returncode == 1
        assert "Nothing can be written here" in failed.stderr
        assert "Traceback" not in failed.stderr


def test_killed_at_random_moments(tiny, chaos):
    """The short version of ``make chaos``."""
    victim = chaos.Chaos(tiny, seed=1)
    victim.kill_runner()
    victim.kill_runner()
    victim.kill_child()
    victim.recover()
    for (fault, kind), count in victim.counts.items():
        assert kind == "all" or count == 0, f"{fault}: {kind}"


class TestDisplay:
    def test_quiet_says_nothing(self, tiny):
        (tiny.folder / "notebooks/04_satisfaction.ipynb").touch()
        done = tiny.run("report", "--quiet")
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")

    def test_the_log_is_a_json_object_a_line_with_nothing_of_the_data(self, made):
        lines = (made.run_dir / "run.log").read_text(encoding="utf-8").splitlines()
        events = [json.loads(line) for line in lines]
        assert events[0]["event"] == "began"
        assert events[-1]["event"] == "ended"
        finished = {event["step"] for event in events if event["event"] == "finished"}
        assert "01_cleaning" in finished
        assert "report.en" in finished
        assert str(made.folder) not in "".join(lines)


class TestManifest:
    def test_it_tells_what_made_the_run(self, made):
        manifest = json.loads((made.run_dir / "manifest.json").read_text(encoding="utf-8"))
        assert manifest["params"]["review.quarter"] == "2026Q3"
        assert manifest["inputs"]["transactions"]["files"][0]["file"] == "orders.csv"
        assert manifest["renderer"].startswith("embedded")
        assert {"duckdb", "ibis-framework", "pandas"} <= manifest["versions"].keys()
        first = manifest["steps"][0]
        assert first["name"] == "01_cleaning"
        assert first["rows"]["data/transactions.parquet"] == 2
        assert first["seconds"] > 0
        assert str(made.folder) not in json.dumps(manifest)


class TestVerify:
    def test_a_run_made_again_is_the_same(self, made):
        done = made.run("verify", "--run", "out/tiny")
        assert done.returncode == 0, done.stdout + done.stderr
        assert "every number and every document is the same" in done.stdout

    @pytest.mark.parametrize(
        "name", ["review.en.pdf", "data/rfm.parquet", "manifest.json", "run.log"]
    )
    def test_one_flipped_byte_is_found(self, tiny, name):
        path = tiny.run_dir / name
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.write_bytes(content)
        done = tiny.run("verify", "--run", "out/tiny")
        assert done.returncode == 1
        assert f"{name} has been changed" in done.stdout

    def test_each_number_that_differs_is_told_with_its_cause(self, tiny):
        tiny.append("orders.csv", "3,c,2026-09-01,9.00\n")
        cells = ['ws.publish({"accounts.n": Result(21, "count")})']
        tiny.write_notebook("05_accounts", cells)
        done = tiny.run("verify", "--run", "out/tiny")
        assert done.returncode == 1
        assert "orders.total: 2 → 3\n      data: input transactions changed" in done.stdout
        assert "accounts.n: 20 → 21\n      code: notebook changed; data: input" in done.stdout
        assert "review.en.html differs" in done.stdout

    def test_an_input_that_has_moved_is_named(self, tiny):
        (tiny.folder / "orders.csv").rename(tiny.folder / "moved.csv")
        done = tiny.run("verify", "--run", "out/tiny")
        assert done.returncode == 2
        assert "sources.transactions.location" in done.stderr
        assert "If an input has moved" in done.stderr

    def test_what_is_no_run_is_refused(self, tiny):
        done = tiny.run("verify", "--run", "notebooks")
        assert done.returncode == 1
        assert "is no finished run" in done.stderr
