"""A notebook's view of a run: one that is being made, and one that is finished."""

import json
import shutil
from pathlib import Path

import ibis
import matplotlib.pyplot as plt
import pytest

from analysis.params import load_params
from analysis.results import Result
from analysis.run_folder import RECORDS, made_by
from analysis.schemas import CUSTOMERS
from analysis.tables import Table
from analysis.workspace import MANIFEST, Workspace, WorkspaceError, scratch_of

ROOT = Path(__file__).parents[1]
PARAMS = str(ROOT / "params" / "demo.yml")


@pytest.fixture
def run_dir(tmp_path) -> Path:
    folder = tmp_path / "out" / "demo"
    folder.mkdir(parents=True)
    return folder


def open_step(run_dir: Path, step: str = "01_cleaning") -> Workspace:
    return Workspace.open(step, PARAMS, str(run_dir))


def files(folder: Path) -> list[str]:
    """Every file but each step's own account of what it wrote."""
    found = (p.relative_to(folder) for p in folder.rglob("*") if p.is_file())
    return sorted(path.as_posix() for path in found if path.parts[0] != RECORDS)


def table_of(*numbers: int):
    return ibis.memtable({"n": list(numbers)})


def test_what_one_step_saves_the_next_one_reads_in_order(run_dir):
    open_step(run_dir).save("numbers", table_of(3, 1, 2), sorted_by="n")
    later = open_step(run_dir, "02_segmentation")
    assert later.table("numbers").n.to_pyarrow().to_pylist() == [1, 2, 3]


def test_a_table_that_nobody_saved_is_named(run_dir):
    with pytest.raises(WorkspaceError, match=r"'rfm' yet: run the earlier notebooks"):
        open_step(run_dir).table("rfm")


def test_a_run_that_is_not_there_says_how_to_make_it(tmp_path):
    with pytest.raises(WorkspaceError, match="make report"):
        Workspace.open("01_cleaning", PARAMS, str(tmp_path / "none"))


def test_a_finished_run_never_changes(run_dir):
    open_step(run_dir).save("numbers", table_of(1), sorted_by="n")
    (run_dir / MANIFEST).write_text("{}")
    before = {name: (run_dir / name).read_bytes() for name in files(run_dir)}

    by_hand = open_step(run_dir)
    by_hand.save("numbers", table_of(2), sorted_by="n")
    by_hand.publish({"a": Result(1, "count")})
    by_hand.show("t", lambda words: Table(("h",), (False,), (("c",),)))
    by_hand.figure("f", lambda words: plt.figure())

    assert {name: (run_dir / name).read_bytes() for name in files(run_dir)} == before
    # What was tried by hand is what the next notebook sees.
    tried = open_step(run_dir, "02_segmentation").table("numbers")
    assert tried.n.to_pyarrow().to_pylist() == [2]
    assert "data/numbers.parquet" in files(scratch_of(run_dir))


def test_what_is_set_aside_is_no_part_of_the_run(run_dir):
    kept = open_step(run_dir).set_aside("judged", table_of(1, 2))
    assert kept.count().execute() == 2
    assert not files(run_dir)


def test_pictures_and_tables_come_in_each_language(run_dir):
    workspace = open_step(run_dir)
    shown = workspace.show("t", lambda words: Table((words.language,), (False,), ()))
    assert shown.headings == ("en",)
    workspace.figure("f", lambda words: plt.figure())
    assert files(run_dir) == [
        *[f"figures/{language}/f.{end}" for language in ("en", "zh") for end in ("png", "svg")],
        *[f"tables/{language}/t.md" for language in ("en", "zh")],
    ]
    assert not plt.get_fignums()


def test_published_numbers_remember_their_step(run_dir):
    workspace = open_step(run_dir)
    workspace.publish({"a": Result(1, "count")})
    workspace.publish({"b": Result(None, "money", note="needs the margin")})
    published = json.loads((run_dir / "results/01_cleaning.json").read_text())
    assert published == {
        "a": {"value": 1, "unit": "count", "source": "01_cleaning#0"},
        "b": {
            "value": None,
            "unit": "money",
            "note": "needs the margin",
            "source": "01_cleaning#0",
        },
    }


def test_params_of_a_run_open_it_from_its_own_folder(run_dir):
    shutil.copy(ROOT / "params/base.yml", run_dir)
    shutil.copy(PARAMS, run_dir / "params.yml")
    workspace = Workspace.open("01_cleaning", str(run_dir / "params.yml"), str(run_dir))
    assert workspace.params.review == load_params(PARAMS).review


def test_a_step_keeps_account_of_what_it_wrote(run_dir):
    workspace = open_step(run_dir)
    workspace.save("numbers", table_of(1), sorted_by="n")
    workspace.publish({"a": Result(1, "count")})
    account = made_by(run_dir, "01_cleaning").read_text(encoding="utf-8").splitlines()
    assert account == ["data/numbers.parquet", "results/01_cleaning.json"]
    assert set(account) == set(files(run_dir))


def test_what_is_written_shares_nothing_with_the_file_that_stood_there(run_dir, tmp_path):
    """A step that is taken over shares its files with the published run."""
    published = tmp_path / "published.json"
    published.write_text("published")
    (run_dir / "results").mkdir()
    (run_dir / "results/01_cleaning.json").hardlink_to(published)
    open_step(run_dir).publish({"a": Result(1, "count")})
    assert published.read_text() == "published"


def test_a_given_table_has_every_column_of_the_contract(run_dir):
    ws = open_step(run_dir)
    assert ws.given(CUSTOMERS).count().execute() == 0
    ws.save("customers", ibis.memtable({"customer_id": ["a"]}), sorted_by="customer_id")
    given = ws.given(CUSTOMERS)
    assert set(CUSTOMERS.names) <= set(given.columns)
    assert given.select("customer_id", "region").to_pyarrow().to_pylist() == [
        {"customer_id": "a", "region": None}
    ]
