"""Resolves administration: audit logs, API keys, single sign-on, mail settings, dead letters and the event log

The schema is in lib/graph/schema/administration, api_keys, audit, dead_letters, event_log, sso and sso_inputs.
"""

from typing import Final

from lib.graph.resolvers.administration import api_keys, audit, event_log, platform, single_sign_on
from lib.graph.resolvers.administration.bound import bindings

__all__ = ["ONLY_REST", "api_keys", "audit", "bindings", "event_log", "platform", "single_sign_on"]

_SCHEDULE: Final = "is for the scheduler, which has a secret of its own and no session"
_HOOK: Final = "takes signed messages of another service, in the form that it sends"
_LINK: Final = "opens from the link of a mail, without a session"
_GRAPHQL: Final = "is GraphQL itself"

ONLY_REST: Final[dict[str, str]] = {
    "cron.drainEvents": _SCHEDULE,
    "cron.runDaily": _SCHEDULE,
    "cron.runHourly": _SCHEDULE,
    "cron.runMinutely": _SCHEDULE,
    "cron.sendWebhooks": _SCHEDULE,
    "graphql.deliver": _GRAPHQL,
    "graphql.run": _GRAPHQL,
    **dict.fromkeys(("graphql.reserveStream", "graphql.openStream"), _GRAPHQL),
    **dict.fromkeys(("graphql.streamOperation", "graphql.endOperation"), _GRAPHQL),
    "hooks.takeSupabaseEvent": _HOOK,
    "mail.showUnsubscribe": _LINK,
    "mail.unsubscribe": _LINK,
    "mailHooks.takeSendgridEvents": _HOOK,
    "mailHooks.takeSesMessage": _HOOK,
    "system.getHealth": "asks nothing but whether functions run, for monitors without a session",
}
