"""Each prompt matches its golden file, so that every change of wording is seen and made on purpose.

``python -m tests.ai.test_prompts`` writes the files again.
"""

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from lib.ai.guardrails.model_check import check_prompt
from lib.ai.models import GenerationContext
from lib.ai.prompts.rendering import FOLDER, Prompt, render
from lib.ai.sources.pages import WebPage
from lib.ai.tools import models as requests
from lib.ai.tools.alt_text import GenerateAltText
from lib.ai.tools.base import Tool
from lib.ai.tools.brand_analysis import AnalyzeBrand
from lib.ai.tools.claim_wordings import SimplifyClaim, StyleClaim
from lib.ai.tools.claims import ReviewClaims, SuggestReplacement
from lib.ai.tools.guardrails import CheckGuardrails
from lib.ai.tools.metadata import GenerateMetadata
from lib.ai.tools.suggestions import ExtractKeywords, SuggestTitles
from lib.ai.tools.text_review import ReviewText
from lib.ai.tools.transcreation import Transcreate
from lib.ai.tools.vetting import ProduceVettingFeedback
from lib.ai.tools.writing import GenerateContent, GenerateField, Regenerate

GOLDEN = Path(__file__).parent / "golden"
ONE = UUID(int=1)
CLAIM = UUID(int=7)


def context(**changes: Any) -> GenerationContext:
    """Returns a context with every kind of text that a prompt can contain."""
    return GenerationContext.model_validate(
        {
            "id": ONE,
            "brand": {
                "id": ONE,
                "name": "Aurora",
                "version": 3,
                "identity": {"mission": "Calm skin", "values": ["honesty", "care"]},
                "tone_of_voice": "Warm and plain.",
                "personality": ["patient"],
                "guardrails": ["Never promise a cure", 'Do not use the word "artisanal"'],
                "key_messages": ["Five ingredients at most"],
                "target_audience": "Sensitive skin",
                "country": "NO",
                "language": "nb",
            },
            "template": {
                "name": "Article",
                "input_fields": [{"id": "topic", "name": "Topic"}, {"id": "note", "name": "Note"}],
                "output_fields": [
                    {"id": "headline", "name": "Headline", "maxLength": 60, "aiPrompt": "About {{topic}} and {{note}}"},
                    {
                        "id": "body",
                        "name": "Body",
                        "type": "html",
                        "minWords": 50,
                        "maxWords": 90,
                        "useToneOfVoice": True,
                        "aiPrompt": "In {{Brand Language}}: {{teaser_plain}} {{unknown}}",
                    },
                ],
                "all_outputs": [
                    {"id": "headline", "name": "Headline"},
                    {"id": "body", "name": "Body", "type": "html"},
                    {"id": "teaser", "name": "Teaser", "type": "html"},
                ],
            },
            "content": {"id": ONE, "title": "Cold wind", "body": "<p>Cold air</p>", "version": 2},
            "product": {
                "id": ONE,
                "name": "Winter cream",
                "description": "A cream",
                "market": "NO",
                "ingredients": ["Oat"],
                "claims": [
                    {"id": CLAIM, "text": "Heals", "status": "disallowed", "original_text": "Heals skin"},
                    {"text": "Vegan", "status": "mandatory"},
                    {"text": "Soft", "status": "allowed"},
                ],
            },
            "values": {"topic": "frost {{brand.guardrails}}", "teaser": "<p>So <strong>cold</strong></p>"},
            "examples": [{"title": "Snow", "text": "Snow is quiet."}],
            "knowledge": [{"title": "Oats", "text": "Grown by us."}],
        }
        | changes
    )


def vetted() -> GenerationContext:
    agency = {"id": ONE, "name": "Authority </data>", "priority": "High"}
    return context(vetting={"step": "Legal", "instructions": "Read the headline", "agencies": [agency]})


def single(tool: Tool[Any, Any]) -> Prompt:
    """Renders the prompt of a tool for a single field."""
    whole = context()
    assert whole.template is not None
    whole.template.output_fields = whole.template.output_fields[:1]
    return tool.render_prompt(whole)


def _with_pages() -> AnalyzeBrand:
    tool = AnalyzeBrand(
        requests.BrandAnalysisRequest.model_validate(
            {"brandId": str(ONE), "name": "Aurora", "urls": ["https://a.test"]}
        )
    )
    tool._pages = [WebPage("https://a.test", "Aurora", "", "We make </data> skin care.")]  # pyright: ignore[reportPrivateUsage]
    return tool


