"""How long a million questionnaires with 200,000 comments take, and how much memory.

Makes the tables in one process and reads them in another, whose memory is measured. Writes its
line of ``docs/performance.md``.
"""

import resource
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from analysis import engine, satisfaction
from analysis.params import Quarter
from analysis.params.satisfaction_models import Satisfaction, ServiceLevels

TABLE = Path(__file__).parents[2] / "docs" / "performance.md"
HEADING = "## Satisfaction at scale"
RESPONSES, COMMENTS, CUSTOMERS, COMPLAINTS = 1_000_000, 200_000, 500_000, 100_000
SECONDS, GIGABYTES = 60, 2
QUARTER = Quarter.parse("2026Q3")
QUARTERS = [QUARTER.shift(-back) for back in reversed(range(8))]
DRIVERS = ("quality", "delivery", "service", "price")
SURVEY = Satisfaction(drivers=DRIVERS, service_levels=ServiceLevels(resolve_within_days=7))
SCALES = {"csat": (1, 5), "ces": (1, 7), **dict.fromkeys(DRIVERS, (1, 10))}
PARTS = {
    "en": (
        "the parcel was late", "great quality tea", "staff were friendly", "too expensive for me",
        "my cup arrived broken", "support never answered", "easy to order on the website",
        "lovely gift box", "the aroma is wonderful", "delivery took {n} days",
    ),
    "zh": (
        "物流太慢了", "茶叶品质很好", "客服态度不错", "价格有点贵", "杯子收到就碎了", "售后没人理",
        "小程序下单很方便", "礼盒包装精美", "香气清新回甘", "快递等了{n}天",
    ),
}  # fmt: skip


def make_tables(folder: Path) -> None:
    """Write surveys, customers, their summary, scores and value, and complaints."""
    rng = np.random.default_rng(1)
    customer = np.char.add("C", np.arange(CUSTOMERS).astype(str))
    who, item_names = rng.integers(0, CUSTOMERS, RESPONSES), ("nps", *SCALES)
    mood, day = rng.standard_normal(RESPONSES), rng.integers(0, 730, RESPONSES)
    # All comments fall into the two quarters that are read.
    day[:COMMENTS] = rng.integers(550, 730, COMMENTS)
    dates = np.datetime64("2024-10-01") + day
    texts = np.full(RESPONSES, None, dtype=object)
    for place in range(COMMENTS):
        parts = PARTS["zh" if place % 2 else "en"]
        chosen = rng.choice(len(parts), 3, replace=False)
        texts[place] = "，".join(parts[c] for c in chosen).format(n=place % 97)
    ids = np.char.add("R", np.arange(RESPONSES).astype(str))
    with pq.ParquetWriter(folder / "surveys.parquet", _SURVEYS) as writer:
        for name in item_names:
            low, high = SCALES.get(name, (0, 10))
            centre, spread = (low + 3 * high) / 4, (high - low) / 6
            opinion = centre + spread * (0.7 * mood + 0.7 * rng.standard_normal(RESPONSES))
            score = np.clip(opinion.round(), low, high)
            comment = pa.array(texts if name == "nps" else [None] * RESPONSES, pa.string())
            columns = [ids, customer[who], dates, [name] * RESPONSES, score, comment]
            arrays = [pa.array(c, f.type) for c, f in zip(columns, _SURVEYS, strict=False)]
            channel = pa.array(["web"] * RESPONSES)
            writer.write_table(pa.Table.from_arrays([*arrays, channel], schema=_SURVEYS))
    segment = rng.choice(["champion", "loyal", "new", "at_risk", "hibernating"], CUSTOMERS)
    opened = np.datetime64("2026-01-01T00:00:00") + rng.integers(0, 270 * 86_400, COMPLAINTS)
    closed = opened + rng.exponential(5 * 86_400, COMPLAINTS).astype(np.int64)
    tables = {
        "customers": {
            "customer_id": customer,
            "name": np.char.add("Customer Number ", np.arange(CUSTOMERS).astype(str)),
            "region": rng.choice(["north", "south", "east"], CUSTOMERS),
            "owner": rng.choice([f"Owner {n}" for n in range(30)], CUSTOMERS),
        },
        "summary": {
            "customer_id": customer,
            "n_orders_window": rng.integers(0, 5, CUSTOMERS),
            "revenue_window": rng.exponential(100, CUSTOMERS),
        },
        "scores": {"customer_id": customer, "segment": segment},
        "value": {
            "customer_id": customer,
            "clv_12m": rng.exponential(100, CUSTOMERS),
            "p_alive": rng.random(CUSTOMERS),
            "value_at_risk": rng.exponential(50, CUSTOMERS),
        },
        "complaints": {
            "complaint_id": np.arange(COMPLAINTS).astype(str),
            "customer_id": customer[rng.integers(0, CUSTOMERS, COMPLAINTS)],
            "opened_at": opened,
            "first_response_at": opened + 7_200,
            "closed_at": closed,
            "category": rng.choice(["late", "broken", "rude"], COMPLAINTS),
            "severity": rng.choice(["low", "high"], COMPLAINTS),
        },
    }
    for name, columns in tables.items():
        pq.write_table(pa.table(columns), folder / f"{name}.parquet")


