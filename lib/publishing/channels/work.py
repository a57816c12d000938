"""The work of an adapter, and its result."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import UUID

from lib.publishing.channels.fields import Document
from lib.publishing.channels.settings import ChannelCredentials, ChannelSettings
from lib.publishing.channels.wire import Wire

type Memory = dict[str, Any]


async def _keep_nothing(_: Memory) -> None:
    pass


@dataclass(frozen=True, slots=True)
class ChannelResult:
    """The place of a content at a target."""

    remote_id: str
    url: str | None


@dataclass(frozen=True, slots=True)
class ChannelProblem:
    """A reason why a channel refuses a content."""

    field: str
    """The target's field."""
    message: str
    """The problem, to be read after the name of the field."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remote:
    """The place of a content at the target, as far as we know it."""

    remote_id: str | None = None
    url: str | None = None
    memory: Memory = field(default_factory=dict[str, Any])
    """The notes that the adapter took before it changed the target."""
    round: int = 0
    """How many attempts have succeeded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Work[S: ChannelSettings, C: ChannelCredentials]:
    """A content that a channel publishes or withdraws."""

    channel_id: UUID
    channel_version: int
    settings: S
    credentials: C
    mapping: Mapping[str, str]
    """Our field by the target's; empty for the whole document."""
    content_id: UUID
    document: Document
    """The content; empty for a withdrawal."""
    remote: Remote
    wire: Wire
    keep: Callable[[Memory], Awaitable[None]] = _keep_nothing
    """Keeps what the next attempt must know, before the target is changed."""


class Adapter[S: ChannelSettings, C: ChannelCredentials](Protocol):
    """A kind of target. Each change may be repeated: a repetition finds what the first one made."""

    def fields_of(self, settings: S) -> Mapping[str, str]:
        """Returns the mapping of a channel that has none of its own; empty for whole documents."""
        ...

    def takes(self, settings: S, target: str) -> bool:
        """Whether there can be a field of this name at the target."""
        ...

    def secrets(self, settings: S, credentials: C) -> Sequence[str]:
        """Returns the texts that must not be in any message."""
        ...

    def validate(self, work: Work[S, C]) -> list[ChannelProblem]:
        """Returns the reasons why the target would refuse the document, without asking it."""
        ...

    async def publish(self, work: Work[S, C]) -> ChannelResult:
        """Makes the content public at the target, which may have it already. Raises ChannelFailed."""
        ...

    async def update(self, work: Work[S, C]) -> ChannelResult:
        """Changes a content that the target is known to have, or makes it again. Raises ChannelFailed."""
        ...

    async def unpublish(self, work: Work[S, C]) -> None:
        """Withdraws the content from the public, also if it is not known to be there. Raises ChannelFailed."""
        ...

    async def check(self, work: Work[S, C]) -> str:
        """Asks the target whether the credentials suffice, and returns a message for people. Raises ChannelFailed."""
        ...
