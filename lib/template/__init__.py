"""Templates: reusable forms with fields that people fill and fields that AI may fill."""

from lib.template.models import NewTemplate, Template, TemplateChanges, TemplateFilters, TemplateRead, TemplateVersion
from lib.template.service import (
    create_template,
    delete_template,
    get_template,
    get_version,
    list_templates,
    list_versions,
    update_template,
)

__all__ = [
    "NewTemplate",
    "Template",
    "TemplateChanges",
    "TemplateFilters",
    "TemplateRead",
    "TemplateVersion",
    "create_template",
    "delete_template",
    "get_template",
    "get_version",
    "list_templates",
    "list_versions",
    "update_template",
]
