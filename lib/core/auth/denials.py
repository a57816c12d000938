"""What the API refused somebody, in the audit log (domain §12)."""

import logging

from lib.core.config import ConfigurationError
from lib.core.data.db import call, connect_as, run
from lib.core.http.errors import ApiError
from lib.core.security.signing import signed
from lib.core.telemetry.logs import log


async def record_denial(user_id: str, access_token: str, method: str, path: str, code: str) -> None:
    """As the caller, signed by us: nobody can put down what did not happen, nor for somebody else."""
    request = {"userId": user_id, "method": method, "path": path[:500], "code": code}
    try:
        await run(call(connect_as(access_token), "record_denial", signed("request", request)))
    except (ApiError, ConfigurationError) as error:
        log(logging.ERROR, "a denial could not be recorded", error=error, fields={"path": path, "code": code})
