"""How long an access token lives, and a session without requests and in all (domain §8).

``supabase/schemas/identity/session_lengths.sql`` has the same numbers for requests that reach the database directly; a
test compares them.
"""

from typing import Final

# Clients refresh before an access token ends: the session goes on.
ACCESS_TOKEN_SECONDS: Final = 15 * 60
IDLE_SECONDS: Final = 8 * 3600
LIFETIME_SECONDS: Final = 24 * 3600
