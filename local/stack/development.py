"""The platform to work with: reloads the functions when their code changes, and runs the schedule."""

import asyncio
import time
from collections.abc import Mapping
from typing import Final

from local.stack.fingerprint import DATABASE, FUNCTIONS, STAND_INS, files_of
from local.stack.processes import StackError
from local.stack.schedule import Scheduler
from local.stack.settings import ROOT, StackSettings
from local.stack.supervisor import PlatformSupervisor, say

POLL_SECONDS: Final = 0.5
type Times = Mapping[str, float]


def _times(part: str) -> Times:
    """When each file of a part was last changed. Editors replace files, so that one may be gone for a moment."""
    found: dict[str, float] = {}
    for path in files_of(part):
        try:
            found[str(path.relative_to(ROOT))] = path.stat().st_mtime
        except FileNotFoundError:
            continue
    return found


def _changes(former: Times, now: Times) -> list[str]:
    return sorted(name for name in former.keys() | now.keys() if former.get(name) != now.get(name))


class DevelopmentSupervisor(PlatformSupervisor):
    """The whole platform, whose functions follow the code."""

    def __init__(self, settings: StackSettings) -> None:
        super().__init__(settings)
        self.seen = {part: _times(part) for part in (FUNCTIONS, DATABASE, STAND_INS)}

    async def _reload(self, changed: list[str]) -> None:
        web = self.part("web")
        began = time.monotonic()
        try:
            await self.restart(web)
        except StackError as error:
            say(f"{error}\n  The rest goes on; the functions start again with the next change.")
            return
        self.refresh_fingerprint(FUNCTIONS)
        more = f" and {len(changed) - 1} more" if len(changed) > 1 else ""
        say(f"reloaded the functions in {time.monotonic() - began:.1f} s: {changed[0]}{more}")

    async def _look(self) -> None:
        now = {part: await asyncio.to_thread(_times, part) for part in self.seen}
        former, self.seen = self.seen, now
        if _changes(former[DATABASE], now[DATABASE]):
            say("supabase/migrations or the seed changed: stop with Ctrl-C and start again to apply what is new")
        if _changes(former[STAND_INS], now[STAND_INS]):
            say("local/ changed: stop with Ctrl-C and start again to run it")
        changed = _changes(former[FUNCTIONS], now[FUNCTIONS])
        if changed:
            await self._reload(changed)

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(POLL_SECONDS)
            await self._look()

    async def beside(self) -> None:
        """Watches the code and runs the schedule until it is cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._watch())
            # A project of the user's own is not worked on unasked: its deployment has a schedule.
            if not self.settings.is_replaced("SUPABASE_URL"):
                group.create_task(Scheduler(self.settings, say).run())
