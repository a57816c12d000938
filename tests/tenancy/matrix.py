"""The permission matrix of domain §2 for every table, as data.

The row in question belongs to the tenant (or, in tables of one user each, to its editor). ``other`` is an admin of
another brand; ``expired``, ``restricted`` and ``unverified`` are admins of this one whose membership has ended,
denies every permission, or whose session has not passed their second factor.
"""

NOBODY: frozenset[str] = frozenset()
PLATFORM = frozenset({"platform"})
ADMINS = PLATFORM | {"admin"}
EDITORS = ADMINS | {"editor"}
MEMBERS = EDITORS | {"viewer"}
EVERYONE = MEMBERS | {"other", "expired", "restricted"}
OWNER = frozenset({"editor"})

# select, insert, update, delete
READ_ONLY = (MEMBERS, NOBODY, NOBODY, NOBODY)
TABLES: dict[str, tuple[frozenset[str], frozenset[str], frozenset[str], frozenset[str]]] = {
    # identity
    "profiles": (MEMBERS, NOBODY, OWNER, NOBODY),
    "user_sessions": (OWNER, NOBODY, NOBODY, NOBODY),
    "mfa_factors": (OWNER, NOBODY, NOBODY, NOBODY),
    "trusted_devices": (OWNER, NOBODY, NOBODY, OWNER),
    "brand_members": (EDITORS, NOBODY, NOBODY, NOBODY),
    # Written by signed commands only.
    "invitations": (ADMINS, NOBODY, NOBODY, NOBODY),
    "api_keys": (ADMINS, NOBODY, NOBODY, NOBODY),
    "sso_connections": (PLATFORM, PLATFORM, PLATFORM, PLATFORM),
    "sso_group_roles": (PLATFORM, PLATFORM, PLATFORM, PLATFORM),
    # brand
    "plans": (EVERYONE, NOBODY, NOBODY, NOBODY),
    "accounts": (PLATFORM, PLATFORM, PLATFORM, NOBODY),
    "quota_usage": (PLATFORM, NOBODY, NOBODY, NOBODY),
    "brands": (MEMBERS, NOBODY, ADMINS, NOBODY),
    "brand_workflows": READ_ONLY,
    "vetting_agencies": (MEMBERS, ADMINS, ADMINS, ADMINS),
    "platform_settings": (EVERYONE, PLATFORM, PLATFORM, PLATFORM),
    "feature_flags": (PLATFORM, PLATFORM, PLATFORM, PLATFORM),
    # content: written by commands
    "contents": READ_ONLY,
    "content_versions": READ_ONLY,
    "content_assignees": READ_ONLY,
    "comments": (MEMBERS, MEMBERS, EDITORS, NOBODY),
    "comment_revisions": (EDITORS, NOBODY, NOBODY, NOBODY),
    # template
    "templates": (MEMBERS, ADMINS, ADMINS, PLATFORM),
    "template_versions": READ_ONLY,
    # workflow: written by commands
    "workflows": READ_ONLY,
    "workflow_versions": READ_ONLY,
    "workflow_steps": READ_ONLY,
    "workflow_step_assignees": READ_ONLY,
    "workflow_instances": READ_ONLY,
    "workflow_step_runs": READ_ONLY,
    "workflow_tasks": READ_ONLY,
    "workflow_actions": READ_ONLY,
    # claims: the catalogue is the platform's; all of it is written by commands
    "countries": (EVERYONE, NOBODY, PLATFORM, NOBODY),
    "master_claim_brands": READ_ONLY,
    "brand_master_claim_brands": READ_ONLY,
    "products": READ_ONLY,
    "ingredients": READ_ONLY,
    "product_ingredients": READ_ONLY,
    "claims": READ_ONLY,
    "claim_subjects": READ_ONLY,
    "claim_versions": READ_ONLY,
    "claim_reviewers": READ_ONLY,
    "claim_approval_steps": READ_ONLY,
    "claim_approvals": READ_ONLY,
    "market_overrides": READ_ONLY,
    "claim_reviews": READ_ONLY,
    # ai
    "ai_generations": READ_ONLY,
    "vetting_feedback": READ_ONLY,
    "ai_prices": (EVERYONE, PLATFORM, PLATFORM, NOBODY),
    "ai_budgets": (ADMINS, NOBODY, NOBODY, NOBODY),
    "prompt_templates": (ADMINS, ADMINS, ADMINS, NOBODY),
    "brand_knowledge": (MEMBERS, ADMINS, ADMINS, ADMINS),
    # supporting
    "notifications": (OWNER, NOBODY, OWNER, NOBODY),
    "notification_preferences": (OWNER, OWNER, OWNER, NOBODY),
    "files": (MEMBERS, EDITORS, NOBODY, NOBODY),
    # webhooks: written by commands
    "webhook_endpoints": (ADMINS, NOBODY, NOBODY, NOBODY),
    "webhook_deliveries": (ADMINS, NOBODY, NOBODY, NOBODY),
    "webhook_attempts": (ADMINS, NOBODY, NOBODY, NOBODY),
    "channels": (ADMINS, NOBODY, NOBODY, NOBODY),
    "channel_publications": (ADMINS, NOBODY, NOBODY, NOBODY),
    "domain_events": READ_ONLY,
    "audit_log": (ADMINS, NOBODY, NOBODY, NOBODY),
}

