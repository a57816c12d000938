"""Reports of unexpected errors to Sentry. Without a DSN, nothing of Sentry is imported."""

from functools import lru_cache

from lib.core.config import get_settings
from lib.core.telemetry.context import current_context


@lru_cache(maxsize=1)
def configure_telemetry() -> None:
    """Starts Sentry if the deployment has a DSN."""
    settings = get_settings()
    if settings.sentry_dsn is None:
        return
    import sentry_sdk

    sentry_sdk.init(
        dsn=settings.sentry_dsn,
        environment=settings.environment,
        # By default Sentry imports every AI SDK that is installed: six seconds of cold start.
        auto_enabling_integrations=False,
        send_default_pii=False,
        include_local_variables=False,  # they hold tokens and personal data
        max_request_body_size="never",
        shutdown_timeout=2,
    )


def report(error: BaseException) -> None:
    """Sends an unexpected error to Sentry, tagged with the request's id.

    Call it before the error is logged: Sentry also sees what is logged, and keeps the first report of an error.
    """
    if get_settings().sentry_dsn is None:
        return
    import sentry_sdk

    with sentry_sdk.new_scope() as scope:
        scope.set_tag("request_id", current_context().request_id)
        scope.capture_exception(error)
