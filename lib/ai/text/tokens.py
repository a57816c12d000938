"""How many tokens a text has, near enough to decide what fits: what is paid for is what the provider reports.

Exact counts need each model's vocabulary, which is downloaded on first use; a cold start has no time for that.
"""

import math
from typing import Final

# English has a token for about 4.2 bytes of UTF-8, Chinese and Arabic for about 2.5 to 3.
BYTES_PER_TOKEN: Final = 3.5


def count_tokens(text: str) -> int:
    return math.ceil(len(text.encode()) / BYTES_PER_TOKEN)


def cut_to_tokens(text: str, limit: int) -> str:
    """The beginning of a text, to the last whole word that fits."""
    if count_tokens(text) <= limit:
        return text
    head = text.encode()[: int(limit * BYTES_PER_TOKEN)].decode(errors="ignore")
    return head.rsplit(None, 1)[0] if len(head.split(None, 1)) > 1 else head
