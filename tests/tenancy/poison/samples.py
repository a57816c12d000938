"""A full, valid document for each column that holds JSON: what mutations of documents start from."""

from typing import Final

from tests.tenancy.poison.values import ID, Json

FIELD: Final[Json] = {
    "id": "topic",
    "name": "Topic",
    "label": "What is it about?",
    "type": "select",
    "required": True,
    "defaultValue": "winter",
    "placeholder": "Winter",
    "helpText": "One season",
    "order": 1,
    "width": "half",
    "aiSuggester": True,
    "choices": [{"label": "Winter", "value": "winter"}, {"label": "Summer", "value": "summer"}],
    "validation": {"min": 1, "max": 5, "pattern": "[a-z]+"},
    "conditional": {"field": "other", "operator": "eq", "value": "x"},
}
OTHER: Final[Json] = {"id": "other", "name": "Other", "type": "long_text", "minLength": 1, "maxLength": 9, "rows": 2}
OUTPUT: Final[Json] = {
    "id": "headline",
    "name": "Headline",
    "type": "plain_text",
    "aiPrompt": "Write about {{topic}}",
    "aiAutoComplete": True,
    "useGuardrails": True,
    "minChars": 1,
    "maxChars": 60,
    "maxLength": 90,
    "maxTokens": 100,
    "allowedTags": ["p"],
}
CONDITION: Final[Json] = {"field": "fields.topic", "operator": "equals", "value": "winter"}

SAMPLES: Final[dict[tuple[str, str], Json]] = {
    ("brands", "identity"): {"mission": "x", "vision": "x", "values": ["x"], "usp": "x"},
    ("brands", "colors"): {"primary": "#000000", "secondary": "#111111", "accent": "#222222"},
    ("brands", "logo"): {"url": "https://brand.test/a.png", "altText": "Logo", "type": "light"},
    ("brands", "settings"): {
        "requiresDueDate": True, "defaultDueDays": 21, "notifyOnPublish": True, "aiEnabled": True, "locale": "en-GB",
    },
    ("templates", "input_fields"): [FIELD, OTHER],
    ("templates", "output_fields"): [OUTPUT],
    ("template_versions", "input_fields"): [FIELD, OTHER],
    ("template_versions", "output_fields"): [OUTPUT],
    ("contents", "fields"): {"topic": "winter", "headline": "A headline", "choices": ["a"], "count": 1},
    ("contents", "metadata"): {
        "metaTitle": "x", "metaDescription": "x", "keywords": ["x"], "ogImage": "https://x.test/a.png",
        "canonicalUrl": "https://x.test", "targetAudience": "x",
    },
    ("contents", "provenance"): {
        "fields.topic": {
            "generationId": ID, "provider": "x", "model": "x", "promptVersion": "x", "at": "2026-01-01T00:00:00Z",
            "isEdited": True, "editedBy": ID,
        }
    },
    ("content_versions", "snapshot"): {
        "title": "x", "slug": "x", "status": "draft", "type": "article", "fields": {"topic": "x"}, "body": "x",
        "excerpt": "x", "metadata": {"seoTitle": "x"}, "tags": ["x"], "categories": ["x"], "assignees": [ID],
        "scheduled_for": None, "expires_at": None, "due_at": None,
    },
    ("comments", "attachments"): [{"fileId": ID, "name": "a.pdf"}],
    ("workflow_actions", "attachments"): [ID],
    ("workflow_steps", "condition"): CONDITION,
    ("workflow_steps", "skip_condition"): CONDITION,
    ("workflow_versions", "definition"): {
        "name": "x", "description": "x", "type": "sequential", "content_types": ["article"], "is_default": False,
        "is_active": True, "timeout_hours": 24, "escalate_to": ID,
        "steps": [{"position": 1, "name": "x", "type": "review", "assignees": [ID], "condition": CONDITION}],
    },
    ("workflow_step_runs", "definition"): {
        "type": "review", "instructions": "x", "timeout_hours": 24, "actions": ["approve"], "prerequisites": [1],
        "condition": CONDITION, "require_all_approvals": True, "assignment_type": "user", "assignee_ids": [ID],
    },
    ("claims", "text"): {"original": "Soft", "de": "Weich"},
    ("claim_versions", "text"): {"original": "Soft", "de": "Weich"},
    ("claim_reviews", "findings"): [
        {"claimId": ID, "text": "Soft", "verdict": "violation", "severity": "high", "explanation": "x"}
    ],
    ("ai_generations", "parameters"): {"temperature": 0.5, "maxTokens": 100, "inputs": {"topic": "x"}},
    ("ai_generations", "output"): {"fields": {"headline": "x"}, "text": "x", "suggestions": ["x"]},
    ("ai_generations", "proposal"): {"fields": {"headline": "x"}, "metadata": {"seoTitle": "x"}},
    ("ai_generations", "calls"): [
        {
            "provider": "x", "model": "x", "outcome": "completed", "promptTokens": 1, "completionTokens": 1,
            "milliseconds": 1,
        }
    ],
    ("ai_generations", "violations"): [
        {"source": "term", "rule": "x", "severity": "high", "quote": "x", "message": "x", "proposedFix": "x"}
    ],
    ("vetting_feedback", "items"): [
        {
            "agencyId": ID, "agency": "x", "priority": "high", "summary": "x", "recommendedAction": "x",
            "relatedFields": ["title"],
        }
    ],
    ("prompt_templates", "variables"): {"topic": "x"},
    ("prompt_templates", "parameters"): {"temperature": 0.5, "maxTokens": 100},
    ("notifications", "metadata"): {"contentId": ID, "title": "x"},
    ("platform_settings", "value"): {"a": 1},
    ("domain_events", "payload"): {
        "contentId": ID, "title": "x", "status": "draft", "version": 1, "changes": ["title"], "from": "draft",
    },
    ("audit_log", "details"): {"role": "admin", "changes": ["x"], "count": 1},
}  # fmt: skip
