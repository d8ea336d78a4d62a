"""From a params file to a published run: which notebooks, in which order, all or nothing."""

from analysis.pipeline.review import ReviewError, ReviewRun, run_review

__all__ = ["ReviewError", "ReviewRun", "run_review"]
