"""Registers SIGNING_SECRET with the database before a deployment: `python -m tools.register .env.production`.

The database takes changes only from deployments whose secret it knows. It knows two at once, so the running deployment
goes on while the next one is built. Reads the settings from the file, or from the environment without one.
"""

import asyncio
import os
import sys
from collections.abc import Sequence

from dotenv import dotenv_values

from lib.core.config import ConfigurationError, get_settings
from lib.core.data.deployment import PRODUCTION, register_deployment
from lib.core.data.service_role import connect_as_service
from lib.core.http.errors import ApiError
from lib.core.security.signing import require_secret


async def _register() -> int:
    require_secret()
    owner, own = await register_deployment(connect_as_service()), get_settings().environment
    if owner == PRODUCTION != own:
        print(f"error: the database belongs to {owner}, and this is {own}: nothing was registered", file=sys.stderr)
        return 1
    print("the database knows SIGNING_SECRET: deploy")
    return 0


def main(arguments: Sequence[str]) -> int:
    os.environ |= {name: value for file in arguments for name, value in dotenv_values(file).items() if value}
    try:
        return asyncio.run(_register())
    except (ConfigurationError, ApiError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
