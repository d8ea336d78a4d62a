"""From a run's tables, pictures and numbers to the documents that people read."""

import shutil
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from analysis.locales import Words
from analysis.params import Params
from analysis.params.texts import Language
from analysis.report.renderer import Renderer, RenderError, find_renderer
from analysis.report.stage import make_stage
from analysis.results import Result

__all__ = ["RenderError", "Renderer", "find_renderer", "render_review"]


def render_review(
    params: Params,
    results: Mapping[str, Result],
    sources: Path,
    run_dir: Path,
    renderer: Renderer,
    language: Language,
) -> list[str]:
    """Print the report in one language, in each format of the review.

    Parameters
    ----------
    params : Params
        The review.
    results : mapping
        Every published number by name.
    sources : Path
        The folder with ``review.<lang>.qmd``, ``slides.<lang>.qmd`` and the theme.
    run_dir : Path
        The run; the documents are written there as ``review.<lang>.<format>``.
    renderer : Renderer
        From :func:`find_renderer`.
    language : str
        One of the review's languages.

    Returns
    -------
    list of str
        File names of the documents.

    Raises
    ------
    RenderError
        If a document uses what is not there.
    """
    words = Words.of(params, language)
    # Not in the run's own scratch folder: Quarto takes no notice of projects in hidden folders.
    with TemporaryDirectory(prefix="review-") as folder:
        stage = Path(folder, language)
        documents = make_stage(params, results, sources, run_dir, stage, words)
        names = []
        for to, path in renderer.render(stage, documents).items():
            names.append(f"review.{language}.{to}")
            shutil.move(path, run_dir / names[-1])
    return names
