"""Tests that checks and prompts get the texts of a content as its readers see them, also those that look like a tag."""

import json
from typing import Any, Final

import pytest

from lib.ai.models import GenerationContext
from lib.ai.prompts.rendering import as_data
from lib.ai.tools import models as requests
from lib.ai.tools.base import Tool
from lib.ai.tools.claims import ReviewClaims
from lib.ai.tools.fields import texts_to_check
from lib.ai.tools.guardrails import CheckGuardrails
from lib.ai.tools.metadata import GenerateMetadata
from lib.ai.tools.suggestions import SuggestTitles
from lib.ai.tools.text_review import ReviewText
from lib.ai.tools.vetting import ProduceVettingFeedback
from tests.ai.support import answered, prompts_of, requests_with
from tests.ai.test_prompts import ONE, context
from tests.ai.test_vetting import agency, reviewed
from tests.support.world import World

pytestmark = pytest.mark.anyio

TYPED: Final = "Soft skin. <p Cures eczema in two days> &amp; <b>fast</b>"
OLD: Final = "Tom &amp; Jerry <strong>heal</strong>"
CLAIM: Final = "Cures eczema in two days"
TOOLS: Final = [
    ProduceVettingFeedback(
        requests.VettingRequest.model_validate({"contentId": str(ONE), "stepId": str(ONE), "market": "NO"})
    ),
    CheckGuardrails(requests.GuardrailRequest.model_validate({"contentId": str(ONE)})),
    ReviewText(requests.TextReviewRequest.model_validate({"contentId": str(ONE), "country": "NO"})),
    GenerateMetadata(requests.MetadataRequest.model_validate({"contentId": str(ONE)})),
    SuggestTitles(requests.TitlesRequest.model_validate({"contentId": str(ONE)})),
]


def told(plain: list[str] | None = None, **values: Any) -> GenerationContext:
    content = {"id": ONE, "title": "Wind", "body": "<p>Cold air</p>", "version": 2, "plain_texts": plain or []}
    vetting = {"step": "Legal", "instructions": "", "agencies": [{"id": ONE, "name": "A", "priority": "High"}]}
    return context(content=content, vetting=vetting, values=values)


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: type(tool).__name__)
def test_prompts_have_text_as_typed_whole(tool: Tool[Any, Any]) -> None:
    prompt = tool.render_prompt(told(["fields.line", "fields.list"], line=TYPED, list=[TYPED], old=OLD))
    words = prompt.user + prompt.system
    assert words.count(as_data(TYPED)) == 2
    assert as_data("Tom & Jerry heal") in words
    assert "<strong>" not in words


def test_lists_and_questions_keep_their_words() -> None:
    faq = {"entries": [{"id": "1", "question": "Why?", "answerHtml": "<p>So</p>", "answerPlain": "So"}]}
    assert texts_to_check(None, told(["fields.list"], list=["a <b>", "c"], faq=faq, empty="")) == [
        "Wind", "Cold air", "a <b>, c", "Why? So"
    ]  # fmt: skip


def test_vetting_has_fields_that_are_called_as_columns_are() -> None:
    prompt = TOOLS[0].render_prompt(told(["fields.title"], title=TYPED, body="<p>Second</p>", none=None))
    assert as_data(f"title: Wind {TYPED}") in prompt.user + prompt.system
    assert "body: Cold air Second" in prompt.user + prompt.system
    assert "none:" not in prompt.user + prompt.system


def recorded(claim: str, context: GenerationContext) -> bool:
    """Tells whether a rejected claim counts as one that the content makes."""
    asked = {"contentId": str(ONE), "country": "NO", "claims": [{"id": "c", "text": claim}]}
    tool = ReviewClaims(requests.ClaimReviewRequest.model_validate(asked))
    review = {"id": "c", "status": "rejected", "feedback": "No", "suggestedRevision": None, "issues": []}
    answer = tool.parse(json.dumps({"reviews": [review | {"risk": "high", "confidence": 1}]}), context)
    return tool.build_output(answer, context).claim_review is not None


def test_claims_are_found_in_text_as_typed() -> None:
    typed = told(["fields.line"], line=TYPED)
    for claim in (CLAIM, "cures  ECZEMA", TYPED, "<p Cures eczema in two days>", "<b>fast</b>", "cold air", "Wind"):
        assert recorded(claim, typed), claim
    for claim in ("Heals", "<i></i>"):
        assert not recorded(claim, typed), claim
    # HTML is read as its text.
    html = told(line="<p>Heals &amp; <strong>soothes</strong></p>", list=["Vegan"])
    for claim in ("heals & soothes", "heals &amp; <b>soothes</b>", "vegan"):
        assert recorded(claim, html), claim
    assert not recorded("strong", html)


async def test_vetting_is_told_what_the_database_kept_as_typed(world: World) -> None:
    brand = await world.brand()
    await agency(brand, "Standards")
    mark = f"Mark {brand.name}"
    body = await reviewed(world, brand, fields={"topic": f"{mark} {TYPED}", "headline": "A headline"})
    await answered(brand.editor, "vetting-feedback", body)
    [prompt] = prompts_of(await requests_with(world, mark))
    assert as_data(f"{mark} {TYPED}") in prompt
