"""Maps of one's own and the playbook: complete, or refused with the reason."""

from pathlib import Path

import pytest

from analysis.locales import Words
from analysis.params import dump_params, load_params

from .review import REVIEW, problems_of, write_review

PARAMS = Path(__file__).parents[2] / "params"

OWN_MAP = """\
rfm:
  map: custom
  custom_map:
    segments:
      - {name: gold, label: {en: Gold, zh: 金}, aim: keep, r: [4, 5], f: [4, 5]}
      - {name: silver, label: {en: Silver, zh: 银}, aim: develop, r: [4, 5], f: [1, 3]}
      - {name: rest, label: {en: Rest, zh: 其余}, aim: maintain, r: [1, 3]}
"""


def own_review(folder: Path, rfm: str) -> Path:
    return write_review(folder, REVIEW + rfm, base="accounts:\n  key_accounts: 30\n")


def test_a_complete_map_of_ones_own_names_every_combination(tmp_path):
    params = load_params(own_review(tmp_path, OWN_MAP))
    segment_map = params.rfm.segment_map
    assert segment_map.segments == ("gold", "silver", "rest", "inactive")
    assert segment_map.segment_of((5, 4, 1)) == "gold"
    assert segment_map.segment_of((3, 5, 5)) == "rest"
    assert Words.of(params, "zh")("segment.silver") == "银"


def test_a_map_of_ones_own_survives_being_written(tmp_path):
    params = load_params(own_review(tmp_path, OWN_MAP))
    written = tmp_path / "written.yml"
    written.write_text(dump_params(params, tmp_path), encoding="utf-8")
    assert load_params(written) == params


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("r: [1, 3]", "r: [1, 2]", "3-1-1, 3-1-2, 3-1-3 and 22 more are in no segment"),
        ("r: [1, 3]", "r: [1, 4]", "in more than one segment"),
        ("r: [1, 3]", "r: [3, 1]", "least and the most"),
        ("r: [1, 3]", "r: 6", "least and the most"),
        ("name: rest", "name: inactive", "Choose another name".lower()),
        ("{en: Gold, zh: 金}", "{en: Gold}", "missing in zh"),
        ("aim: maintain", "aim: maintian", 'Did you mean "maintain"'),
    ],
)
def test_an_incomplete_map_is_refused(tmp_path, old, new, words):
    assert OWN_MAP.count(old) == 1
    problems = problems_of(own_review(tmp_path, OWN_MAP.replace(old, new)))
    assert any(words in str(problem) for problem in problems), problems


def test_a_fallback_takes_what_is_left(tmp_path):
    text = OWN_MAP.replace("r: [1, 3]", "r: [1, 2]")
    text += "    fallback: {name: others, label: {en: Others, zh: 其他}}\n"
    segment_map = load_params(own_review(tmp_path, text)).rfm.segment_map
    assert segment_map.segment_of((3, 1, 1)) == "others"
    assert segment_map.segments[-2:] == ("others", "inactive")


@pytest.mark.parametrize(
    ("rfm", "key"),
    [
        ("rfm:\n  map: custom\n", "rfm.custom_map"),
        ("rfm:\n  map: eight\n  cut: fixed\n", "rfm.fixed_cut"),
    ],
)
def test_what_a_choice_needs_must_be_there(tmp_path, rfm, key):
    problems = problems_of(own_review(tmp_path, rfm))
    assert [problem.key for problem in problems] == [key]


@pytest.mark.parametrize("segment_map", ["grid", "rfm", "eight"])
def test_the_playbook_has_a_play_for_every_segment_of_every_map(segment_map):
    params = load_params(PARAMS / "demo.yml", [f"rfm.map={segment_map}"])
    assert params.playbook is not None
    assert params.playbook.segments_without_play(params.rfm.segment_map.segments) == []


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("segment: champion, high: protect", "segment: champion, high: protct", '"protect"'),
        ("segment: hibernating", "segment: hibernated", "without a play: hibernating"),
        ("segment: hibernating", "segment: champion", "stands in this list twice"),
        ("- name: rescue", "- name: protect", "stands in this list twice"),
        (
            "offer: {en: Bundle across categories, zh: 跨品类组合}",
            "offer: {en: x}",
            "missing in zh",
        ),
    ],
)
def test_a_playbook_with_a_gap_is_refused(tmp_path, old, new, words):
    text = (PARAMS / "playbook.yml").read_text(encoding="utf-8")
    assert text.count(old) == 1
    (tmp_path / "playbook.yml").write_text(text.replace(old, new), encoding="utf-8")
    review = REVIEW.replace("extends: base.yml", "extends: [base.yml, playbook.yml]")
    problems = problems_of(write_review(tmp_path, review))
    assert any(words in str(problem) for problem in problems), problems


def test_a_later_file_of_a_list_overrides_an_earlier_one(tmp_path):
    (tmp_path / "more.yml").write_text("rfm:\n  window_months: 7\n", encoding="utf-8")
    review = REVIEW.replace("extends: base.yml", "extends: [base.yml, more.yml]")
    params = load_params(write_review(tmp_path, review))
    assert params.rfm.window_months == 7  # from more.yml
    assert params.rfm.frequency == "order_days"  # from base.yml
