"""How adapters speak to their targets: for real, or in a dry run that reads and records, and changes nothing."""

import base64
import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final, Protocol
from urllib.parse import urlsplit

from lib.core.config import get_settings
from lib.core.html_text import on_one_line, text_of_html
from lib.core.security.outgoing import SendFailed, send
from lib.publishing.channels.failures import ChannelFailed

SECONDS: Final = 20.0
MAX_ANSWER_BYTES: Final = 4_000_000
MAX_EXCERPT: Final = 300
MAX_RETRY_AFTER: Final = 86_400.0
REDACTED: Final = "[redacted]"
# Statuses with which the same request may succeed later; and all from 500.
TEMPORARY: Final = frozenset({408, 425, 429})


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request to a target."""

    method: str
    url: str
    headers: Mapping[str, str]
    secret_headers: Mapping[str, str] = field(default_factory=dict[str, str])
    """Headers whose values nobody is shown."""
    body: bytes = b""
    is_reading: bool = False
    """Whether it changes nothing, so that a dry run sends it as well."""
    supposed: Any = None
    """The JSON with which a dry run goes on, in place of the answer to a change."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer of a target."""

    status: int
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes

    def json(self) -> Any:
        """Returns the JSON of the answer. Raises ChannelFailed where it is none."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError) as error:
            raise ChannelFailed("the target answered with something other than JSON", is_final=False) from error

    def object(self) -> dict[str, Any]:
        """Returns the JSON object of the answer. Raises ChannelFailed where it is none."""
        found = self.json()
        if not isinstance(found, dict):
            raise ChannelFailed("the target answered with something other than a JSON object", is_final=False)
        return found


@dataclass(frozen=True, slots=True)
class Planned:
    """A request of a dry run, without secrets."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: Any
    """JSON as it is; text for anything else; None for nothing."""
    is_reading: bool


class Wire(Protocol):
    """Sends requests to a target."""

    may_have_changed: bool
    """Whether a request was sent that may have changed the target: it was not refused, or its outcome is unknown."""

    async def send(self, request: Request, *, accepting: Collection[int] = ()) -> Answer:
        """Returns the answer if its status is below 300 or accepted. Raises ChannelFailed."""
        ...


def retry_after_of(headers: Mapping[str, str]) -> float | None:
    """Returns the seconds that Retry-After asks to wait, at most a day; None without it."""
    stated = headers.get("retry-after", "").strip()
    if re.fullmatch(r"\d{1,9}(\.\d{1,9})?", stated):
        return min(float(stated), MAX_RETRY_AFTER)
    try:
        at = parsedate_to_datetime(stated)
    except (TypeError, ValueError):
        return None
    seconds = (at.replace(tzinfo=at.tzinfo or UTC) - datetime.now(UTC)).total_seconds()
    return min(max(seconds, 0.0), MAX_RETRY_AFTER)


def _without(text: str, secrets: Sequence[str]) -> str:
    for secret in secrets:
        for form in {secret, base64.b64encode(secret.encode()).decode()}:
            text = text.replace(form, REDACTED)
    return text


def excerpt_of(body: bytes, secrets: Sequence[str] = ()) -> str:
    """Returns the first words of an answer for people, on one line and without our secrets."""
    text = _without(body[:20_000].decode(errors="replace"), secrets)
    # Pages about errors are HTML or XML; all else, such as JSON, may hold `<` as it is.
    text = text_of_html(text) if text.lstrip().startswith("<") else on_one_line(text)
    # Tags and references may have stood within a secret.
    return _without(text, secrets)[:MAX_EXCERPT]


def refused(answer: Answer, secrets: Sequence[str] = ()) -> ChannelFailed:
    """Returns the failure that an answer means."""
    status = answer.status
    excerpt = excerpt_of(answer.body, secrets)
    is_temporary = status in TEMPORARY or status >= 500
    wait = retry_after_of(answer.headers) if is_temporary else None
    return ChannelFailed(
        f"the target answered with {status}", is_final=not is_temporary, retry_after=wait, answer=excerpt
    )


def _require_encryption(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme != "https" and f"{parts.hostname}:{parts.port}" not in get_settings().web_fetch_private_hosts:
        raise ChannelFailed("channels are reached by https only", is_final=True)


class LiveWire:
    """Sends requests through the guarded client."""

    def __init__(self, secrets: Sequence[str] = ()) -> None:
        """``secrets``: what must not be in messages, should the target repeat it."""
        self._secrets = [secret for secret in secrets if secret]
        self.may_have_changed = False

    async def send(self, request: Request, *, accepting: Collection[int] = ()) -> Answer:
        """Sends a request. Raises ChannelFailed."""
        _require_encryption(request.url)
        had_changed = self.may_have_changed
        self.may_have_changed = had_changed or not request.is_reading
        try:
            sent = await send(
                request.method,
                request.url,
                headers={**request.headers, **request.secret_headers},
                content=request.body,
                seconds=SECONDS,
                max_bytes=MAX_ANSWER_BYTES,
            )
        except SendFailed as error:
            if not error.was_sent:
                self.may_have_changed = had_changed
            raise ChannelFailed(str(error), is_final=error.is_final) from error
        answer = Answer(sent.status, sent.headers, sent.body)
        if 400 <= sent.status < 500 and sent.status != 408:
            self.may_have_changed = had_changed
        if not (200 <= sent.status < 300 or sent.status in accepting):
            raise refused(answer, self._secrets)
        if sent.is_cut:
            raise ChannelFailed("the answer of the target is too long", is_final=True)
        return answer


class DryWire:
    """Records requests. Sends only those that read, so that the others are the same as they would be."""

    def __init__(self, live: Wire) -> None:
        self._live = live
        self.may_have_changed = False
        self.planned: list[Planned] = []

    async def send(self, request: Request, *, accepting: Collection[int] = ()) -> Answer:
        """Records a request and returns what is supposed, or the answer to one that reads. Raises ChannelFailed."""
        self.planned.append(planned(request))
        if request.is_reading:
            return await self._live.send(request, accepting=accepting)
        return Answer(200, {}, json.dumps(request.supposed).encode())


def planned(request: Request) -> Planned:
    """Returns a request as it may be shown."""
    headers = {**request.headers, **dict.fromkeys(request.secret_headers, REDACTED)}
    text = request.body.decode(errors="replace")
    body: Any = text or None
    if text and "json" in request.headers.get("Content-Type", ""):
        body = json.loads(text)
    return Planned(request.method, request.url, headers, body, request.is_reading)


def json_body(value: Any) -> bytes:
    """Returns a value as JSON, the same for the same value."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