# The service role bypasses every policy, so it has no privileges on tables and works through granted functions. The
# exception is the table that the scheduler reads.
SERVICE_READS = frozenset({"platform_settings"})

type Permissions = tuple[str, ...] | None
"""Permissions that the scope of an API key must give, besides the rights of its owner.

None is closed to keys, () open to all of them.
"""

CLOSED: Permissions = None
OPEN: Permissions = ()


def _reading(permission: str) -> tuple[Permissions, Permissions, Permissions, Permissions]:
    return ((permission,), CLOSED, CLOSED, CLOSED)


def _managed(read: str, write: str) -> tuple[Permissions, Permissions, Permissions, Permissions]:
    return ((read,), (write,), (write,), (write,))


# select, insert, update, delete. Tables that are not listed belong to a person or to the platform: closed to keys.
TABLE_PERMISSIONS: dict[str, tuple[Permissions, Permissions, Permissions, Permissions]] = {
    "profiles": _reading("brand.read"),
    "brand_members": _reading("member.read"),
    "invitations": _reading("member.manage"),
    **dict.fromkeys(("plans", "platform_settings", "countries", "ai_prices"), (OPEN, CLOSED, CLOSED, CLOSED)),
    "brands": _managed("brand.read", "brand.update"),
    "brand_workflows": _reading("brand.read"),
    "vetting_agencies": _managed("brand.read", "brand.update"),
    **dict.fromkeys(("contents", "content_versions", "content_assignees"), _reading("content.read")),
    "comments": _managed("content.read", "comment.write"),
    "comment_revisions": _reading("comment.moderate"),
    "templates": _managed("template.read", "template.write"),
    "template_versions": _reading("template.read"),
    **dict.fromkeys(
        ("workflows", "workflow_steps", "workflow_step_assignees", "workflow_versions"), _reading("workflow.read")
    ),
    **dict.fromkeys(
        (
            "master_claim_brands", "brand_master_claim_brands", "products", "ingredients", "product_ingredients",
            "claims", "claim_subjects", "claim_versions", "claim_approvals", "claim_reviewers", "market_overrides",
            "claim_approval_steps",
        ),
        _reading("claim.read"),
    ),
    # They quote contents.
    "claim_reviews": (("claim.read", "content.read"), CLOSED, CLOSED, CLOSED),
    **dict.fromkeys(
        ("workflow_instances", "workflow_step_runs", "workflow_tasks", "workflow_actions", "vetting_feedback"),
        (("workflow.read", "content.read"), CLOSED, CLOSED, CLOSED),
    ),
    "ai_generations": _reading("ai.read"),
    "ai_budgets": _reading("ai.manage"),
    "prompt_templates": _managed("ai.manage", "ai.manage"),
    "brand_knowledge": _managed("ai.read", "ai.manage"),
    "files": _managed("file.read", "file.write"),
    "channels": _reading("integration.manage"),
    "channel_publications": _reading("integration.manage"),
    **dict.fromkeys(
        ("webhook_endpoints", "webhook_deliveries", "webhook_attempts"), _reading("integration.manage")
    ),
    "domain_events": _reading("content.read"),
    "audit_log": _reading("audit.read"),
}  # fmt: skip


def permissions_on(table: str) -> tuple[Permissions, Permissions, Permissions, Permissions]:
    """Returns what keys need to select, insert, update and delete rows of a table."""
    return TABLE_PERMISSIONS.get(table, (CLOSED, CLOSED, CLOSED, CLOSED))
