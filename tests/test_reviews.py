"""Both reviews end to end: what is published, and what a failure leaves behind."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections import Counter
from functools import cache
from html import unescape
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from docx import Document
from pptx import Presentation
from pyarrow.parquet import read_table
from pypdf import PdfReader

from analysis import value
from analysis.locales import Words
from analysis.params import load_params
from analysis.pipeline.hashing import sha256
from analysis.quality import dimension_of
from analysis.report import find_renderer
from analysis.report.checks import html_text
from analysis.report.quarto import find_quarto
from analysis.report.stage import make_stage
from analysis.results import Result

ROOT = Path(__file__).parents[1]


def run_kit(
    *arguments: str,
    cwd: Path = ROOT,
    env: dict[str, str] | None = None,
    prefix: tuple[str, ...] = (),
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*prefix, sys.executable, "-m", "analysis.cli", "report", *arguments],
        cwd=cwd,
        env=os.environ | (env or {}),
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )


@pytest.fixture(scope="session")
def demo_elsewhere(tmp_path_factory) -> Path:
    """The demo review by another user, in another place, zone, language and year.

    Its kernels are started anew, as on systems where they cannot be forked.
    """
    project = tmp_path_factory.mktemp("elsewhere") / "a project"
    for name in ("notebooks", "params"):
        shutil.copytree(ROOT / name, project / name)
    made_here = shutil.ignore_patterns("out", "demo")
    shutil.copytree(ROOT / "reports", project / "reports", ignore=made_here)
    env = {
        "HOME": str(project / "home"),
        "USER": "somebody",
        "TZ": "Pacific/Kiritimati",
        "LANG": "C",
        "LC_ALL": "C",
        "PYTHONHASHSEED": "7",
        "PYTHONUTF8": "0",
        "REVIEW_ENGINE": "stock",
    }
    # Its library for threads, and all clocks alike: kernels wait on one and are timed by another.
    faketime = ("faketime", "-m", "2031-05-17 03:04:05") if shutil.which("faketime") else ()
    settings = ("--set", "report.renderer=embedded", "--out", "runs")
    completed = run_kit(*settings, cwd=project, env=env, prefix=faketime)
    assert completed.returncode == 0, completed.stderr
    return project / "runs/demo"


def read_results(run: Path) -> dict[str, dict]:
    return json.loads((run / "results.json").read_text(encoding="utf-8"))


@cache
def page_text(run: Path, language: str) -> str:
    return html_text((run / f"review.{language}.html").read_text(encoding="utf-8"))


@cache
def pdf_text(run: Path, language: str) -> str:
    pages = PdfReader(run / f"review.{language}.pdf").pages
    return " ".join(" ".join(page.extract_text().split()) for page in pages)


def printed_text(path: Path) -> str:
    """The text of a document in any format, without blanks."""
    if path.suffix == ".html":
        text = html_text(path.read_text(encoding="utf-8"))
    elif path.suffix == ".pdf":
        text = "".join(page.extract_text() for page in PdfReader(path).pages)
    elif path.suffix == ".docx":
        text = "".join(Document(str(path)).element.body.itertext())
    else:
        slides = Presentation(str(path)).slides
        text = "".join("".join(slide.element.itertext()) for slide in slides)
    return "".join(text.split())


class TestCdnow:
    """Fader, Hardie & Lee (2005) and Fader & Hardie (2013) on the CDNOW 1/10 sample."""

    @pytest.mark.parametrize(
        ("name", "published", "tolerance"),
        [
            ("customers.total", 2357, 0),
            ("value.bgnbd.r", 0.2425945, 1e-3),
            ("value.bgnbd.alpha", 4.4136019, 1e-3),
            ("value.bgnbd.a", 0.7929199, 1e-3),
            ("value.bgnbd.b", 2.4258881, 1e-3),
            ("value.bgnbd.log_likelihood", -9582.43, 0.01 / 9582.43),
            ("value.gamma_gamma.p", 6.25, 5e-3),
            ("value.gamma_gamma.q", 3.74, 5e-3),
            ("value.gamma_gamma.v", 15.44, 5e-3),
            ("value.gamma_gamma.log_likelihood", -4055.9177, 0.01 / 4055),
        ],
    )
    def test_published_numbers(self, cdnow, name, published, tolerance):
        assert read_results(cdnow)[name]["value"] == pytest.approx(published, rel=tolerance)

    def test_every_row_and_cent_is_accounted_for(self, cdnow):
        results = read_results(cdnow)
        for measure, total in (("rows", 6919), ("amount", 244091.94)):
            parts = [
                results[f"quality.transactions.{measure}_{outcome}"]["value"]
                for outcome in ("kept", "quarantined", "excluded")
            ]
            assert results[f"quality.transactions.{measure}_read"]["value"] == total
            assert sum(parts) == pytest.approx(total, abs=1e-9)

    def test_value_is_called_revenue_where_no_margin_is_given(self, cdnow):
        assert read_results(cdnow)["value.margin"]["value"] is None
        assert "Value is revenue here" in page_text(cdnow, "en")


@pytest.mark.parametrize("review", ["cdnow", "demo"])
class TestPublishedRun:
    def test_a_number_is_the_same_in_results_html_and_pdf(self, review, request):
        run = request.getfixturevalue(review)
        results = read_results(run)
        for name in (
            "customers.total",
            "customers.active_quarter",
            "quality.transactions.rows_read",
        ):
            shown = f"{results[name]['value']:,}"
            assert shown in page_text(run, "en"), name
            assert shown in pdf_text(run, "en"), name

    def test_every_cell_ran(self, review, request):
        for path in (request.getfixturevalue(review) / "notebooks").glob("*.ipynb"):
            cells = nbformat.read(path, as_version=4).cells
            assert all(c.execution_count for c in cells if c.cell_type == "code"), path.name

    def test_numbers_know_the_cell_that_published_them(self, review, request):
        sources = {r["source"] for r in read_results(request.getfixturevalue(review)).values()}
        assert all(re.fullmatch(r"\d\d_[a-z]+#\d+", source) for source in sources)

    def test_manifest_vouches_for_every_file(self, review, request):
        run = request.getfixturevalue(review)
        outputs = json.loads((run / "manifest.json").read_text(encoding="utf-8"))["outputs"]
        files = {p.relative_to(run).as_posix(): p for p in run.rglob("*") if p.is_file()}
        assert outputs == {n: sha256(p) for n, p in files.items() if n != "manifest.json"}

    def test_no_path_of_this_machine_is_published(self, review, request):
        run = request.getfixturevalue(review)
        here = [str(ROOT).encode(), str(run.parent).encode()]
        for path in run.rglob("*"):
            # params.yml says where the data lie, which here is outside the tests' folder.
            if path.is_file() and path.name != "params.yml":
                assert not any(place in path.read_bytes() for place in here), path.name

    def test_nothing_is_left_beside_the_run(self, review, request):
        run = request.getfixturevalue(review)
        assert not [p.name for p in run.parent.iterdir() if p.name.startswith((".staging", ".old"))]
        assert not any((run.parent / ".scratch").iterdir())


def test_every_planted_defect_is_found(demo):
    """Each kind of defect that was planted is counted, and nothing else is called one."""
    truth = json.loads((ROOT / "reports/demo/truth/truth.json").read_text(encoding="utf-8"))
    planted = Counter()
    for table, kinds in truth["defects"].items():
        for kind in kinds.values():
            planted[f"quality.{table}.reasons.{kind['rule']}"] += kind["rows"]
    found = {
        name: result["value"]
        for name, result in read_results(demo).items()
        if ".reasons." in name and dimension_of(name.rsplit(".", 1)[-1])
    }
    assert found == planted


def test_nothing_personal_from_comments_is_published(demo):
    """Phones, e-mails and names that the demo company's customers wrote into their comments."""
    surveys = (ROOT / "reports/demo/surveys.csv").read_text(encoding="utf-8")
    phones = set(re.findall(r"\+?\d[\d ]{8,}\d", surveys))
    secrets = phones | set(re.findall(r"[\w.]+@[\w.]+\w", surveys))
    secrets |= set(re.findall(r"My name is ([A-Z]\w+ [A-Z]\w+)|我叫(苏锦书)", surveys).pop())
    assert len(secrets) > 10
    published = [page_text(demo, language) + pdf_text(demo, language) for language in ("en", "zh")]
    tables = (path.read_text(encoding="utf-8") for path in (demo / "tables").rglob("*.md"))
    text = " ".join([*published, *tables, (demo / "results.json").read_text(encoding="utf-8")])
    assert not [secret for secret in secrets if secret and secret in text]


