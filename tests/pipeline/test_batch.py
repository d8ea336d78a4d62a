"""Many reviews at once: none waits for another's luck, and no content mixes."""

import json
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pypdf import PdfReader

from analysis.pipeline.batch import find_params, read_orders
from analysis.report.checks import html_text

PARALLEL = int(os.environ.get("REVIEW_PARALLEL", "4"))
"""Reviews side by side; `make chaos` runs twenty."""


def write_params(folder: Path, name: str, orders: str | None = None, **replaced: str) -> Path:
    """The params of a region: its own name, company and orders."""
    text = (folder / "params.yml").read_text(encoding="utf-8")
    text = text.replace("name: tiny", f"name: {name}").replace("company: Tiny", f"company: {name}")
    if orders is not None:
        (folder / f"{name}.csv").write_text(orders, encoding="utf-8")
        text = text.replace("orders.csv", f"{name}.csv")
    for old, new in replaced.items():
        text = text.replace(old, new)
    path = folder / f"region-{name}.yml"
    path.write_text(text, encoding="utf-8")
    return path


def orders_of(n: int) -> str:
    lines = [f"{i},c{i},2026-07-{i % 28 + 1:02},5.00" for i in range(n)]
    return "\n".join(["order_id,customer_id,order_date,amount", *lines, ""])


def run_batch(tiny, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "analysis.cli", "batch", "--out", "out", *options],
        cwd=tiny.folder, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip


@pytest.fixture
def regions(tiny):
    """A project without the published run."""
    for name, n in (("north", 3), ("south", 5)):
        write_params(tiny.folder, name, orders_of(n))
    return tiny


def results_of(run: Path) -> dict:
    return json.loads((run / "results.json").read_text(encoding="utf-8"))


def test_one_failure_stops_no_other(regions):
    write_params(regions.folder, "bad", "order_id,customer_id\n")
    write_params(regions.folder, "west", orders_of(2), **{"quarter: 2026Q3": "quarter: 2026Q9"})
    done = run_batch(regions, "--params", "region-*.yml")
    assert done.returncode == 1
    for name, n in (("north", 3), ("south", 5)):
        assert results_of(regions.out / name)["orders.total"]["value"] == n
    assert not (regions.out / "bad").exists()
    rows = {words[1]: words for line in done.stdout.splitlines() if len(words := line.split()) > 2}
    assert rows["north"][:4] == ["✓", "north", "2026Q3", "made"]
    assert rows["bad"][:4] == ["✗", "bad", "2026Q3", "failed"]
    assert "refused" in rows["region-west.yml"]
    assert "2 of 4 reviews are published." in done.stdout
    assert "there is no column 'order_date'" in done.stderr
    assert "Traceback" not in done.stderr
    again = run_batch(regions, "--params", "region-north.yml", "region-south.yml", "--quiet")
    assert again.returncode == 0
    assert "up to date" in again.stdout
    assert "…" not in again.stdout


def test_two_reviews_of_one_name_would_be_one_folder(regions):
    (regions.folder / "region-twin.yml").write_text(
        (regions.folder / "region-north.yml").read_text(encoding="utf-8"), encoding="utf-8"
    )
    files = [regions.folder / f"region-{name}.yml" for name in ("north", "twin")]
    orders, refused = read_orders(files, [])
    assert [order.review for order in orders] == ["north"]
    assert refused[0].params_file == files[1]
    assert 'makes a review called "north" too' in refused[0].told


def test_patterns_and_names_give_each_file_once(tmp_path):
    for name in ("b", "a"):
        (tmp_path / f"{name}.yml").touch()
    pattern, name = str(tmp_path / "*.yml"), str(tmp_path / "b.yml")
    assert [path.name for path in find_params([pattern, name])] == ["a.yml", "b.yml"]
    assert find_params([str(tmp_path / "none*.yml")]) == []
    assert [path.name for path in find_params(["nowhere.yml"])] == ["nowhere.yml"]


def test_no_file_fits(regions):
    done = run_batch(regions, "--params", "nowhere-*.yml")
    assert (done.returncode, done.stdout) == (2, "")
    assert "nowhere-*.yml" in done.stderr


def test_side_by_side_no_content_mixes(regions):
    """Each report carries its own id, name and numbers, and nobody else's."""
    names = [f"shop-{i:02}" for i in range(PARALLEL)]
    for i, name in enumerate(names):
        path = write_params(regions.folder, name, orders_of(101 + i))
        path.rename(regions.folder / f"parallel-{name}.yml")
    done = run_batch(regions, "--params", "parallel-*.yml", "--at-once", str(PARALLEL))
    assert done.returncode == 0, done.stderr

    def check(i: int) -> None:
        name, run = names[i], regions.out / names[i]
        page = (run / "review.en.html").read_text(encoding="utf-8")
        reader = PdfReader(run / "review.en.pdf")
        body = "".join(page.extract_text() for page in reader.pages)
        for text in (html_text(page), body):
            assert set(re.findall(r"shop-\d\d-2026Q3", text)) == {f"{name}-2026Q3"}
            assert set(re.findall(r"shop-\d\d", text)) == {name}
            assert re.findall(r"There were (\d+) orders", text) == [str(101 + i)]
        assert f'<meta name="run-id" content="{name}-2026Q3">' in page
        assert reader.metadata["/Keywords"] == f"{name}-2026Q3"
        manifest = json.loads((run / "manifest.json").read_text(encoding="utf-8"))
        assert manifest["review"] == name
        assert {f["file"] for f in manifest["inputs"]["transactions"]["files"]} == {f"{name}.csv"}

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(check, range(PARALLEL)))
