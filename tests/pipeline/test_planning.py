"""What is taken over, what runs, and why."""

import pytest

from analysis.pipeline.hashing import FileFacts, sha256
from analysis.pipeline.keys import DATABASE, differences
from analysis.pipeline.planning import EarlierRuns
from analysis.pipeline.records import StepRecord, write_record


@pytest.fixture
def run(tmp_path):
    """A run folder with one step on record."""

    def make(name: str, **ingredients: str):
        folder = tmp_path / name
        (folder / "data").mkdir(parents=True)
        (folder / "data/a.txt").write_text("a")
        outputs = {"data/a.txt": sha256(folder / "data/a.txt")}
        write_record(folder, StepRecord("one", ingredients, outputs))
        return folder

    return make


@pytest.fixture
def facts(tmp_path):
    return FileFacts(tmp_path / "facts.json")


class TestDifferences:
    def test_the_most_telling_comes_first(self):
        now = {"version numpy": "2", "code analysis/a.py": "x", "params.rfm.map": "grid"}
        then = {"version numpy": "1", "code analysis/a.py": "y", "notebook": "z"}
        assert differences(now, then) == [
            "params.rfm.map: absent → grid",
            "notebook is gone",
            "analysis/a.py changed",
            "numpy 1 → 2",
        ]

    def test_a_database_never_counts_as_unchanged(self):
        same = {"input transactions": DATABASE}
        assert differences(same, same) == [
            "transactions comes from a database, which cannot tell whether it changed"
        ]

    @pytest.mark.parametrize(
        ("name", "says"),
        [
            ("input surveys", "input surveys changed"),
            ("table data/rfm.parquet", "data/rfm.parquet changed"),
            ("document theme/look.typ", "theme/look.typ changed"),
            ("notebook", "notebook changed"),
        ],
    )
    def test_each_kind_is_told_in_words(self, name, says):
        assert differences({name: "x"}, {name: "y"}) == [says]


class TestEarlierRuns:
    def test_a_step_of_the_same_ingredients_is_taken_over(self, run, facts):
        folder = run("published", notebook="x")
        decision = EarlierRuns([folder], facts).decide("one", {"notebook": "x"})
        assert decision.folder == folder
        assert decision.reasons == ()

    def test_a_step_that_nobody_ran_must_run(self, run, facts):
        decision = EarlierRuns([run("published")], facts).decide("two", {})
        assert decision.record is None
        assert decision.reasons == ("it has not run yet",)

    def test_a_damaged_file_is_no_output(self, run, facts):
        folder = run("published", notebook="x")
        (folder / "data/a.txt").write_text("b")
        decision = EarlierRuns([folder], facts).decide("one", {"notebook": "x"})
        assert decision.reasons == ("data/a.txt is not as the step left it",)

    def test_what_a_failed_run_finished_is_preferred_and_the_published_one_is_told(
        self, run, facts
    ):
        failed, published = run("failed", notebook="x"), run("published", notebook="y")
        earlier = EarlierRuns([failed, published], facts)
        assert earlier.decide("one", {"notebook": "x"}).folder == failed
        assert earlier.decide("one", {"notebook": "y"}).folder == published
        assert earlier.decide("one", {"notebook": "z"}).reasons == ("notebook changed",)

    def test_many_reasons_are_counted(self, run, facts):
        folder = run("published", **{f"code {n}": "x" for n in range(9)})
        reasons = EarlierRuns([folder], facts).decide("one", {}).reasons
        assert reasons == ("0 is gone", "1 is gone", "2 is gone", "and 6 more")