def test_planted_drivers_come_out_in_their_order(demo):
    results = read_results(demo)
    truth = json.loads((ROOT / "reports/demo/truth/truth.json").read_text(encoding="utf-8"))
    planted = truth["drivers"]
    shares = {item: results[f"satisfaction.drivers.{item}"] for item in planted}
    explained = results["satisfaction.drivers.r2"]["value"]
    by_share = sorted(shares, key=lambda item: -shares[item]["value"])
    assert by_share == sorted(planted, key=lambda item: -planted[item]["weight"])
    assert sum(share["value"] for share in shares.values()) == pytest.approx(explained, abs=1e-9)
    for item, share in shares.items():
        # The truth is a share of what is explained.
        assert share["low"] < planted[item]["importance"] * explained < share["high"]


def test_planted_themes_are_found(demo):
    truth = pd.read_csv(ROOT / "reports/demo/truth/comments.csv")
    truth["theme"] = truth["theme"].replace("product_quality", "quality")
    found = pd.read_parquet(demo / "data/comment_themes.parquet")
    joined = found.merge(truth, on="response_id", suffixes=("", "_planted"))
    planted = joined[joined["theme"].isin(truth["theme"])]
    hits = planted[planted["theme"] == planted["theme_planted"]]
    for language, comments in joined.groupby("language"):
        mine = hits[hits["language"] == language]
        assert len(mine) / comments["response_id"].nunique() >= 0.95  # recall
        assert len(mine) / (planted["language"] == language).sum() >= 0.95  # precision
        is_right = (mine["sentiment"] > 0) == (mine["sentiment_planted"] == "positive")
        assert (is_right & (mine["sentiment"] != 0)).mean() >= 0.75