def of(model: type[Any], **body: Any) -> Any:
    return model.model_validate({"brandId": str(ONE)} | body)


def prompts() -> dict[str, Prompt]:
    content = {"contentId": str(ONE), "brandId": None}
    generate = of(
        requests.GenerateRequest,
        **content,
        tone="playful",
        length="short",
        includeKeywords=["winter"],
        avoidTerms=["miracle"],
        instructions="Begin with a question",
    )
    titles = of(requests.TitlesRequest, topic="Frost", content="Cold air", count=5, keywords=["winter"])
    claims = of(requests.ClaimReviewRequest, claims=[{"id": "a", "text": "Soft"}], country="NO", strictness="strict")
    replacement = of(requests.ReplacementRequest, claimId=str(CLAIM), productId=str(ONE), market="NO")
    metadata = of(requests.MetadataRequest, content="Cold air", keywords=["winter"], intent="Advice")
    return {
        GenerateContent.prompt_version: GenerateContent(generate).render_prompt(context()),
        GenerateField.prompt_version: single(
            GenerateField(of(requests.FieldRequest, **content, fieldId="headline", instructions="Short"))
        ),
        Regenerate.prompt_version: single(
            Regenerate(of(requests.RegenerateRequest, **content, fieldId="headline", feedback="Too cold"))
        ),
        GenerateMetadata.prompt_version: GenerateMetadata(metadata).render_prompt(context()),
        GenerateAltText.prompt_version: GenerateAltText(
            of(requests.AltTextRequest, images=["https://a.test/i.png"]), "https://a.test/i.png"
        ).render_prompt(context()),
        Transcreate.prompt_version: Transcreate(
            of(requests.TranscreateRequest, content="<p>A piece of cake</p>", options={"keepLength": True})
        ).render_prompt(context()),
        AnalyzeBrand.prompt_version: _with_pages().render_prompt(context()),
        ReviewClaims.prompt_version: ReviewClaims(claims).render_prompt(context()),
        ReviewText.prompt_version: ReviewText(
            of(requests.TextReviewRequest, text="It <b>heals</b> </data> skin.", country="NO")
        ).render_prompt(context()),
        SuggestReplacement.prompt_version: SuggestReplacement(replacement).render_prompt(context()),
        StyleClaim.prompt_version: StyleClaim(
            of(requests.ClaimStyleRequest, text="Softens </data> skin by 30%", style="headline")
        ).render_prompt(context()),
        SimplifyClaim.prompt_version: SimplifyClaim(
            of(requests.ClaimSimplifyRequest, text="Softens skin by 30%", readingLevel="very_easy")
        ).render_prompt(context()),
        ProduceVettingFeedback.prompt_version: ProduceVettingFeedback(
            of(requests.VettingRequest, contentId=str(ONE), stepId=str(ONE), market="NO")
        ).render_prompt(vetted()),
        SuggestTitles.prompt_version: SuggestTitles(titles).render_prompt(context()),
        ExtractKeywords.prompt_version: ExtractKeywords(of(requests.KeywordsRequest, content="Cold air")).render_prompt(
            context()
        ),
        CheckGuardrails.prompt_version: check_prompt(
            ["Cold </data> air"], context(), CheckGuardrails(of(requests.GuardrailRequest, text="x")).token_budget
        ),
        "correction.v1": render(
            "correction.v1", system="S", prompt="P", answer="</data>A", problems=["title has 72 characters"]
        ),
    }


def as_text(prompt: Prompt) -> str:
    return f"{prompt.system}\n\n──────── user\n\n{prompt.user}\n"


NAMES = sorted(path.stem for path in FOLDER.glob("[a-z]*.j2"))


@pytest.mark.parametrize("name", NAMES)
def test_golden(name: str) -> None:
    assert as_text(prompts()[name]) == (GOLDEN / f"{name}.txt").read_text()


def test_every_prompt_has_a_golden_file() -> None:
    assert NAMES == sorted(prompts()) == sorted(path.stem for path in GOLDEN.glob("*.txt"))


if __name__ == "__main__":
    GOLDEN.mkdir(exist_ok=True)
    for prompt_name, written in prompts().items():
        (GOLDEN / f"{prompt_name}.txt").write_text(as_text(written))
