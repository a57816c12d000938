"""Assigns each stack to a part of the work of a request."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

type Stack = Sequence[str]
"""``file:function``, the innermost first."""

TRANSPORT: Final = "transport"
SERVER: Final = "server: HTTP in and out"
# The first rule that fits a frame decides, from the innermost frame outwards. A text that begins with a slash may stand
# anywhere in it; any other is the path of a file of the checkout, or the name of a function.
RULES: Final = (
    ("/anyio/to_thread", "thread pool"),
    ("/uvicorn/", SERVER),
    ("/httptools/", SERVER),
    ("/httpx/", TRANSPORT),
    ("/httpcore/", TRANSPORT),
    ("/aiohttp/", TRANSPORT),
    ("/h11/", TRANSPORT),
    ("/upstash_redis/", TRANSPORT),
    ("/postgrest/", TRANSPORT),
    ("/yarl/", TRANSPORT),
    ("/multidict/", TRANSPORT),
    ("lib/core/http/client", TRANSPORT),
    ("lib/core/data/", TRANSPORT),
    ("serialize_response", "serialisation of the answer"),
    ("/starlette/responses.py", "serialisation of the answer"),
    ("/pydantic/", "validation and models"),
    ("/fastapi/dependencies/", "dependencies and validation (FastAPI)"),
    ("lib/core/telemetry/", "log line and telemetry"),
    ("/logging/", "log line and telemetry"),
    ("lib/core/auth/", "authentication"),
    ("/jwt/", "authentication"),
    ("lib/core/security/signing", "proof for the database"),
    ("lib/core/limits/", "limits"),
    ("lib/core/http/middleware", "middleware"),
    ("lib/core/http/", "our HTTP layer"),
    ("lib/", "our own code of the context"),
    ("api/_routes/", "our own code of the context"),
    ("/fastapi/", "framework (FastAPI, Starlette)"),
    ("/starlette/", "framework (FastAPI, Starlette)"),
)
# For stacks that no rule above fits: the event loop is below all of them.
FALLBACKS: Final = (("/concurrent/futures/", "thread pool"), ("/anyio/", "event loop"), ("/asyncio/", "event loop"))
KV: Final = ("/upstash_redis/", "lib/core/data/kv.py", "lib/core/limits/")
DATA: Final = ("/postgrest/", "lib/core/data/")


def _fits(text: str, frame: str) -> bool:
    return text in frame if text.startswith("/") else frame.startswith(text) or frame.endswith(f":{text}")


def group_of(stack: Stack) -> str:
    for rules in (RULES, FALLBACKS):
        for frame in stack:
            for text, group in rules:
                if _fits(text, frame):
                    return _transport_of(stack) if group == TRANSPORT else group
    return "other"


def _transport_of(stack: Stack) -> str:
    """Tells the two calls apart by the module that waits for them. The event loop alone works for both."""
    for frame in stack:
        if any(_fits(text, frame) for text in KV):
            return "transport: KV"
        if any(_fits(text, frame) for text in DATA):
            return "transport: data API"
        if "/uvicorn/" in frame:
            return SERVER
    return "transport: both"


def shares_by_group(stacks: Iterable[tuple[Stack, int]]) -> Counter[str]:
    found: Counter[str] = Counter()
    for stack, number in stacks:
        found[group_of(stack)] += number
    return found


def shares_by_function(stacks: Iterable[tuple[Stack, int]]) -> Counter[str]:
    """Counts by the innermost function, as ``package/file:function``."""
    found: Counter[str] = Counter()
    for stack, number in stacks:
        file, name = stack[0].rsplit(":", 1)
        found[f"{'/'.join(file.split('/')[-3:])}:{name}"] += number
    return found