def test_planted_segments_are_recovered(demo):
    """Of the customers planted as such; whoever left unseen cannot be told from the orders."""
    truth = pd.read_csv(ROOT / "reports/demo/truth/customers.csv")
    found = pd.read_parquet(demo / "data/tiers.parquet")
    both = truth.merge(found, on="customer_id", suffixes=("_planted", ""))
    planted = both["segment_planted"]
    rates = {
        "new": (both["need"] == "new")[planted == "new"].mean(),
        "frequent": (both["need"] == "frequent")[planted == "frequent"].mean(),
        "high": (both["tier"] == "high")[both["tier_planted"] == "high"].mean(),
        "gone": (planted == "gone")[both["need"] == "inactive"].mean(),
    }
    assert rates["new"] > 0.95
    assert rates["frequent"] > 0.65
    assert rates["high"] > 0.65
    assert rates["gone"] > 0.65  # of those called inactive


def test_satisfaction_is_broken_down_by_tier(demo):
    rows = (demo / "tables/en/group_scores.md").read_text(encoding="utf-8").splitlines()
    tiers = {row.split("|")[2].strip() for row in rows if row.startswith("| Tier |")}
    assert tiers >= {"High", "Middle", "Low", "Potential"}


class TestValueOfTheDemo:
    @pytest.fixture(scope="class")
    def truth(self) -> dict:
        return json.loads((ROOT / "reports/demo/truth/truth.json").read_text(encoding="utf-8"))

    def test_who_has_left_is_found_as_well_as_can_be(self, demo, truth):
        """AUC on repeat buyers: ours, and that of the parameters by which they were invented.

        One-time buyers stand apart: by the planted model none of them has left.
        """
        known = pd.read_csv(ROOT / "reports/demo/truth/customers.csv")
        both = known.merge(pd.read_parquet(demo / "data/churn.parquet"), on="customer_id")
        history = ["customer_id", "recency", "T"]
        summary = pd.read_parquet(demo / "data/customer_summary.parquet", columns=history)
        both = both.merge(summary, on="customer_id")
        once = both["frequency"] == 0
        assert both.loc[once, "is_alive"].all()
        repeat = both[~once]
        one_each = pd.Series(1, repeat.index)
        planted = value.BGNBD(**truth["buying"], time_unit_days=1)
        ours, best = (
            value.rank_auc(p_alive, repeat["is_alive"], one_each)
            for p_alive in (repeat["p_alive"].to_numpy(), planted.p_alive(repeat))
        )
        assert len(repeat) > 2000
        assert best > 0.85
        assert ours > best - 0.02

    def test_the_true_value_lies_in_the_interval(self, demo, truth):
        results = read_results(demo)
        expected = truth["portfolio"]["expected_spend_12m"]
        margin, rate = (results[f"value.{name}"]["value"] for name in ("margin", "discount_rate"))
        discount = sum((1 + rate) ** -(month / 12) for month in range(1, 13)) / 12
        found = results["value.portfolio.clv_12m"]
        assert found["low"] < expected * margin * discount < found["high"]
        assert found["high"] - found["low"] < 0.15 * found["value"]

    def test_the_bridge_adds_up_to_the_cent(self, demo):
        steps = ("start", "new", "up", "down", "lost", "reestimated", "end")
        results = read_results(demo)
        amounts = [results[f"value.bridge.{step}"]["value"] for step in steps]
        assert round(sum(amounts[:-1]), 2) == round(amounts[-1], 2)
        assert amounts[-1] == pytest.approx(results["value.portfolio.clv_12m"]["value"])
        lost = [results[f"value.lost.{name}"]["value"] for name in ("still_expected", "realised")]
        assert lost[0] - lost[1] == pytest.approx(results["value.bridge.lost"]["value"])

    def test_the_models_beat_the_past_rate(self, demo):
        results = read_results(demo)
        chosen = results["value.chosen.model"]["value"].removeprefix("model.")
        mae = {name: results[f"value.holdout.{name}.mae"]["value"] for name in (chosen, "naive")}
        assert mae[chosen] < 0.8 * mae["naive"]
        assert abs(results["value.chosen.bias"]["value"]) < 0.1

    def test_the_assumptions_hold_as_the_company_was_invented(self, demo):
        results = read_results(demo)
        assert results["value.checks.made"]["value"] == 5
        assert results["value.checks.failed"]["value"] == 0
        assert results["value.check.regularity"]["value"] == pytest.approx(1, abs=0.1)
        assert abs(results["value.check.spend_frequency"]["value"]) < 0.1

    def test_nobody_is_watched_and_given_up(self, demo):
        watched, lost = (
            pd.read_csv(demo / f"lists/value_{name}.csv")["customer_id"]
            for name in ("watchlist", "win_back")
        )
        assert len(watched) == read_results(demo)["value.watch.customers"]["value"]
        assert not set(watched) & set(lost)

    def test_satisfaction_takes_value_at_risk_from_value(self, demo):
        ours, theirs = (
            pd.read_parquet(demo / f"data/{name}.parquet").set_index("customer_id")["value_at_risk"]
            for name in ("value", "satisfaction")
        )
        pd.testing.assert_series_equal(ours.sort_index(), theirs.sort_index())


