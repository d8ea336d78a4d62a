"""An old quarter reviewed again: each number that moved is listed, and why."""

import csv
import shutil

import pytest

from analysis.locales import Words
from analysis.pipeline.restatement import (
    ArchiveError,
    Moved,
    Restatement,
    check_archive,
    restatement_results,
    show_restatement,
    table_restatement,
)
from analysis.results import Result, read_results

EN, ZH = Words("en", "CNY"), Words("zh", "CNY")


@pytest.fixture
def archived(tiny):
    """A project whose published run was put into an archive, and whose orders came in late."""
    shutil.move(tiny.run_dir, tiny.folder / "archive")
    tiny.append("orders.csv", "3,c,2026-09-01,9.00\n")
    return tiny


def restate(tiny, *options: str):
    return tiny.run("restate", "--run", "archive", *options)


def rows_of(tiny) -> dict[str, dict[str, str]]:
    with (tiny.out / "restated/tiny/restatement.csv").open(encoding="utf-8") as file:
        return {row["number"]: row for row in csv.DictReader(file)}


def test_late_data_move_numbers_and_the_archive_stays(archived):
    before = {p: p.read_bytes() for p in (archived.folder / "archive").rglob("*") if p.is_file()}
    done = restate(archived)
    assert done.returncode == 0, done.stderr
    moved = rows_of(archived)
    assert (moved["orders.total"]["then"], moved["orders.total"]["now"]) == ("2", "3")
    assert (moved["orders.total"]["change"], moved["orders.total"]["why"]) == ("1", "data")
    assert "input transactions changed" in moved["orders.total"]["detail"]
    results = read_results(archived.out / "restated/tiny/results.json")
    assert results["restatement.moved"].value == len(moved)
    assert results["restatement.because_of.data"].value == len(moved)
    assert results["restatement.because_of.code"].value == 0
    assert f"{len(moved)} of {results['restatement.compared'].value} numbers moved" in done.stdout
    assert before == {p: p.read_bytes() for p in before}
    shown = (archived.out / "restated/tiny/tables/en/restatement.md").read_text(encoding="utf-8")
    assert "orders\\.total | 2 | 3 | data" in shown


def test_params_and_code_are_told_from_data(archived):
    archived.write_notebook("05_accounts", ['ws.publish({"accounts.n": Result(21, "count")})'])
    done = restate(archived, "--set", "value.time_unit_days=14")
    assert done.returncode == 0, done.stderr
    moved = rows_of(archived)
    assert moved["orders.total"]["why"] == "data"
    assert moved["value.unit"]["why"] == "data params"
    assert "value.time_unit_days: 7 → 14" in moved["value.unit"]["detail"]
    assert "code" in moved["accounts.n"]["why"].split()


def test_what_is_no_archive_of_the_quarter_is_refused(made, tmp_path):
    with pytest.raises(ArchiveError, match="no finished run"):
        check_archive(tmp_path, "2026Q3")
    with pytest.raises(ArchiveError, match="of 2026Q3, not of 2026Q2"):
        check_archive(made.run_dir, "2026Q2")
    check_archive(made.run_dir, "2026Q3")
    shutil.copytree(made.run_dir, tmp_path / "run")
    manifest = tmp_path / "run/manifest.json"
    manifest.write_text(manifest.read_text(encoding="utf-8").replace("tiny", "tinx"), "utf-8")
    with pytest.raises(ArchiveError, match="changed since"):
        check_archive(tmp_path / "run", "2026Q3")


def test_the_count_and_each_number_are_worded_in_both_languages():
    moved = [
        Moved("revenue.quarter", Result(5.0, "money"), Result(7.5, "money"), ("data",), "x"),
        Moved("a|b", None, Result(3, "count"), (), "x"),
        Moved("c", Result("segment.loyal", "label"), Result(None, "label"), ("code", "data"), "x"),
    ]
    found = Restatement(moved, 40, "abc")
    for words, data in ((EN, "data"), (ZH, "数据")):
        table = table_restatement(found, words=words)
        assert table.rows[0][1:] == (words.format(5.0, "money"), words.format(7.5, "money"), data)
        assert table.rows[1][1] == words("restated_by.absent")
        assert table.rows[2][1] == words("segment.loyal")
        line = repr(show_restatement(restatement_results(found), words=words))
        assert "40" in line
        assert "3" in line
        assert "2" in line
