"""From a params file to a published run: which notebooks, in which order, all or nothing."""

from analysis.pipeline.lock import ReviewLockedError
from analysis.pipeline.request import Review, ReviewError, ReviewRun
from analysis.pipeline.review import plan_review, run_review

__all__ = ["Review", "ReviewError", "ReviewLockedError", "ReviewRun", "plan_review", "run_review"]
