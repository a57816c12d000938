"""generateAltText: describes images for people who cannot see them (domain §7)."""

import re
from functools import lru_cache
from typing import Any, ClassVar, Final, override

from pydantic import Field

from lib.ai.models import GenerationContext
from lib.ai.prompts.rendering import Prompt, as_data, render
from lib.ai.providers import Capability, Image
from lib.ai.providers.response_schema import ResponseSchema, json_schema_of, malformed, parse_response
from lib.ai.sources.images import load_image
from lib.ai.text.lengths import trim_text
from lib.ai.text.plain import clean_line
from lib.ai.tools.base import GenerationType, Tool, ToolOutput
from lib.ai.tools.models import AltText, AltTextRequest
from lib.core.http.errors import Unprocessable
from lib.core.languages import LANGUAGES
from lib.core.security.web import FetchRefused

MAX_CHARACTERS: Final = 125
MAX_SHORT_CHARACTERS: Final = 49
LONG_CHARACTERS: Final = (125, 200)
# The most tokens that an image of our size has with any provider.
IMAGE_TOKENS: Final = 3000

# Words that name a colour and hardly anything else. In other languages only the prompt forbids colours.
COLOURS: Final = {
    "en": "red blue green yellow purple violet brown black white grey gray beige turquoise crimson scarlet",
    "de": "rot rote roter blau blaue blauer grün grüne grüner gelb gelbe lila violett braun schwarz weiß grau türkis",
    "fr": "rouge bleu bleue vert verte jaune violet violette marron noir noire blanc blanche gris grise turquoise",
    "es": "rojo roja azul verde amarillo amarilla morado morada marrón negro negra blanco blanca gris beige turquesa",
    "it": "rosso rossa blu azzurro verde giallo gialla viola marrone nero nera bianco bianca grigio grigia beige",
    "nl": "rood rode blauw blauwe groen groene geel gele paars bruin zwart zwarte wit witte grijs beige turquoise",
}


class _Response(ResponseSchema):
    alt_text: str = Field(description="plain text, 50 to 125 characters")
    short: str = Field(description="plain text, 20 to 49 characters")
    long: str = Field(description="plain text, 125 to 200 characters")
    detected_language: str | None


@lru_cache(maxsize=16)
def _colour_pattern(language: str) -> re.Pattern[str] | None:
    words = COLOURS.get(language)
    return re.compile(rf"\b({'|'.join(words.split())})\b", re.IGNORECASE) if words else None


def colours_in(text: str, language: str) -> list[str]:
    """Returns the colours that a text names, in lower case; empty for languages without a list of words."""
    pattern = _colour_pattern(language.split("-", maxsplit=1)[0].lower())
    return list(dict.fromkeys(found.lower() for found in pattern.findall(text))) if pattern else []


class GenerateAltText(Tool[AltTextRequest, _Response]):
    """Describes one of the images of a request."""

    type: ClassVar[GenerationType] = "alt_text"
    prompt_version: ClassVar[str] = "generate_alt_text.v1"
    capabilities: ClassVar[frozenset[Capability]] = frozenset({Capability.VISION, Capability.STRUCTURED})
    temperature: float = 0.5
    max_tokens: ClassVar[int] = 350

    def __init__(self, request: AltTextRequest, source: str) -> None:
        super().__init__(request)
        self.source = source
        self._image: Image | None = None

    @override
    async def prepare(self, context: GenerationContext) -> None:
        try:
            self._image = await load_image(self.source)
        except FetchRefused as error:
            raise Unprocessable(str(error)) from error

    @property
    @override
    def reserved_request_tokens(self) -> int:
        return IMAGE_TOKENS + 1000

    @override
    def images(self) -> tuple[Image, ...]:
        return (self._image,) if self._image else ()

    def _language(self, context: GenerationContext) -> str:
        return self.request.language or context.brand.language or "en"

    @override
    def render_prompt(self, context: GenerationContext) -> Prompt:
        return render(self.prompt_version, brand_name=as_data(context.brand.name), language=self._language(context))

    @override
    def response_schema(self, context: GenerationContext) -> dict[str, Any]:
        return json_schema_of(_Response)

    @override
    def parse(self, text: str, context: GenerationContext) -> _Response:
        answer = parse_response(_Response, text)
        answer.alt_text, answer.short, answer.long = map(clean_line, (answer.alt_text, answer.short, answer.long))
        return answer

    @override
    def problems(self, answer: _Response, context: GenerationContext) -> list[str]:
        found: list[str] = []
        for name, text, (least, most) in (
            ("altText", answer.alt_text, (50, MAX_CHARACTERS)),
            ("short", answer.short, (1, MAX_SHORT_CHARACTERS)),
            ("long", answer.long, LONG_CHARACTERS),
        ):
            if not least <= len(text) <= most:
                found.append(f"{name} has {len(text)} characters; it needs {least} to {most}")
        for name in ("alt_text", "short", "long"):
            colours = colours_in(getattr(answer, name), self._language(context))
            found += [f"it names the colour {colour}" for colour in colours]
        return list(dict.fromkeys(found))

    @override
    def build_output(self, answer: _Response, context: GenerationContext) -> ToolOutput:
        if not answer.alt_text:
            raise malformed("the model's alternative text is empty")
        # Cut to 122 characters and three dots (domain §7), after a word where possible.
        texts = (
            trim_text(answer.alt_text, MAX_CHARACTERS, end="..."),
            trim_text(answer.short, MAX_SHORT_CHARACTERS, end="..."),
            trim_text(answer.long, LONG_CHARACTERS[1], end="..."),
        )
        colours = list(dict.fromkeys(c for text in texts for c in colours_in(text, self._language(context))))
        language = (answer.detected_language or "").lower()[:2]
        result = AltText(
            alt_text=texts[0],
            short=texts[1],
            long=texts[2],
            detected_language=language if language in LANGUAGES else None,
            warnings=[f"names the colour {colour}" for colour in colours],
        )
        return ToolOutput(result, list(texts))
