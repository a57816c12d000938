"""Figures of reviews: cycle times, rates, steps and bottlenecks."""

from lib.workflow.analytics.models import ReviewFiguresQuery, ReviewReport
from lib.workflow.analytics.service import as_table, measure_reviews

__all__ = ["ReviewFiguresQuery", "ReviewReport", "as_table", "measure_reviews"]
