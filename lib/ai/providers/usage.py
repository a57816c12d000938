"""Counts the tokens of a call: what the provider reported, if it can be true, and otherwise an estimate."""

import json
from collections.abc import Sequence
from typing import Final

from lib.ai.models import TokenUsage
from lib.ai.providers.models import CompletionRequest, ReportedUsage
from lib.ai.text.tokens import count_tokens

# The tokens of an image at most models of the chain, give or take half of them.
IMAGE_TOKENS: Final = 1000
# The dearest way to read an image: many tiles, each multiplied by the price list of a small model.
MAX_IMAGE_TOKENS: Final = 100_000
# Tokens that providers add to a prompt and to an answer: their own marks and instructions.
OVERHEAD_TOKENS: Final = 2000


def prompt_tokens(request: CompletionRequest) -> int:
    """Estimates the tokens of the prompt of a request, with its schema and images."""
    schema = count_tokens(json.dumps(request.schema, ensure_ascii=False)) if request.schema is not None else 0
    return count_tokens(request.system) + count_tokens(request.prompt) + schema + IMAGE_TOKENS * len(request.images)


def charged_usage(request: CompletionRequest, text: str, reported: ReportedUsage | None) -> TokenUsage:
    """Returns the tokens to charge for a call, of whose answer ``text`` was read.

    Without a text and a report no model has answered, as far as is known, and nothing is charged. A number that is
    missing, or that cannot be true, is estimated: no token is shorter than a byte, a prompt has at least one, and so
    has a text.
    """
    if reported is None and not text:
        return TokenUsage()
    reported = reported or ReportedUsage()
    prompt = prompt_tokens(request)
    # An estimate counts one token for 3.5 bytes: four times as many are more than there are bytes.
    most_of_prompt = 4 * prompt + MAX_IMAGE_TOKENS * len(request.images) + OVERHEAD_TOKENS
    written = count_tokens(text)
    most_of_answer = max(4 * written, request.max_tokens) + OVERHEAD_TOKENS
    return TokenUsage(
        prompt_tokens=_plausible(reported.prompt_tokens, 1, most_of_prompt, prompt),
        completion_tokens=_plausible(reported.completion_tokens, 1 if text else 0, most_of_answer, written),
    )


def charged_embedding_tokens(texts: Sequence[str], reported: int | None) -> int:
    """Returns the tokens to charge for embeddings of texts."""
    estimated = sum(map(count_tokens, texts))
    return _plausible(reported, 1, 4 * estimated + OVERHEAD_TOKENS, estimated)


def _plausible(reported: int | None, least: int, most: int, estimated: int) -> int:
    return reported if reported is not None and least <= reported <= most else estimated