def test_planted_action_effects_are_recovered(demo):
    """The voucher's true effect lies in its interval, the card that does nothing is not called."""
    truth = json.loads((ROOT / "reports/demo/truth/truth.json").read_text())["actions"]
    results = read_results(demo)
    for name in ("win_back_voucher", "birthday_card"):
        found = results[f"actions.{name}.effect"]
        assert found["low"] <= truth[name]["effect"] <= found["high"]
        natural = results[f"actions.{name}.natural_return"]["value"]
        assert natural == pytest.approx(truth[name]["natural_return_rate"], abs=0.05)
    assert results["actions.win_back_voucher.verdict"]["value"] == "effect.worked"
    assert results["actions.birthday_card.verdict"]["value"] == "effect.no_evidence"
    # Visits went to all strategic accounts.
    assert results["actions.account_visit.effect"]["value"] is None
    assert results["actions.account_visit.verdict"]["value"] == "effect.not_attributable"
    assert results["actions.account_visit.natural_return"]["value"] > 0


def test_the_360_table_knows_every_customer_once(demo):
    known = pd.read_parquet(demo / "data/customer_360.parquet")
    summary = pd.read_parquet(demo / "data/customer_summary.parquet")
    assert known["customer_id"].is_unique
    assert set(known["customer_id"]) == set(summary["customer_id"])
    owed = pd.read_parquet(demo / "data/receivable_sums.parquet")
    owed = owed[owed["customer_id"].isin(known["customer_id"])]
    total = known["overdue_receivables"].dropna().sum()
    assert total == owed["overdue_receivables"].sum()
    assert known[["play", "last_contact", "last_nps", "health"]].notna().any().all()


def test_strategic_customers_are_key_accounts_and_no_name_is_printed(demo):
    master = pd.read_parquet(demo / "data/customers.parquet")
    chosen = pd.read_parquet(demo / "data/key_accounts.parquet")
    bought = set(pd.read_parquet(demo / "data/customer_summary.parquet")["customer_id"])
    strategic = set(master.loc[master["strategic"].fillna(False).astype(bool), "customer_id"])
    assert strategic & bought <= set(chosen["customer_id"])
    results = read_results(demo)
    assert results["accounts.key.customers"]["value"] == len(chosen)
    names = master.set_index("customer_id").loc[chosen["customer_id"], "name"].dropna()
    for language in ("en", "zh"):
        page = page_text(demo, language)
        assert not [name for name in names if name in page]


