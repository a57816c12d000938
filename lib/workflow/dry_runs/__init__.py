"""Dry runs: what a workflow would do with a content, whom it would ask and until when."""

from lib.workflow.dry_runs.models import DefinitionDryRun, ReviewPath, WorkflowDryRun
from lib.workflow.dry_runs.service import follow_definition, follow_workflow

__all__ = ["DefinitionDryRun", "ReviewPath", "WorkflowDryRun", "follow_definition", "follow_workflow"]
