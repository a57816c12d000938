"""Templates: reusable forms with fields that people fill and fields that AI may fill."""

from lib.template.models import NewTemplate, Template
from lib.template.service import create_template, get_template, list_templates

__all__ = ["NewTemplate", "Template", "create_template", "get_template", "list_templates"]
