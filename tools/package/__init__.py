"""Builds the deployment with the real Vercel CLI, makes its bundles small and inspects the result: ``make package``.

Asserts that each file of api/ became one function with the seconds of vercel.json, that only public/ is published as
files, that every bundle is small and contains only what runs, and that each function imports and answers inside its
bundle with nothing else on its path. The result in ``.local/package`` can be deployed: see docs/deploy.md.
"""

from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
BUILD: Final = ROOT / ".local" / "package"
OUTPUT: Final = BUILD / ".vercel" / "output"

# Complete and strict, as in production.
ENVIRONMENT: Final = {
    "SUPABASE_URL": "https://abcdefghijklmnopqrst.supabase.co",
    "SUPABASE_PUBLISHABLE_KEY": "sb_publishable_x",
    "UPSTASH_REDIS_REST_URL": "https://kv.upstash.io",
    "UPSTASH_REDIS_REST_TOKEN": "x",
    "SUPABASE_SECRET_KEY": "sb_secret_x",
    "CRON_SECRET": "a-secret-of-the-schedule",
    "SIGNING_SECRET": "a-secret-that-signs-commands-of-functions",
    "ENCRYPTION_KEYS": "v1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
    "APP_URL": "https://app.example.com",
}


def function_names() -> list[str]:
    """Returns the names of the functions: each is a file of api/."""
    return sorted(path.stem for path in (ROOT / "api").glob("*.py") if path.stem != "__init__")


class PackageError(Exception):
    """Raised if the build does not have the expected contents."""


def require(condition: bool, message: str) -> None:
    """Raises PackageError with the message unless the condition holds."""
    if not condition:
        raise PackageError(message)
