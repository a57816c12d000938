"""Calls the data API directly, past all of our own code.

By default as our functions do, whose proof changes need; ``proof=None`` asks as anyone with a token could.
"""

from typing import Final

import httpx

from lib.core.security.signing import PROOF_HEADER, make_proof
from lib.core.settings.refusals import claims_of
from local.tls import TLS


class _Ours:
    """Stands for the proof that our functions would send."""


OURS: Final = _Ours()


class DataApi:
    def __init__(self, environment: dict[str, str], token: str | None, *, proof: str | _Ours | None = OURS) -> None:
        key = environment["SUPABASE_PUBLISHABLE_KEY"]
        headers = {"apikey": key, "Prefer": "return=representation"}
        if token:
            headers["Authorization"] = f"Bearer {token}"

        async def prove(request: httpx.Request) -> None:
            ours = make_proof(claims_of(token or ""), environment["SIGNING_SECRET"])
            if sent := ours if isinstance(proof, _Ours) else proof:
                request.headers[PROOF_HEADER] = sent

        self.http = httpx.AsyncClient(
            base_url=f"{environment['SUPABASE_URL']}/rest/v1",
            headers=headers,
            verify=TLS,
            event_hooks={"request": [prove]},
        )

    async def count(self, table: str, filters: dict[str, str]) -> int:
        response = await self.http.get(f"/{table}", params={"select": "*"} | filters)
        return len(response.json()) if response.status_code == 200 else 0

    async def close(self) -> None:
        await self.http.aclose()
