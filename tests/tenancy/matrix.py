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
    # workflow: runs are written by commands
    "workflows": (MEMBERS, ADMINS, ADMINS, ADMINS),
    "workflow_steps": (MEMBERS, ADMINS, ADMINS, ADMINS),
    "workflow_step_assignees": (MEMBERS, ADMINS, NOBODY, ADMINS),
    "workflow_instances": READ_ONLY,
    "workflow_step_runs": READ_ONLY,
    "workflow_tasks": READ_ONLY,
    "workflow_actions": READ_ONLY,
    # claims: the catalogue is the platform's, claims are written by commands
    "countries": (EVERYONE, NOBODY, PLATFORM, NOBODY),
    "master_claim_brands": (MEMBERS, PLATFORM, PLATFORM, PLATFORM),
    "brand_master_claim_brands": (MEMBERS, PLATFORM, NOBODY, PLATFORM),
    "products": (MEMBERS, PLATFORM, PLATFORM, PLATFORM),
    "ingredients": (MEMBERS, PLATFORM, PLATFORM, PLATFORM),
    "product_ingredients": (MEMBERS, PLATFORM, NOBODY, PLATFORM),
    "claims": READ_ONLY,
    "claim_subjects": READ_ONLY,
    "claim_approval_steps": (MEMBERS, ADMINS, ADMINS, ADMINS),
    "claim_approvals": READ_ONLY,
    "market_overrides": READ_ONLY,
    "claim_reviews": READ_ONLY,
    # ai
    "ai_generations": READ_ONLY,
    "ai_prices": (EVERYONE, PLATFORM, PLATFORM, NOBODY),
    "ai_budgets": (ADMINS, NOBODY, NOBODY, NOBODY),
    "prompt_templates": (ADMINS, ADMINS, ADMINS, NOBODY),
    "brand_knowledge": (MEMBERS, ADMINS, ADMINS, ADMINS),
    # supporting
    "notifications": (OWNER, NOBODY, OWNER, NOBODY),
    "notification_preferences": (OWNER, OWNER, OWNER, NOBODY),
    "files": (MEMBERS, EDITORS, NOBODY, NOBODY),
    "webhook_endpoints": (ADMINS, ADMINS, ADMINS, ADMINS),
    "webhook_deliveries": (ADMINS, NOBODY, NOBODY, NOBODY),
    "domain_events": READ_ONLY,
    "audit_log": (ADMINS, NOBODY, NOBODY, NOBODY),
}

# The service role bypasses every policy, so it has no privileges on tables and works through granted functions. The
# exception is the table that the scheduler reads.
SERVICE_READS = frozenset({"platform_settings"})
