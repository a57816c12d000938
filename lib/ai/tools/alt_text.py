"""generateAltText: what an image shows, for those who cannot see it (domain §7)."""

import re
from functools import lru_cache
from typing import Any, ClassVar, Final

from pydantic import Field

from lib.ai.lengths import trim_text
from lib.ai.models import GenerationContext
from lib.ai.pages import load_image
from lib.ai.providers import Capability, Image
from lib.ai.rendering import Prompt, as_data, render
from lib.ai.requests import AltTextRequest
from lib.ai.results import AltText
from lib.ai.shapes import Shape, clean_line, malformed, read_shape, schema_of
from lib.ai.tools.base import Finished, Tool
from lib.core.http.errors import Unprocessable
from lib.core.languages import LANGUAGES
from lib.core.security.web import FetchRefused

LIMIT: Final = 125
SHORT: Final = 49
LONG: Final = (125, 200)
# An image of the size that we send has at most so many tokens with any provider.
IMAGE_TOKENS: Final = 3000

# Words that say a colour and hardly anything else; in a language that is not here the model's word has to do.
COLOURS: Final = {
    "en": "red blue green yellow purple violet brown black white grey gray beige turquoise crimson scarlet",
    "de": "rot rote roter blau blaue blauer grün grüne grüner gelb gelbe lila violett braun schwarz weiß grau türkis",
    "fr": "rouge bleu bleue vert verte jaune violet violette marron noir noire blanc blanche gris grise turquoise",
    "es": "rojo roja azul verde amarillo amarilla morado morada marrón negro negra blanco blanca gris beige turquesa",
    "it": "rosso rossa blu azzurro verde giallo gialla viola marrone nero nera bianco bianca grigio grigia beige",
    "nl": "rood rode blauw blauwe groen groene geel gele paars bruin zwart zwarte wit witte grijs beige turquoise",
}


class _Answer(Shape):
    alt_text: str = Field(description="plain text, 50 to 125 characters")
    short: str = Field(description="plain text, 20 to 49 characters")
    long: str = Field(description="plain text, 125 to 200 characters")
    detected_language: str | None


@lru_cache(maxsize=16)
def _colour_pattern(language: str) -> re.Pattern[str] | None:
    words = COLOURS.get(language)
    return re.compile(rf"\b({'|'.join(words.split())})\b", re.IGNORECASE) if words else None


def colours_in(text: str, language: str) -> list[str]:
    pattern = _colour_pattern(language.split("-", maxsplit=1)[0].lower())
    return list(dict.fromkeys(found.lower() for found in pattern.findall(text))) if pattern else []


class GenerateAltText(Tool[AltTextRequest, _Answer]):
    type: ClassVar[str] = "alt_text"
    prompt: ClassVar[str] = "generate_alt_text.v1"
    needed: ClassVar[frozenset[Capability]] = frozenset({Capability.VISION, Capability.STRUCTURED})
    temperature: float = 0.5
    max_tokens: ClassVar[int] = 350

    def __init__(self, request: AltTextRequest, source: str) -> None:
        super().__init__(request)
        self.source = source
        self._image: Image | None = None

    async def prepare(self, context: GenerationContext) -> None:
        try:
            self._image = await load_image(self.source)
        except FetchRefused as error:
            raise Unprocessable(str(error)) from error

    @property
    def source_tokens(self) -> int:
        return IMAGE_TOKENS + 1000

    def images(self) -> tuple[Image, ...]:
        return (self._image,) if self._image else ()

    def _language(self, context: GenerationContext) -> str:
        return self.request.language or context.brand.language or "en"

    def ask(self, context: GenerationContext) -> Prompt:
        return render(self.prompt, brand_name=as_data(context.brand.name), language=self._language(context))

    def schema(self, context: GenerationContext) -> dict[str, Any]:
        return schema_of(_Answer)

    def read(self, raw: str, context: GenerationContext) -> _Answer:
        answer = read_shape(_Answer, raw)
        answer.alt_text, answer.short, answer.long = map(clean_line, (answer.alt_text, answer.short, answer.long))
        return answer

    def problems(self, answer: _Answer, context: GenerationContext) -> list[str]:
        found: list[str] = []
        for name, text, (least, most) in (
            ("altText", answer.alt_text, (50, LIMIT)),
            ("short", answer.short, (1, SHORT)),
            ("long", answer.long, LONG),
        ):
            if not least <= len(text) <= most:
                found.append(f"{name} has {len(text)} characters; it needs {least} to {most}")
        for name in ("alt_text", "short", "long"):
            colours = colours_in(getattr(answer, name), self._language(context))
            found += [f"it names the colour {colour}" for colour in colours]
        return list(dict.fromkeys(found))

    def finish(self, answer: _Answer, context: GenerationContext) -> Finished:
        if not answer.alt_text:
            raise malformed("the model's alternative text is empty")
        # 122 and three dots (domain §7), without cutting a word where that can be helped.
        texts = (
            trim_text(answer.alt_text, LIMIT, end="..."),
            trim_text(answer.short, SHORT, end="..."),
            trim_text(answer.long, LONG[1], end="..."),
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
        return Finished(result, list(texts))
