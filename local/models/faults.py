"""Faults on demand: write ``[[fault:NAME]]`` anywhere in the prompt, or name the model ``fault-NAME``.

``[[fault:500@openai]]`` applies to one provider only, ``[[fault:500@openai*2]]`` to its first two requests with this
exact mark. Text after a ``#`` makes two marks different. A prompt may contain several marks.

Names: ``429`` (with Retry-After), ``429quiet`` (without), ``500``, ``401``, ``slow`` (an answer after 90 s),
``late`` (the first token after 3 s), ``cut`` (the stream ends in the middle), ``malformed`` (an answer that is not
JSON), ``schema`` (JSON of another shape), ``filter`` (stopped by the content filter), ``filter400`` (refused by the
content filter before any output), ``long`` (too long until a correction asks for less), ``toolong`` (always too
long), ``leak`` (repeats the prompt), ``lossy`` (drops all numbers), ``forgetful`` (drops them until a correction asks
for them).
"""

import re
from collections import Counter
from collections.abc import Iterator

SLOW_SECONDS = 90.0
LATE_SECONDS = 3.0
_MARK = re.compile(r"\[\[fault:([a-z0-9]+)(?:@([a-z_]+))?(?:\*(\d+))?(?:#[\w-]*)?\]\]")

_seen: Counter[tuple[str, str]] = Counter()


def requested_faults(provider: str, model: str, prompt: str) -> Iterator[str]:
    if model.startswith("fault-"):
        yield model.removeprefix("fault-")
    for mark in dict.fromkeys(found[0] for found in _MARK.finditer(prompt)):
        name, target, times = _MARK.fullmatch(mark).groups()  # pyright: ignore[reportOptionalMemberAccess]
        if target and target != provider:
            continue
        if times:
            _seen[provider, mark] += 1
            if _seen[provider, mark] > int(times):
                continue
        yield name
