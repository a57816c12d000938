"""Records refusals of the API in the audit log (domain §12)."""

import logging

from lib.core.auth import repository
from lib.core.config import ConfigurationError
from lib.core.http.errors import ApiError
from lib.core.telemetry.logs import log


async def record_denial(access_token: str, method: str, path: str, code: str) -> None:
    """Records that a user was refused a request. Failures are logged and not raised.

    It is recorded with the user's own token, and the database takes it from our functions only: nobody can record a
    refusal that did not happen, or one of another user. Call it after the answer.
    """
    denial = {"method": method, "path": path[:500], "code": code}
    try:
        await repository.record_denial(access_token, denial)
    except (ApiError, ConfigurationError) as error:
        log(logging.ERROR, "a denial could not be recorded", error=error, fields={"path": path, "code": code})
