"""Re-encrypts all data under the newest of ENCRYPTION_KEYS: `python -m tools.rotate_keys`.

First add the new key to the ring of the deployment (v2 beside v1), so that every function can read both. Then run this
with the environment of the deployment; it may be repeated. Remove the old key when this reports that no value uses it
any more, and the API keys and backup codes made with it are gone (docs/deploy.md).
"""

import argparse
import asyncio
import json
import sys

from lib.core.config import ConfigurationError
from lib.core.data.db import call, run
from lib.core.data.service_role import connect_as_service
from lib.core.http.errors import ApiError
from lib.core.security.crypto import key_ring
from lib.core.security.rotation import rotate
from lib.identity.people.email_indexes import rotate_email_indexes


async def _main(batch: int, *, is_verbose: bool) -> int:
    db, ring = connect_as_service(), key_ring()

    def done(row: str) -> None:
        if is_verbose:
            print(row, flush=True)

    rotated = await rotate(db, ring, batch=batch, done=done)
    indexes = await rotate_email_indexes(db, ring, batch=batch, done=done)
    print(f"{rotated.values} values and {indexes} indexes are under v{ring.newest} now")
    for owner in sorted(rotated.unreadable):
        print(f"no key of the ring decrypts {owner}", file=sys.stderr)
    in_use = (await run(call(db, "key_versions_in_use", {}))).data
    print(f"values by version of their key: {json.dumps(in_use, sort_keys=True)}")
    return 1 if rotated.unreadable else 0


def main() -> int:
    parser = argparse.ArgumentParser(description="Re-encrypts all data under the newest of ENCRYPTION_KEYS.")
    parser.add_argument("--batch", type=int, default=100, help="rows per batch")
    parser.add_argument("--verbose", action="store_true", help="name each row")
    arguments = parser.parse_args()
    try:
        return asyncio.run(_main(max(1, arguments.batch), is_verbose=arguments.verbose))
    except (ConfigurationError, ApiError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
