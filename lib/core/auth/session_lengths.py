"""How long a session lasts without requests, and in all (domain §8).

``supabase/schemas/identity/session_lengths.sql`` has the same numbers for requests that reach the database directly; a
test compares them.
"""

from typing import Final

IDLE_SECONDS: Final = 8 * 3600
LIFETIME_SECONDS: Final = 24 * 3600
