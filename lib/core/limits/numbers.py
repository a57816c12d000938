"""Every number of the rate limits (reference §5.3, domain §11).

The maxima are settings, so that a deployment can change them; the setting ``rate_limits`` of the database changes them
without a deploy, by the names of the limits here: see lib/core/limits/overrides.py.
"""

import os
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Final

from pydantic import Field

from lib.core.limits.windows import Window
from lib.core.settings.registry import SettingsModel, read_model, register

MINUTE: Final = 60
QUARTER_HOUR: Final = 15 * MINUTE
HOUR: Final = 60 * MINUTE
# The cost of an answer without a body (304) and of an autosave, in requests.
MINOR_COST: Final = 0.1
# The steps of limits that admit hundreds of requests: at most 91 numbers for each caller.
LONG_STEP_MILLISECONDS: Final = 10_000

type Maximum = Annotated[int, Field(ge=1)]


@register
class LimitSettings(SettingsModel):
    """The maximum of each limit: `RATE_LIMIT_<NAME>`, and `RATE_LIMIT_<NAME>_<PLAN>` where plans differ."""

    # Requests in 15 minutes.
    rate_limit_auth: Maximum = 10
    rate_limit_account: Maximum = 50
    rate_limit_refresh: Maximum = 600
    rate_limit_ai: Maximum = 50
    rate_limit_api: Maximum = 100
    rate_limit_api_professional: Maximum = 1000
    rate_limit_api_enterprise: Maximum = 10_000
    rate_limit_delivery: Maximum = 1000
    rate_limit_key_guesses: Maximum = 100
    rate_limit_notify: Maximum = 30
    rate_limit_hooks: Maximum = 20_000
    # Requests in an hour.
    rate_limit_generate: Maximum = 20
    rate_limit_brand_profile: Maximum = 5
    rate_limit_documents: Maximum = 100
    rate_limit_accept_invitation: Maximum = 5
    rate_limit_forgot_password: Maximum = 3
    rate_limit_verify_email: Maximum = 3
    # Points in a minute.
    rate_limit_graphql_points: Maximum = 200


@lru_cache(maxsize=1)
def get_limit_settings() -> LimitSettings:
    """Returns the maxima of this instance. Raises ConfigurationError."""
    return read_model(LimitSettings, os.environ)


@dataclass(frozen=True, slots=True)
class Limit:
    """So many requests of one caller within a sliding window. Its maximum is the setting of the same name."""

    name: str
    seconds: int
    """The length of the window."""
    fails_closed: bool = False
    """Whether reading is refused (503) as well while KV does not answer. Writing is refused in any case."""
    fails_open: bool = False
    """Whether writing goes on as well while KV does not answer."""
    plans: tuple[str, ...] = ()
    """The plans that have a maximum of their own."""
    step_milliseconds: int = 1
    """How exactly it counts: see lib/core/limits/windows.py."""

    def window(self, identifier: str, cost: float = 1) -> Window:
        """Returns what a request of a caller adds to this limit; ``cost`` is in requests."""
        settings = get_limit_settings()
        return Window(
            name=self.name,
            max_requests=getattr(settings, f"rate_limit_{self.name}"),
            seconds=self.seconds,
            identifier=identifier,
            cost=cost,
            step_milliseconds=self.step_milliseconds,
            by_plan={plan: getattr(settings, f"rate_limit_{self.name}_{plan}") for plan in self.plans},
        )


# By client address, which a whole office may share: each open page refreshes every 15 minutes. A refresh token cannot
# be guessed, and Auth has a limit of its own (auth.rate_limit in config.toml). Without KV the database decides.
REFRESH: Final = Limit("refresh", QUARTER_HOUR, fails_open=True, step_milliseconds=LONG_STEP_MILLISECONDS)
# By client address before sign-in, where callers may guess at secrets, and by user for their own account.
AUTH: Final = Limit("auth", QUARTER_HOUR, fails_closed=True)
ACCOUNT: Final = Limit("account", QUARTER_HOUR, fails_closed=True)
AI: Final = Limit("ai", QUARTER_HOUR, fails_closed=True)
DELIVERY: Final = Limit("delivery", QUARTER_HOUR, step_milliseconds=LONG_STEP_MILLISECONDS)
# Events that other systems send us, by their address: a database tells every change, a mail provider every opening.
HOOKS: Final = Limit("hooks", QUARTER_HOUR, fails_open=True, step_milliseconds=LONG_STEP_MILLISECONDS)
# All other requests: of Starter 100, since one editor's screen takes six and a quarter of an hour of autosaves nine.
API: Final = Limit("api", QUARTER_HOUR, plans=("professional", "enterprise"), step_milliseconds=LONG_STEP_MILLISECONDS)

# API keys that KV does not know, by client address: each asks the database. A key that works is asked about every five
# minutes.
KEY_GUESSES: Final = Limit("key_guesses", QUARTER_HOUR)
NOTIFY: Final = Limit("notify", QUARTER_HOUR)
GENERATE: Final = Limit("generate", HOUR)
BRAND_PROFILE: Final = Limit("brand_profile", HOUR)
# Documents of GraphQL that a caller registers: 20 kB each, which KV keeps for a day.
DOCUMENTS: Final = Limit("documents", HOUR)
ACCEPT_INVITATION: Final = Limit("accept_invitation", HOUR)
FORGOT_PASSWORD: Final = Limit("forgot_password", HOUR)
VERIFY_EMAIL: Final = Limit("verify_email", HOUR)
GRAPHQL: Final = Limit("graphql_points", MINUTE)
