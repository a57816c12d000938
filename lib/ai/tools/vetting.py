"""Vetting feedback: what the agencies of a market would say of a content (domain §7)."""

import json
from typing import Any, ClassVar, Final, override
from uuid import UUID

from pydantic import Field

from lib.ai.models import GenerationContext, VettingContext
from lib.ai.prompts.rendering import Prompt, as_data, render
from lib.ai.prompts.sections import brand_sections
from lib.ai.providers import Workload
from lib.ai.providers.response_schema import ResponseSchema, json_schema_of, malformed, parse_response
from lib.ai.text.lengths import trim_text
from lib.ai.text.plain import clean_line
from lib.ai.tools.base import BeginOptions, GenerationType, Tool, ToolOutput
from lib.ai.tools.fields import texts_as_read
from lib.ai.tools.models import VettingFeedback, VettingItem, VettingRequest
from lib.ai.tools.models.vetting import VettingPriority
from lib.core.filled import shows_something
from lib.core.html_text import text_of_html
from lib.core.http.errors import Unprocessable

MAX_ITEMS: Final = 50
_URGENCY: Final = ("critical", "high", "medium", "low")


def _written(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


class _Item(ResponseSchema):
    id: str = Field(description="an id of the list of agencies")
    priority: VettingPriority
    summary: str
    recommended_action: str
    related_fields: list[str] = Field(description="names of fields of the text")


class _Items(ResponseSchema):
    items: list[_Item] = Field(description="one for each id at least")


class ProduceVettingFeedback(Tool[VettingRequest, list[_Item]]):
    """Asks one provider, without a fallback: if it fails, there is no feedback."""

    type: ClassVar[GenerationType] = "vetting_feedback"
    prompt_version: ClassVar[str] = "vetting_feedback.v1"
    workload: ClassVar[Workload] = Workload.COMPLIANCE
    temperature: float = 0.3
    max_tokens: ClassVar[int] = 4000

    @override
    def begin_options(self) -> BeginOptions:
        # The market is a parameter of the generation.
        return BeginOptions(step_id=self.request.step_id, is_forced=self.request.force, is_applied=False)

    def _vetting(self, context: GenerationContext) -> VettingContext:
        assert context.vetting is not None
        return context.vetting

    def _texts(self, context: GenerationContext) -> dict[str, str]:
        """Returns the texts of the content that are not empty, by the name of their field."""
        content = context.content
        assert content is not None
        texts = {"title": content.title, "body": text_of_html(content.body)}
        for name, text in texts_as_read(context, _written).items():
            # A field may be called as a column is.
            texts[name] = f"{texts[name]} {text}" if name in texts else text
        return {name: text for name, text in texts.items() if shows_something(text)}

    @override
    def render_prompt(self, context: GenerationContext) -> Prompt:
        vetting, texts = self._vetting(context), self._texts(context)
        fitting = self.token_budget.fit("text", [f"{name}: {as_data(text)}" for name, text in texts.items()])
        if self.token_budget.omissions:
            # A text that is read in part only would pass as checked.
            raise Unprocessable("the content is too long to be vetted in one piece")
        return render(
            self.prompt_version,
            **brand_sections(context, self.token_budget) | {"country": self.request.market},
            step=as_data(vetting.step),
            instructions=as_data(vetting.instructions),
            agencies=[{"id": str(item.id), "name": as_data(item.name)} for item in vetting.agencies],
            texts=fitting,
        )

    @override
    def response_schema(self, context: GenerationContext) -> dict[str, Any]:
        schema = json_schema_of(_Items)
        properties = schema["properties"]["items"]["items"]["properties"]
        properties["id"]["enum"] = [str(item.id) for item in self._vetting(context).agencies]
        properties["relatedFields"]["items"]["enum"] = list(self._texts(context))
        return schema

    @override
    def parse(self, text: str, context: GenerationContext) -> list[_Item]:
        items = parse_response(_Items, text).items
        asked = {str(item.id) for item in self._vetting(context).agencies}
        if {item.id for item in items} != asked:
            raise malformed("the model did not answer for the requested agencies")
        if not all(clean_line(item.summary) and clean_line(item.recommended_action) for item in items):
            raise malformed("a point of an agency is empty")
        return items

    @override
    def build_output(self, answer: list[_Item], context: GenerationContext) -> ToolOutput:
        content, known = context.content, self._texts(context)
        assert content is not None
        names = {str(item.id): item.name for item in self._vetting(context).agencies}
        items = [
            VettingItem(
                agency_id=UUID(item.id),
                agency=names[item.id],
                priority=item.priority,
                summary=trim_text(clean_line(item.summary), 1000),
                recommended_action=trim_text(clean_line(item.recommended_action), 1000),
                related_fields=[name for name in dict.fromkeys(item.related_fields) if name in known][:20],
            )
            for item in sorted(answer, key=lambda item: _URGENCY.index(item.priority))
        ][:MAX_ITEMS]
        result = VettingFeedback(
            content_id=content.id,
            content_version=content.version,
            step_id=self.request.step_id,
            market=self.request.market,
            items=items,
        )
        return ToolOutput(result, [], vetting_feedback=items)

    @override
    def is_cacheable(self, output: ToolOutput) -> bool:
        return False  # it is stored with the review, and forced feedback is new
