"""Reads answers in the format of Anthropic: https://docs.anthropic.com/en/api/messages-streaming."""

from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass, replace
from typing import Any, Final

from lib.ai.providers.deltas import read_deltas
from lib.ai.providers.models import Delta, Fault, ProviderError, ReportedUsage
from lib.ai.providers.sdk_errors import reported_error
from lib.ai.providers.values import content_in, count_in, object_in, text_in

# The ends of an answer that was longer than the tokens allowed for it.
_TOO_LONG: Final = ("max_tokens", "model_context_window_exceeded")
_PROMPT_TOKENS: Final = ("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")


@dataclass(slots=True)
class _Message:
    """The state of an answer that is being read, by the events of its stream or by one document."""

    stop_reason: str | None = None
    usage: ReportedUsage | None = None
    problem: ProviderError | None = None

    def add(self, name: str, event: dict[str, Any]) -> str:
        """Adds an event and returns its text. Its own type counts, and not that of its line, which proxies drop."""
        match text_in(event, "type") or name:
            case "message_start":
                # Its number of tokens of the answer is that of the first ones.
                self._count(object_in(event, "message"), is_ended=False)
            case "content_block_start":
                return self._text_of(object_in(event, "content_block"), "text")
            case "content_block_delta":
                return self._text_of(object_in(event, "delta"), "text_delta")
            case "message_delta":
                self._end(object_in(event, "delta"))
                self._count(event)
            case "message":
                self._count(event)
                self._end(event)
                return content_in(event, "content")
            case "error":
                self.problem = self.problem or reported_error(event.get("error"))
            case _:
                if event.get("error"):
                    self.problem = self.problem or reported_error(event["error"])
        return ""

    def _text_of(self, part: dict[str, Any], kind: str) -> str:
        return text_in(part, "text") if part.get("type") == kind else ""

    def _end(self, said: dict[str, Any]) -> None:
        self.stop_reason = text_in(said, "stop_reason")[:50] or self.stop_reason
        self.usage = self.usage or ReportedUsage()

    def _count(self, said: dict[str, Any], *, is_ended: bool = True) -> None:
        # Later numbers replace earlier ones: they are those of the whole answer so far.
        used, known = object_in(said, "usage"), self.usage or ReportedUsage()
        counts = [count for name in _PROMPT_TOKENS if (count := count_in(used, name)) is not None]
        written = count_in(used, "output_tokens") if is_ended else None
        self.usage = replace(
            known,
            prompt_tokens=(sum(counts) if counts else None) or known.prompt_tokens,
            completion_tokens=known.completion_tokens if written is None else written,
        )

    def check_end(self) -> None:
        """Raises ProviderError if the answer is not whole."""
        if self.stop_reason == "refusal":
            raise ProviderError("the model refused to answer", fault=Fault.REFUSED, usage=self.usage)
        if self.stop_reason in _TOO_LONG:
            raise ProviderError("the answer was longer than the tokens allowed for it", usage=self.usage)
        if self.stop_reason is None:
            raise ProviderError("the answer broke off", fault=Fault.BROKEN_OFF, usage=self.usage)


def message_deltas(pieces: AsyncIterator[bytes]) -> AsyncGenerator[Delta]:
    """Reads an answer from its bytes: see ``read_deltas``."""
    return read_deltas(pieces, _Message())