def test_the_plan_leaves_the_held_out_off_every_list(demo):
    planned = pd.read_parquet(demo / "data/planned_actions.parquet")
    for play, rows in planned.groupby("type"):
        listed = pd.read_csv(demo / f"lists/{play}.csv", dtype=str)["customer_id"]
        assert set(listed) == set(rows.loc[~rows["holdout"], "customer_id"])
    held_out = read_results(demo)["next_actions.held_out"]["value"]
    assert held_out == planned["holdout"].sum() > 0


def test_both_languages_print_the_same_numbers(demo):
    # Large money is told in the unit of each language: 1.37M is 137.16万.
    units = {"K": 1e3, "万": 1e4, "M": 1e6, "亿": 1e8}

    def numbers(language: str) -> list[float]:
        page = (demo / f"review.{language}.html").read_text(encoding="utf-8")
        values = re.findall(r'class="kpi-value"[^>]*>(.*?)</', page, re.DOTALL)
        assert len(values) == 8
        known = [value for value in values if re.search(r"\d", value)]
        assert len(known) >= 5
        found = [re.search(r"([\d.,]+)\s*([KM万亿]?)", unescape(value)) for value in known]
        return [float(m[1].replace(",", "")) * units.get(m[2], 1) for m in found]

    assert numbers("en") == pytest.approx(numbers("zh"), rel=0.005)


@pytest.mark.skipif(find_quarto() is None, reason="Quarto is not on the PATH")
@pytest.mark.parametrize("language", ["en", "zh"])
def test_both_renderers_print_the_same_review(demo, tmp_path, language):
    params = load_params(str(demo / "params.yml"))
    results = {name: Result(**entry) for name, entry in read_results(demo).items()}
    words = Words.of(params, language)
    texts: dict[str, list[str]] = {}
    for wanted in ("embedded", "quarto"):
        stage, renderer = tmp_path / wanted, find_renderer(wanted)
        documents = make_stage(params, results, ROOT / "reports", demo, stage, words)
        for to, path in renderer.render(stage, documents).items():
            texts.setdefault(to, []).append(printed_text(path))
    # Every word, number, heading and caption, each in its place.
    assert texts.keys() == {"html", "pdf", "docx", "pptx"}
    for to, (one, other) in texts.items():
        assert one == other, to


def test_the_same_inputs_give_the_same_bytes(demo, demo_elsewhere):
    """Whoever makes it, wherever and whenever, and with either kind of kernel."""
    files = {p.relative_to(demo).as_posix() for p in demo.rglob("*") if p.is_file()}
    files -= {"manifest.json", "run.log", "params.yml"}
    elsewhere = {p.relative_to(demo_elsewhere).as_posix() for p in demo_elsewhere.rglob("*")}
    assert files <= elsewhere
    formats = {f"review.{lang}.{to}" for lang in ("en", "zh") for to in ("docx", "pptx")}
    assert {
        "review.zh.html",
        "review.en.pdf",
        *formats,
        "quality/rejects.csv",
        "results.json",
    } <= files
    assert {"key_accounts.en.xlsx", "key_accounts.zh.xlsx"} <= files
    for name in sorted(files):
        one, other = demo / name, demo_elsewhere / name
        if name.endswith(".parquet"):
            assert read_table(one).equals(read_table(other)), name
        else:
            assert one.read_bytes() == other.read_bytes(), name


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_exports_of_the_demo_agree_with_what_is_published(demo, language):
    """As many accounts and customers; each column of the BI tables is explained."""
    results, words = read_results(demo), Words(language, "CNY")
    path = demo / f"key_accounts.{language}.xlsx"
    accounts = pd.read_excel(path, words("workbook.sheet.accounts"), engine="calamine")
    assert len(accounts) - 2 == results["accounts.key.customers"]["value"]  # two rows of headings
    n_customers = len(read_table(demo / "data/customer_summary.parquet"))
    for system in ("salesforce", "hubspot", "zoho", "fxiaoke"):
        rows = pd.read_csv(demo / f"exports/crm_{system}.csv", dtype=str, encoding="utf-8-sig")
        assert len(rows) == n_customers
    told = pd.read_csv(demo / f"exports/bi/data_dictionary.{language}.csv", encoding="utf-8-sig")
    unexplained = told[told.iloc[:, -1] == words("bi.own")]
    assert unexplained.empty, unexplained.iloc[:, 1].tolist()
    for play in (demo / "lists").glob("*.checklist.*.md"):
        assert (demo / "lists" / f"{play.name.partition('.')[0]}.csv").exists()


