"""What the tools have in common: what they ask, how an answer is read, and within which bounds it has to be."""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Any, ClassVar

from lib.ai.context import Budget
from lib.ai.models import GenerationContext
from lib.ai.providers import Capability, Completion, Image, Request
from lib.ai.rendering import Prompt
from lib.ai.requests import ToolRequest
from lib.core.http.models import ResponseModel


@dataclass(frozen=True, slots=True)
class Finished:
    """An answer within its bounds."""

    result: ResponseModel
    texts: list[str]
    """What the reader will see of it, to hold against the guardrails."""
    proposal: dict[str, Any] | None = None
    """{fields, metadata}: what is to be written into the content."""
    record: dict[str, Any] = field(default_factory=dict[str, Any])
    """What else the database keeps: alignment, claimReview."""


class Tool[R: ToolRequest, A](ABC):
    """One request of one tool. ``A`` is an answer as it was read, not yet within its bounds."""

    type: ClassVar[str]
    prompt: ClassVar[str]
    """The name of the prompt file, with its version."""
    kind: ClassVar[Request] = Request.ANALYSIS
    needed: ClassVar[frozenset[Capability]] = frozenset({Capability.COMPLETE, Capability.STRUCTURED})
    attempts: ClassVar[int] = 2
    """How often the model is asked at most until its answer is within bounds."""
    requires: ClassVar[tuple[str, ...]] = ()
    """What the brand must have: language, country."""
    temperature: float = 0.7
    max_tokens: ClassVar[int] = 1000

    def __init__(self, request: R) -> None:
        self.request = request
        self.budget = Budget()

    def opening(self) -> dict[str, Any]:
        """What begin_generation is asked beyond the tenant and the parameters."""
        return {}

    @property
    def is_checked(self) -> bool:
        """Whether the answer is held against the guardrails."""
        return False

    @property
    def completion_tokens(self) -> int:
        """The most that one answer may have; before the form is known, a bound of it."""
        return self.max_tokens

    @property
    def source_tokens(self) -> int:
        """About how many tokens of the prompt come from elsewhere than the database."""
        return 1500

    async def prepare(self, context: GenerationContext) -> None:  # noqa: B027 - most tools have nothing to fetch
        """Fetches what the prompt needs. Raises ApiError where that cannot be had: then nothing is charged."""

    def direct(self, context: GenerationContext) -> Finished | None:
        """The answer where no model has to be asked for it."""
        return None

    @abstractmethod
    def ask(self, context: GenerationContext) -> Prompt: ...

    @abstractmethod
    def schema(self, context: GenerationContext) -> dict[str, Any]: ...

    @abstractmethod
    def read(self, raw: str, context: GenerationContext) -> A:
        """Raises ProviderError where the answer is not of the shape that was asked for."""

    def problems(self, answer: A, context: GenerationContext) -> list[str]:
        """What is out of bounds, in words and with measures, for the model to mend."""
        return []

    @abstractmethod
    def finish(self, answer: A, context: GenerationContext) -> Finished:
        """Within the bounds, by trimming what is still too long. Raises ProviderError where that cannot be."""

    def images(self) -> tuple[Image, ...]:
        return ()

    def may_keep(self, finished: Finished) -> bool:
        """Whether the answer is good enough to be given again to the same question."""
        return True

    def completion(self, context: GenerationContext) -> Completion:
        prompt = self.ask(context)
        return Completion(
            system=prompt.system,
            prompt=prompt.user,
            schema=self.schema(context),
            temperature=self.temperature,
            top_p=0.9 if self.temperature < 0.5 else None,
            max_tokens=self.max_tokens_for(context),
            images=self.images(),
        )

    def max_tokens_for(self, context: GenerationContext) -> int:
        return self.max_tokens
