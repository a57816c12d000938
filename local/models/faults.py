"""Faults on demand: write ``[[fault:NAME]]`` anywhere in the prompt, or name the model ``fault-NAME``.

``[[fault:500@openai]]`` applies to one provider only, ``[[fault:500@openai*2]]`` to its first two requests with this
exact mark. Text after a ``#`` makes two marks different. A prompt may contain several marks.

Names: ``429`` (with Retry-After), ``429quiet`` (without), ``500``, ``401``, ``slow`` (an answer after 90 s),
``late`` (the first token after 3 s), ``cut`` (the stream ends in the middle), ``malformed`` (an answer that is not
JSON), ``schema`` (JSON of another shape), ``filter`` (stopped by the content filter), ``filter400`` (refused by the
content filter before any output), ``long`` (too long until a correction asks for less), ``toolong`` (always too
long), ``leak`` (repeats the prompt), ``lossy`` (drops all numbers), ``forgetful`` (drops them until a correction asks
for them), ``fenced`` (the JSON in a fence, with a comma too many, thoughts before it and words around it).

Answers of an odd shape (``oddities``). With the whole text: ``nodelta`` (chunks without a text between the others),
``nousage``, ``oddusage`` (texts, negative and huge numbers), ``unended`` (no reason why it ended), ``errorend`` (an
error behind the text), ``parts`` (content as a list), ``lines`` (a byte order mark, CR as line end, comments, no names
of events), ``document`` (no stream although one was asked for). Without it: ``html`` (a page with 200), ``blank``,
``nomessage``, ``nochoices``, ``error200`` (an error with 200), ``latin`` (bytes that are not UTF-8), ``bomb`` and
``bomb500`` (200 MB in a small compressed body), ``endless`` (a text without an end).
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
