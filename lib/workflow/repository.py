"""The tables of workflows and their steps."""

from lib.core.data.unique_fields import register_unique_fields

register_unique_fields(
    {
        "workflow_step_assignees_pkey": "userId",
        "workflow_steps_workflow_id_position_key": "position",
        "workflows_brand_id_name_key": "name",
        "workflows_default_idx": "isDefault",
    }
)
