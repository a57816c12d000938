"""The certificates that clients trust, read once: reading them takes 20 ms, and each client would do it again."""

from typing import Final

import httpx

TLS: Final = httpx.create_ssl_context()
