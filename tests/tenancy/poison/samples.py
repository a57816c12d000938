"""A full, valid document for each column that holds JSON: what mutations of documents start from."""

from typing import Final

from tests.tenancy.poison.values import ID, Json

FIELD: Final[Json] = {
    "id": "topic",
    "name": "Topic",
    "type": "select",
    "required": True,
    "description": "What it is about",
    "placeholder": "Winter",
    "aiPrompt": "Write about {{topic}}",
    "aiEnabled": True,
    "maxLength": 60,
    "options": ["winter", "summer"],
    "validation": {"min": 1, "max": 5, "pattern": "[a-z]+", "minLength": 1, "maxLength": 9},
    "conditional": {"field": "other", "operator": "eq", "value": "x"},
    "sourceField": "other",
}
CONDITION: Final[Json] = {"field": "fields.topic", "operator": "equals", "value": "winter"}

SAMPLES: Final[dict[tuple[str, str], Json]] = {
    ("brands", "identity"): {"mission": "x", "vision": "x", "values": ["x"], "story": "x"},
    ("brands", "colors"): {"primary": "#000000", "secondary": "#111111", "accent": "#222222"},
    ("brands", "logo"): {"url": "https://brand.test/a.png", "altText": "Logo", "type": "light"},
    ("brands", "settings"): {
        "aiGenerationEnabled": True, "defaultAITool": "x", "claimStrictness": "strict", "autoPublish": False,
        "reviewRequired": True, "notifications": {"email": True},
    },
    ("templates", "input_fields"): [FIELD, {"id": "other", "name": "Other", "type": "short_text"}],
    ("templates", "output_fields"): [{"id": "headline", "name": "Headline", "type": "plain_text", "maxLength": 9}],
    ("template_versions", "input_fields"): [FIELD, {"id": "other", "name": "Other", "type": "short_text"}],
    ("template_versions", "output_fields"): [{"id": "headline", "name": "Headline", "type": "plain_text"}],
    ("contents", "fields"): {"topic": "winter", "headline": "A headline", "choices": ["a"], "count": 1},
    ("contents", "metadata"): {
        "seoTitle": "x", "seoDescription": "x", "keywords": ["x"], "canonicalUrl": "https://x.test", "locale": "en",
        "customFields": {"a": 1},
    },
    ("contents", "provenance"): {"fields.topic": {"generationId": ID, "value": "x"}},
    ("content_versions", "snapshot"): {
        "title": "x", "slug": "x", "status": "draft", "type": "article", "fields": {"topic": "x"}, "body": "x",
        "excerpt": "x", "metadata": {"seoTitle": "x"}, "tags": ["x"], "categories": ["x"], "assignees": [ID],
        "scheduled_for": None, "expires_at": None, "due_at": None,
    },
    ("comments", "attachments"): [ID],
    ("workflow_actions", "attachments"): [ID],
    ("workflow_steps", "condition"): CONDITION,
    ("workflow_steps", "skip_condition"): CONDITION,
    ("workflow_step_runs", "definition"): {
        "type": "review", "instructions": "x", "timeout_hours": 24, "actions": ["approve"], "prerequisites": [1],
        "condition": CONDITION, "require_all_approvals": True, "assignment_type": "user", "assignee_ids": [ID],
    },
    ("claims", "text"): {"original": "Soft", "de": "Weich"},
    ("claim_reviews", "findings"): [
        {"claimId": ID, "text": "Soft", "verdict": "violation", "severity": "high", "explanation": "x"}
    ],
    ("ai_generations", "parameters"): {"temperature": 0.5, "maxTokens": 100, "inputs": {"topic": "x"}},
    ("ai_generations", "output"): {"fields": {"headline": "x"}, "text": "x", "suggestions": ["x"]},
    ("ai_generations", "proposal"): {"fields": {"headline": "x"}, "metadata": {"seoTitle": "x"}},
    ("ai_generations", "calls"): [
        {"provider": "x", "model": "x", "promptTokens": 1, "completionTokens": 1, "latencyMs": 1, "error": None}
    ],
    ("ai_generations", "violations"): [{"rule": "x", "field": "headline", "excerpt": "x", "severity": "high"}],
    ("prompt_templates", "variables"): {"topic": "x"},
    ("prompt_templates", "parameters"): {"temperature": 0.5, "maxTokens": 100},
    ("notifications", "metadata"): {"contentId": ID, "title": "x"},
    ("platform_settings", "value"): {"a": 1},
    ("domain_events", "payload"): {
        "contentId": ID, "title": "x", "status": "draft", "version": 1, "changes": ["title"], "from": "draft",
    },
    ("audit_log", "details"): {"role": "admin", "changes": ["x"], "count": 1},
}  # fmt: skip
