"""Reads answers in the format of OpenAI: https://platform.openai.com/docs/api-reference/chat-streaming."""

from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass
from typing import Any, Final

from lib.ai.providers.deltas import read_deltas
from lib.ai.providers.models import Delta, Fault, ProviderError, ReportedUsage
from lib.ai.providers.sdk_errors import reported_error
from lib.ai.providers.values import content_in, count_in, object_in, objects_in, text_in

_TOO_LONG: Final = ("length", "max_tokens", "max_output_tokens", "model_length")
_MAX_REFUSAL: Final = 1000


@dataclass(slots=True)
class _Chat:
    """The state of an answer that is being read, by the chunks of its stream or by one document."""

    finish_reason: str | None = None
    refusal: str = ""
    usage: ReportedUsage | None = None
    problem: ProviderError | None = None
    has_text: bool = False

    def add(self, name: str, chunk: dict[str, Any]) -> str:
        """Adds a chunk and returns its text. ``name``: that of its event, which OpenAI gives to errors alone."""
        if chunk.get("error") or "error" in (name, chunk.get("type")):
            self.problem = self.problem or reported_error(chunk.get("error") or chunk)
        text = ""
        for choice in objects_in(chunk, "choices"):
            if str(choice.get("index") or 0) == "0":
                text += self._take(choice)
        self.has_text = self.has_text or bool(text)
        used = object_in(chunk, "usage")
        if used or self.finish_reason:
            known = self.usage or ReportedUsage()
            prompt, written = count_in(used, "prompt_tokens"), count_in(used, "completion_tokens")
            self.usage = ReportedUsage(
                known.prompt_tokens if prompt is None else prompt,
                known.completion_tokens if written is None else written,
            )
        return text

    def _take(self, choice: dict[str, Any]) -> str:
        reason: Any = choice.get("finish_reason")
        if reason and reason != "null":
            self.finish_reason = reason[:50] if isinstance(reason, str) else "stop"
        # A last chunk may repeat the whole message.
        said = object_in(choice, "delta") or ({} if self.has_text else object_in(choice, "message"))
        self.refusal = (self.refusal + text_in(said, "refusal"))[:_MAX_REFUSAL]
        return content_in(said, "content")

    def check_end(self) -> None:
        """Raises ProviderError if the answer is not whole."""
        if self.finish_reason == "content_filter" or self.refusal:
            raise ProviderError("the content filter stopped the answer", fault=Fault.REFUSED, usage=self.usage)
        if self.finish_reason in _TOO_LONG:
            raise ProviderError("the answer was longer than the tokens allowed for it", usage=self.usage)
        if self.finish_reason is None:
            raise ProviderError("the answer broke off", fault=Fault.BROKEN_OFF, usage=self.usage)


def chat_deltas(pieces: AsyncIterator[bytes]) -> AsyncGenerator[Delta]:
    """Reads an answer from its bytes: see ``read_deltas``."""
    return read_deltas(pieces, _Chat())