_SURVEYS = pa.schema(
    {
        "response_id": pa.string(),
        "customer_id": pa.string(),
        "date": pa.date32(),
        "item": pa.string(),
        "score": pa.float64(),
        "comment": pa.string(),
        "channel": pa.string(),
    }
)


def measure(folder: Path) -> None:
    """Do what notebook 04 does, and print the seconds of each part."""
    connection = engine.connect(folder / "spill")
    # Two cores and what the target allows, however large this machine is.
    connection.raw_sql("SET threads = 2")
    connection.raw_sql("SET memory_limit = '1GB'")
    clock = time.perf_counter()

    def lap(part: str) -> None:
        nonlocal clock
        print(f"{part} {time.perf_counter() - clock:.1f} s", file=sys.stderr, flush=True)
        clock = time.perf_counter()

    def read(name):
        return engine.read_parquet(connection, folder / f"{name}.parquet")

    def keep(name, table):
        engine.write_parquet(connection, table, folder / f"kept_{name}.parquet")
        return read(f"kept_{name}")

    began, now, before = clock, str(QUARTER), str(QUARTER.previous())
    surveys, customers, summary = read("surveys"), read("customers"), read("summary")
    measures = satisfaction.define_measures(SURVEY, SCALES)
    profile = keep("profile", satisfaction.profile_customers(summary, read("scores"), customers))
    items = satisfaction.items_of(measures)
    answers = keep("answers", satisfaction.collect_answers(surveys, profile, items, QUARTERS))
    lap("questionnaires")
    sums = satisfaction.sum_answers(answers, profile, measures)
    scores = satisfaction.score_all(sums, measures)
    satisfaction.compare_scores(scores, now, before)
    satisfaction.score_groups(sums, measures, now)
    lap("scores")
    satisfaction.explain_outcome(answers, DRIVERS, "csat", SCALES, list(map(str, QUARTERS[-4:])))
    lap("drivers")
    masker = satisfaction.gather_masker(customers)
    comments = keep("comments", satisfaction.mask_comments(surveys, QUARTERS[-2:], masker))
    lap("masking")
    clauses = keep("clauses", satisfaction.split_comments(comments))
    lap("words and sentiment")
    mentions = keep("mentions", satisfaction.find_themes(clauses, satisfaction.choose_themes({})))
    themes = satisfaction.summarize_themes(mentions, answers, "score_nps", now, before)
    lap("themes")
    satisfaction.find_topics(clauses, now, SURVEY.topics)
    satisfaction.choose_quotes(comments, mentions, themes, now)
    lap("topics and quotes")
    complaints = keep(
        "complaints", satisfaction.open_complaints(read("complaints"), QUARTER.last_day)
    )
    satisfaction.measure_times(complaints, QUARTER)
    satisfaction.count_kinds(complaints, QUARTER)
    voices = satisfaction.gather_voices(
        summary, read("value"), answers, complaints, SURVEY, now, QUARTER.last_day
    )
    satisfaction.sum_money(keep("voices", voices))
    lap("complaints and money")
    seconds = time.perf_counter() - began
    gigabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"{seconds:.0f} {gigabytes:.2f}")


def main() -> None:
    """Measure in a process of its own and write the line."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        make_tables(folder)
        counted = pq.read_metadata(folder / "surveys.parquet").num_rows
        command = [sys.executable, __file__, str(folder)]
        found = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    seconds, gigabytes = found.split()
    line = (
        f"{RESPONSES:,} questionnaires ({counted:,} answers) with {COMMENTS:,} comments, on two "
        f"cores: {seconds} s (target ≤ {SECONDS} s), {gigabytes} GB (target ≤ {GIGABYTES} GB)."
    )
    print(line)
    text = TABLE.read_text(encoding="utf-8").split(f"\n{HEADING}")[0].rstrip("\n")
    TABLE.write_text(
        f"{text}\n\n{HEADING}\n\n{line} Made by `make bench-satisfaction`.\n", encoding="utf-8"
    )


if __name__ == "__main__":
    measure(Path(sys.argv[1])) if len(sys.argv) > 1 else main()
