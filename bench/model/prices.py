"""Published prices and limits, with the page of each and the day it was read. US dollars, without included amounts."""

from dataclasses import dataclass
from typing import Final

READ_ON: Final = "26 November 2026"
PAGES: Final = {
    "Vercel Functions": "https://vercel.com/docs/functions/usage-and-pricing",
    "Supabase compute": "https://supabase.com/docs/guides/platform/compute-and-disk",
    "Supabase Realtime, messages": "https://supabase.com/docs/guides/platform/manage-your-usage/realtime-messages",
    "Supabase Realtime, connections": (
        "https://supabase.com/docs/guides/platform/manage-your-usage/realtime-peak-connections"
    ),
    "Supabase Realtime, limits": "https://supabase.com/docs/guides/realtime/limits",
    "Upstash": "https://upstash.com/docs/redis/overall/billing",
}

# Vercel, region iad1.
ACTIVE_CPU_HOUR: Final = 0.128
MEMORY_GB_HOUR: Final = 0.0106
MILLION_INVOCATIONS: Final = 0.60
# Upstash, pay as you go.
MILLION_COMMANDS: Final = 2.00
MAX_COMMANDS_A_SECOND: Final = 10_000
# Supabase Realtime, Team plan.
MILLION_MESSAGES: Final = 2.50
THOUSAND_CONNECTIONS: Final = 10.0
MAX_CONNECTIONS: Final = 10_000
MAX_MESSAGES_A_SECOND: Final = 2_500
MAX_JOINS_A_SECOND: Final = 2_500


@dataclass(frozen=True)
class Compute:
    """A size of a Supabase database."""

    name: str
    cores: int
    month: float
    connections: int


SIZES: Final = (
    Compute("Large", 2, 110, 160),
    Compute("XL", 4, 210, 240),
    Compute("2XL", 8, 410, 380),
    Compute("4XL", 16, 960, 480),
    Compute("8XL", 32, 1870, 490),
    Compute("12XL", 48, 2800, 500),
    Compute("16XL", 64, 3730, 500),
)
