"""The stage: everything that one document needs, in a folder that it is printed in alone.

Quarto mixes up documents that are printed at the same time in one folder, so each language of
each run gets its own.
"""

import json
import shutil
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any

from analysis.locales import Words
from analysis.markup import escape_markdown
from analysis.params import Params
from analysis.params.locations import path_of
from analysis.params.report_models import Format
from analysis.report.logo import stage_logo
from analysis.report.palette import write_palette
from analysis.report.parts import describe_parts
from analysis.results import Result

WITHOUT_INTERVAL = ("label", "text", "date")
FONTS = ("NotoSansSC-Regular.otf", "NotoSerifSC-Regular.otf")


ONLY_RESTATED = ("restatement.md", "restatement_summary.md")
"""Tables that a run has only where it restates another; documents name them all the same."""


def make_stage(
    params: Params,
    results: Mapping[str, Result],
    sources: Path,
    run_dir: Path,
    stage: Path,
    words: Words,
) -> dict[Format, str]:
    """Lay out one language's documents with its numbers, pictures and tables.

    Parameters
    ----------
    params : Params
        The review.
    results : mapping
        Every published number by name.
    sources : Path
        The folder of the documents and their theme.
    run_dir : Path
        The run, whose figures and tables are shown.
    stage : Path
        An empty folder.
    words : Words
        The language.

    Returns
    -------
    dict of str
        For each format of the review the name of its document in the stage: slides are a document
        of their own.
    """
    documents: dict[Format, str] = {
        to: f"{'slides' if to == 'pptx' else 'review'}.{words.language}.qmd"
        for to in params.report.formats
    }
    stage.mkdir(parents=True)
    for name in ("_quarto.yml", *dict.fromkeys(documents.values())):
        shutil.copy(sources / name, stage)
    for section in (sources / "sections").glob(f"*.{words.language}.qmd"):
        # Quarto prints each document of its project but those whose names begin so.
        shutil.copy(section, stage / f"_{section.name.partition('.')[0]}.qmd")
    shutil.copytree(sources / "theme", stage / "theme")
    write_palette(stage, params.report.colors.brand, params.report.colors.accent)
    for kind in ("figures", "tables"):
        shutil.copytree(run_dir / kind / words.language, stage / kind)
    for name in ONLY_RESTATED:
        (stage / "tables" / name).touch()
    (stage / "fonts").mkdir()
    for font in FONTS:
        with resources.as_file(resources.files("pylopdf_fonts_zh_cn") / font) as path:
            (stage / "fonts" / font).symlink_to(path)
    metadata = describe_review(params, results, words)
    if params.report.logo:
        metadata["logo"] = stage_logo(path_of(params.report.logo), stage)
    _write_yaml(stage / "_variables.yml", format_results(results, words))
    _write_yaml(stage / "_review.yml", metadata)
    return documents


def format_results(results: Mapping[str, Result], words: Words) -> dict[str, Any]:
    """Each published number as text in one language, in maps nested by the parts of its name.

    Beside a number stand the ends of its interval, named after it: ``<name>_low``, ``<name>_high``.
    """
    nested: dict[str, Any] = {}
    for name, result in results.items():
        *parents, last = name.split(".")
        branch = nested
        for parent in parents:
            branch = branch.setdefault(parent, {})
        branch[last] = escape_markdown(words.format(result.value, result.unit))
        if result.unit not in WITHOUT_INTERVAL:
            for end, value in (("low", result.low), ("high", result.high)):
                branch[f"{last}_{end}"] = escape_markdown(words.format(value, result.unit))
    return nested


def describe_review(params: Params, results: Mapping[str, Result], words: Words) -> dict[str, Any]:
    """The document's metadata: what stands on its cover, and which sections have data.

    ``has.<part>`` tells which parts have data (:mod:`analysis.report.parts`).
    """
    review, language = params.review, words.language
    metadata: dict[str, Any] = {
        "lang": {"en": "en", "zh": "zh-Hans"}[language],
        "title": words("report.title"),
        "subtitle": words("report.subtitle"),
        "company": escape_markdown(review.company.in_language(language)),
        "quarter": str(params.quarter),
        "as_of": words.date(params.quarter.last_day),
        "currency": review.currency,
        "run_id": f"{review.name}-{params.quarter}",
        "has": describe_parts(params, results),
    }
    if review.confidentiality:
        metadata["confidentiality"] = escape_markdown(review.confidentiality.in_language(language))
    return metadata


def _write_yaml(path: Path, content: Mapping[str, Any]) -> None:
    """JSON is YAML that every reader reads alike."""
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
