"""Calls the data API directly, as anyone with a token could: past all of our own code."""

import httpx

from local.tls import TLS


class DataApi:
    def __init__(self, environment: dict[str, str], token: str | None) -> None:
        key = environment["SUPABASE_PUBLISHABLE_KEY"]
        headers = {"apikey": key, "Prefer": "return=representation"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        self.http = httpx.AsyncClient(base_url=f"{environment['SUPABASE_URL']}/rest/v1", headers=headers, verify=TLS)

    async def count(self, table: str, filters: dict[str, str]) -> int:
        response = await self.http.get(f"/{table}", params=filters | {"select": "*"})
        return len(response.json()) if response.status_code == 200 else 0

    async def close(self) -> None:
        await self.http.aclose()
