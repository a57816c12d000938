"""Estimates the number of tokens of a text, to decide what fits into a prompt. Costs use what providers report.

Exact counts need the vocabulary of each model, which is downloaded on first use: too slow for a cold start.
"""

import math
from typing import Final

# English has about 4.2 bytes of UTF-8 per token, Chinese and Arabic about 2.5 to 3.
BYTES_PER_TOKEN: Final = 3.5


def count_tokens(text: str) -> int:
    """Estimates the number of tokens of a text."""
    return math.ceil(len(text.encode()) / BYTES_PER_TOKEN)


def cut_to_tokens(text: str, limit: int) -> str:
    """Cuts a text to at most ``limit`` tokens, at the end of a word where possible."""
    if count_tokens(text) <= limit:
        return text
    head = text.encode()[: int(limit * BYTES_PER_TOKEN)].decode(errors="ignore")
    return head.rsplit(None, 1)[0] if len(head.split(None, 1)) > 1 else head
