"""Workers that are killed while they send: no mail is lost, and receivers can tell repetitions by the id.

A killed worker repeats one mail at most: the one that it was sending. ``MAIL_KILLS`` workers are killed.
"""

import asyncio
import os
import random
import sys
from collections import Counter
from typing import Any, Final
from uuid import UUID, uuid4

import pytest

from lib.notify import deliver_mail, queue_mails
from local.stack.client import RunningStack
from local.stack.settings import ROOT
from tests.notify.support import address, received, received_by_ses, verify_sender
from tests.support.function import as_function
from tests.support.world import World

KILLS: Final = int(os.environ.get("MAIL_KILLS", "6"))
MAILS: Final = 10

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(120 + 6 * KILLS)]


async def killed_worker(stack: RunningStack, seconds: float) -> None:
    """Starts a worker, and kills it so long after it begins."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.notify.mail_worker",
        cwd=ROOT,
        env=os.environ | stack.environment,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    assert await process.stdout.readline() == b"begins\n"
    await asyncio.sleep(seconds)
    process.kill()
    await process.wait()


def end_leases(world: World) -> None:
    """The lease of a dead worker ends after a minute, and the next attempt comes after a pause."""
    world.rows(
        "update private.jobs set lease_until = now() - interval '1 second' "
        "where queue = 'mail' and leased_by is not null"
    )
    world.rows("update private.jobs set run_at = now() where queue = 'mail'")


async def test_killed_workers(
    world: World, stack: RunningStack, monkeypatch: pytest.MonkeyPatch, record_property: Any
) -> None:
    chance = random.Random(KILLS)
    verify_sender(stack)
    world.rows("delete from private.jobs where queue = 'mail'")
    readers: dict[str, UUID] = {}

    async def queue_more(db: Any) -> None:
        keys = {uuid4().hex: address() for _ in range(MAILS)}
        from tests.notify.support import task_mail

        await queue_mails(db, [task_mail(to) for to in keys.values()], keys=list(keys))
        known = world.rows("select id, dedupe_key from private.mail_messages where dedupe_key = any(%s)", list(keys))
        readers.update({keys[row["dedupe_key"]]: row["id"] for row in known})

    async with as_function(stack, monkeypatch) as db:
        for _ in range(KILLS):
            await queue_more(db)
            await killed_worker(stack, chance.uniform(0.02, 0.7))
            end_leases(world)
        while world.rows("select 1 from private.jobs where queue = 'mail' limit 1"):
            await deliver_mail(db, seconds=60)
            end_leases(world)
    copies: Counter[int] = Counter()
    for to, mail_id in readers.items():
        got = await received(stack, to) or await received_by_ses(stack, to)
        ids = [mail["headers"]["X-Mail-Id"] for mail in got if "headers" in mail]
        assert got, f"{to} lost its mail"
        assert set(ids) <= {str(mail_id)}, to
        copies[len(got)] += 1
    repeated = sum((times - 1) * mails for times, mails in copies.items())
    # One mail is on its way when its worker is killed; all others are recorded, and not sent again.
    assert repeated <= KILLS
    assert world.rows("select 1 from private.dead_jobs where id = any(%s)", list(readers.values())) == []
    record_property("figure", f"{KILLS} workers killed over {len(readers)} mails: none lost, {repeated} repeated")
