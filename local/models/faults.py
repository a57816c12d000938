"""Faults on demand: write ``[[fault:NAME]]`` anywhere into the prompt, or name the model ``fault-NAME``.

Names: ``429``, ``500``, ``slow`` (an answer after 90 s), ``cut`` (the stream ends in the middle),
``malformed`` (an answer that is not JSON), ``filter`` (stopped by the content filter).
"""

import re

SLOW_SECONDS = 90.0
_MARK = re.compile(r"\[\[fault:([a-z0-9]+)\]\]")


def requested_fault(model: str, prompt: str) -> str | None:
    if model.startswith("fault-"):
        return model.removeprefix("fault-")
    match = _MARK.search(prompt)
    return match.group(1) if match else None
