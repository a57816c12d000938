"""Checks of automated steps."""

from lib.workflow.checks.service import CHECKS

__all__ = ["CHECKS"]
