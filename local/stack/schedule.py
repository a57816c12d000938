"""Calls the schedule of vercel.json as Vercel Cron does: a GET with the secret as a bearer token."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import httpx

from local.stack.settings import ROOT, StackSettings
from local.tls import TLS

# A run takes at most the `maxDuration` of its function, 60 seconds.
RUN_SECONDS: Final = 70.0
# The bounds of minute, hour, day of the month, month and day of the week (0: Sunday).
_FIRST: Final = (0, 0, 1, 1, 0)


@dataclass(frozen=True)
class Cron:
    """An entry of `crons` in vercel.json."""

    path: str
    schedule: str

    def is_due(self, moment: datetime) -> bool:
        """Tells whether the schedule names this minute (UTC). It knows `*`, `*/n`, numbers, ranges and lists."""
        values = (moment.minute, moment.hour, moment.day, moment.month, moment.isoweekday() % 7)
        fields = zip(self.schedule.split(), values, _FIRST, strict=True)
        return all(_matches(field, value, first) for field, value, first in fields)


def _matches(field: str, value: int, first: int) -> bool:
    for part in field.split(","):
        span, _, step = part.partition("/")
        low, _, high = span.partition("-")
        is_inside = span == "*" or int(low) <= value <= int(high or low)
        start = first if span == "*" else int(low)
        if is_inside and (value - start) % int(step or 1) == 0:
            return True
    return False


def read_crons() -> list[Cron]:
    """Reads the schedule of vercel.json."""
    config = json.loads((ROOT / "vercel.json").read_text())
    return [Cron(entry["path"], entry["schedule"]) for entry in config["crons"]]


class Scheduler:
    """Runs every entry once at the start, so that hourly and daily work is done, and then on time."""

    def __init__(self, settings: StackSettings, say: Callable[[str], None]) -> None:
        self.settings = settings
        self.say = say

    async def _call(self, cron: Cron) -> None:
        secret = self.settings.platform_environment()["CRON_SECRET"]
        headers = {"Authorization": f"Bearer {secret}"}
        try:
            async with httpx.AsyncClient(timeout=RUN_SECONDS, verify=TLS) as http:
                answer = await http.get(f"{self.settings.url('web')}{cron.path}", headers=headers)
        except httpx.TransportError as error:
            # Functions are being reloaded; the platform does not repeat a failed run either.
            self.say(f"schedule: {cron.path} did not answer ({type(error).__name__})")
            return
        if answer.status_code != 200:
            self.say(f"schedule: {cron.path} answered {answer.status_code}: {answer.text[:300]}")

    async def run(self) -> None:
        """Runs until it is cancelled."""
        for cron in read_crons():
            await self._call(cron)
        while True:
            now = datetime.now(UTC)
            await asyncio.sleep(60 - now.second - now.microsecond / 1_000_000 + 0.05)
            moment = datetime.now(UTC)
            due = [cron for cron in read_crons() if cron.is_due(moment)]
            await asyncio.gather(*(self._call(cron) for cron in due))
