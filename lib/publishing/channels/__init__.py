"""The channels of a brand: where its contents are published besides our own API and edge."""

from lib.publishing.channels.failures import ChannelFailed
from lib.publishing.channels.models import (
    Channel,
    ChannelChanges,
    ChannelCheck,
    ChannelIssue,
    DryRun,
    DryRunRequest,
    NewChannel,
    PlannedRequest,
)
from lib.publishing.channels.publications import (
    ChannelTarget,
    problems_of,
    publish_to_channel,
    targets_of,
    unpublish_from_channel,
)
from lib.publishing.channels.service import (
    check_channel,
    create_channel,
    delete_channel,
    dry_run,
    get_channel,
    list_channels,
    update_channel,
)
from lib.publishing.channels.work import ChannelProblem, ChannelResult

__all__ = [
    "Channel",
    "ChannelChanges",
    "ChannelCheck",
    "ChannelFailed",
    "ChannelIssue",
    "ChannelProblem",
    "ChannelResult",
    "ChannelTarget",
    "DryRun",
    "DryRunRequest",
    "NewChannel",
    "PlannedRequest",
    "check_channel",
    "create_channel",
    "delete_channel",
    "dry_run",
    "get_channel",
    "list_channels",
    "problems_of",
    "publish_to_channel",
    "targets_of",
    "unpublish_from_channel",
    "update_channel",
]