def test_rejects_name_file_line_and_reason(demo):
    lines = (demo / "quality/rejects.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "table,file,line,outcome,reasons,stood"
    source = (ROOT / "reports/demo/transactions.csv").read_text(encoding="utf-8").splitlines()
    for reject in lines[1:]:
        table, _, line, _, reasons, *_ = reject.split(",")
        if table == "transactions" and "missing_customer_id" in reasons:
            assert source[int(line) - 1].split(",")[1] == ""


class TestRefusals:
    @pytest.mark.parametrize(
        ("overrides", "says"),
        [
            (["rfm.windw_months=6"], 'Did you mean "rfm.window_months"'),
            (["rfm.window_months=six"], "rfm.window_months"),
            (["sources.transactions.location=params/nowhere.csv"], "nowhere.csv"),
        ],
    )
    def test_bad_params_end_at_once(self, tmp_path, overrides, says):
        began = time.perf_counter()
        settings = [f"--set={override}" for override in overrides]
        completed = run_kit("--out", str(tmp_path / "out"), *settings)
        # Far below what a kernel takes, and far above what a busy machine adds.
        assert time.perf_counter() - began < 5
        assert completed.returncode == 2
        assert says.split('"')[0].strip() in completed.stderr
        assert "Traceback" not in completed.stderr
        assert not (tmp_path / "out").exists()

    def test_a_quarter_outside_the_data_ends_before_any_notebook(self, tmp_path):
        out = tmp_path / "out"
        options = ("--params", "params/cdnow.yml", "--set", "review.quarter=2031Q1")
        completed = run_kit("--out", str(out), *options)
        assert completed.returncode == 1
        assert "Choose a quarter from 1997Q1 to 1998Q2" in completed.stderr
        assert "01_cleaning" not in completed.stdout
        assert not list(out.glob("*/notebooks"))

    @pytest.mark.parametrize(
        ("content", "says"),
        [
            ("", "the file is empty"),
            ("order_id,customer_id,order_date,amount\n", "the file has no rows"),
            ("order_id,customer_id,order_date,amount\n1,c,01/02/2026,5\n", "Compare 'date_format'"),
            ("order_id,client_id,order_date,amount\n1,c,2026-01-02,5\n", "no column 'customer_id'"),
        ],
    )
    def test_a_file_that_cannot_carry_a_review_says_why(self, tmp_path, content, says):
        (tmp_path / "orders.csv").write_text(content, encoding="utf-8")
        place = f"sources.transactions.location={tmp_path / 'orders.csv'}"
        completed = run_kit("--out", str(tmp_path / "out"), "--set", place)
        assert completed.returncode == 1
        assert says in completed.stderr
        assert "Traceback" not in completed.stderr
        assert not list((tmp_path / "out").glob("*/notebooks"))


@pytest.fixture
def broken_project(tmp_path) -> Path:
    """The kit's documents and notebooks, of which the first cannot do its work."""
    project = tmp_path / "project"
    for name in ("notebooks", "reports/theme", "params"):
        shutil.copytree(ROOT / name, project / name)
    for document in (ROOT / "reports").glob("*.*"):
        shutil.copy(document, project / "reports")
    return project


def test_a_failed_run_leaves_the_last_good_one_alone(broken_project):
    good = broken_project / "out/cdnow"
    good.mkdir(parents=True)
    (good / "review.en.html").write_text("last quarter's", encoding="utf-8")
    path = broken_project / "notebooks/01_cleaning.ipynb"
    notebook = nbformat.read(path, as_version=4)
    kept = [cell for cell in notebook.cells if cell.cell_type == "code"][:2]
    notebook.cells = [*kept, nbformat.v4.new_code_cell("1 + 1")]
    nbformat.write(notebook, path)

    completed = run_kit("--params", "params/cdnow.yml", "--out", "out", cwd=broken_project)

    assert completed.returncode == 1
    assert "01_cleaning failed" in completed.stderr
    assert "ended without writing data/transactions.parquet" in completed.stderr
    assert "Nothing was published" in completed.stderr
    assert "Traceback" not in completed.stderr
    assert (broken_project / "out/.failed-cdnow/notebooks/01_cleaning.ipynb").is_file()
    assert [p.name for p in good.iterdir()] == ["review.en.html"]
