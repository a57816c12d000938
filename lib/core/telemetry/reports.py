"""Sentry, when a DSN is set; without one nothing of it is imported."""

from functools import lru_cache

from lib.core.config import get_settings
from lib.core.telemetry.context import current_context


@lru_cache(maxsize=1)
def configure_telemetry() -> None:
    settings = get_settings()
    if settings.sentry_dsn is None:
        return
    import sentry_sdk

    sentry_sdk.init(
        dsn=settings.sentry_dsn,
        environment=settings.environment,
        # By default every AI SDK that is installed gets imported: six seconds of cold start.
        auto_enabling_integrations=False,
        send_default_pii=False,
        include_local_variables=False,  # tokens and people are among them
        max_request_body_size="never",
        shutdown_timeout=2,
    )


def report(error: BaseException) -> None:
    """Sends an unexpected error to Sentry, tagged with the request's id.

    To be called before the error is logged: Sentry hears of what is logged too, and keeps the first it hears.
    """
    if get_settings().sentry_dsn is None:
        return
    import sentry_sdk

    with sentry_sdk.new_scope() as scope:
        scope.set_tag("request_id", current_context().request_id)
        scope.capture_exception(error)
