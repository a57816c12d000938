"""Sending: by which provider, to whom, once, within limits, in fair turns. Over the wire to stand-ins of providers."""

import json
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import pytest
import redis

from lib.core.data.db import Db
from lib.notify import Mail, deliver_mail, queue_mails, seal_mail
from lib.notify.mail.queue import MAILS
from local.stack.client import RunningStack
from tests.notify.support import address, as_function, message, received, received_by_ses, task_mail, verify_sender
from tests.support.world import World

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
def fresh(world: World) -> None:
    world.rows("delete from private.jobs where queue = 'mail'")
    with redis.Redis.from_url(world.stack.redis_url) as kv:
        for pattern in ("circuit:*mail:*", "window:mail_*"):
            for key in kv.scan_iter(pattern):
                kv.delete(key)


@pytest.fixture
async def service(stack: RunningStack, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Db]:
    verify_sender(stack)
    async with as_function(stack, monkeypatch) as db:
        yield db


async def queued(db: Db, world: World, mail: Mail, key: str | None = None) -> UUID:
    key = key or uuid4().hex
    await queue_mails(db, [mail], keys=[key])
    return world.rows("select id from private.mail_messages where dedupe_key = %s", key)[0]["id"]


def headers(mail: dict[str, Any]) -> dict[str, str]:
    return mail["headers"]


async def test_a_mail_of_a_brand(world: World, service: Db) -> None:
    brand = await world.brand()
    person, to = await world.person(), address()
    mail_id = await queued(
        service, world, task_mail(to, brand_id=UUID(brand.id), user_id=UUID(world.id_of(person)), language="de")
    )
    assert await deliver_mail(service, seconds=20) == {"done": 1, "failed": 0}
    (sent,) = await received(world.stack, to)
    assert sent["subject"] == "Bitte prüfen: What cold wind does to skin"
    assert sent["from"] == {"email": "no-reply@mixerai.com", "name": f"{brand.name} via MixerAI"}
    assert sent["custom_args"] == {"mail_id": str(mail_id)}
    assert headers(sent)["X-Mail-Id"] == str(mail_id)
    assert "/api/v1/mail/unsubscribe?token=" in headers(sent)["List-Unsubscribe"]
    assert sent["tracking_settings"]["open_tracking"] == {"enable": False}
    known = message(world, mail_id)
    assert (known["status"], known["provider"], known["provider_message_id"]) == ("sent", "sendgrid", sent["id"])
    assert str(known["user_id"]) == world.id_of(person)


async def test_the_language_of_the_person_and_the_sender_of_the_brand(world: World, service: Db) -> None:
    brand, person, to = await world.brand(), await world.person(), address()
    world.rows("update public.profiles set language = 'fr' where id = %s", world.id_of(person))
    world.rows(
        "insert into private.mail_settings (brand_id, sender_name, reply_to, tracks) "
        "values (%s, 'Aurora', 'a@b.test', true)",
        brand.id,
    )
    await queued(service, world, task_mail(to, brand_id=UUID(brand.id), user_id=UUID(world.id_of(person))))
    await deliver_mail(service, seconds=20)
    (sent,) = await received(world.stack, to)
    assert sent["subject"].startswith("À relire")
    assert sent["from"]["name"] == "Aurora via MixerAI"
    assert sent["reply_to"] == {"email": "a@b.test"}
    assert sent["tracking_settings"]["click_tracking"] == {"enable": True}


async def test_one_key_is_sent_once(world: World, service: Db) -> None:
    to, key = address(), uuid4().hex
    await queue_mails(service, [task_mail(to), task_mail(to)], keys=[key, key])
    await deliver_mail(service, seconds=20)
    await queue_mails(service, [task_mail(to)], keys=[key])
    assert await deliver_mail(service, seconds=20) == {"done": 0, "failed": 0}
    assert len(await received(world.stack, to)) == 1


async def test_ses_takes_over_within_the_attempt(world: World, service: Db) -> None:
    to = address("fault-503-x")
    mail_id = await queued(service, world, task_mail(to))
    assert await deliver_mail(service, seconds=20) == {"done": 1, "failed": 0}
    (sent,) = await received_by_ses(world.stack, to)
    assert sent["subject"] == "Please review: What cold wind does to skin"
    known = message(world, mail_id)
    assert (known["status"], known["provider"]) == ("sent", "ses")


@pytest.mark.parametrize("status", [401, 403, 429, 500])
async def test_failures_of_the_account_fall_back(world: World, service: Db, status: int) -> None:
    to = address(f"fault-{status}-x")
    await queued(service, world, task_mail(to))
    await deliver_mail(service, seconds=20)
    assert len(await received_by_ses(world.stack, to)) == 1


@pytest.mark.parametrize("status", [400, 413, 422])
async def test_a_refusal_of_the_mail_is_final(world: World, service: Db, status: int) -> None:
    to = address(f"fault-{status}-x")
    mail_id = await queued(service, world, task_mail(to))
    assert await deliver_mail(service, seconds=20) == {"done": 0, "failed": 1}
    assert await received_by_ses(world.stack, to) == []
    assert world.rows("select last_error from private.dead_jobs where id = %s", mail_id) == [
        {"last_error": f"SendGrid answered {status}"}
    ]
    assert message(world, mail_id)["status"] == "failed"


async def test_a_provider_that_fails_is_left_alone(world: World, service: Db) -> None:
    for _ in range(10):
        await queued(service, world, task_mail(address("fault-500-x")))
    await deliver_mail(service, seconds=50)
    to = address()
    await queued(service, world, task_mail(to))
    await deliver_mail(service, seconds=20)
    assert await received(world.stack, to) == []
    assert len(await received_by_ses(world.stack, to)) == 1


async def test_no_provider_at_all(world: World, stack: RunningStack, monkeypatch: pytest.MonkeyPatch) -> None:
    dead = "http://127.0.0.1:9"
    async with as_function(stack, monkeypatch, SENDGRID_BASE_URL=dead, SES_ENDPOINT_URL=dead) as db:
        mail_id = await queued(db, world, task_mail(address()))
        assert await deliver_mail(db, seconds=20) == {"done": 0, "failed": 1}
    (job,) = world.rows("select attempts, run_at > now() as waits from private.jobs where id = %s", mail_id)
    assert job == {"attempts": 1, "waits": True}


async def test_a_suppressed_address(world: World, service: Db) -> None:
    from lib.core.security.crypto import key_ring

    to = address()
    index = key_ring().blind_indexes(to, "email")[0]
    world.rows("insert into private.email_suppressions (email_index, reason) values (%s, 'bounce')", index)
    mail_id = await queued(service, world, task_mail(to.upper()))
    assert await deliver_mail(service, seconds=20) == {"done": 1, "failed": 0}
    assert await received(world.stack, to.upper()) == []
    assert message(world, mail_id)["status"] == "suppressed"


async def test_a_killed_worker_sends_no_mail_again_that_is_recorded(world: World, service: Db) -> None:
    to = address()
    mail_id = await queued(service, world, task_mail(to))
    world.rows("update private.mail_messages set status = 'sent', sent_at = now() where id = %s", mail_id)
    assert await deliver_mail(service, seconds=20) == {"done": 1, "failed": 0}
    assert await received(world.stack, to) == []


async def test_the_limit_of_a_person(world: World, service: Db) -> None:
    person, to = await world.person(), address()
    mails = [task_mail(to, user_id=UUID(world.id_of(person))) for _ in range(22)]
    await queue_mails(service, mails, keys=[uuid4().hex for _ in mails])
    assert (await deliver_mail(service, seconds=60))["done"] == 20
    assert len(await received(world.stack, to)) == 20
    # None is lost, none has used up an attempt, and all wait for the window.
    waiting = world.rows(
        "select attempts, leased_by, run_at > now() + interval '30 minutes' as waits from private.jobs "
        "where queue = 'mail'"
    )
    assert waiting == [{"attempts": 0, "leased_by": None, "waits": True}] * 2
    # A security mail does not wait behind them.
    world.rows(
        "select public.enqueue_job('mail', 'send_mail', payload => %s)",
        json.dumps({"mail": seal_mail(Mail(to, "password_changed", user_id=UUID(world.id_of(person))))}),
    )
    assert (await deliver_mail(service, seconds=20))["done"] == 1
    assert len(await received(world.stack, to)) == 21


async def test_the_limit_of_a_domain(world: World, service: Db, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lib.notify.mail.limits.PER_DOMAIN_HOUR", 3)
    domain = f"{uuid4().hex}.test"
    mails = [task_mail(f"reader{number}@{domain}") for number in range(5)]
    await queue_mails(service, mails, keys=[uuid4().hex for _ in mails])
    assert (await deliver_mail(service, seconds=20))["done"] == 3
    assert world.rows("select count(*) from private.jobs where queue = 'mail'") == [{"count": 2}]


async def test_security_mails_do_not_flood(world: World, service: Db, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lib.notify.mail.limits.SECURITY_HOUR", 2)
    to = address()
    await queue_mails(service, [Mail(to, "password_changed")] * 3, keys=[uuid4().hex for _ in range(3)])
    assert (await deliver_mail(service, seconds=20))["done"] == 2


async def test_a_failed_mail_counts_for_no_limit(
    world: World, service: Db, stack: RunningStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = await world.person()
    dead = "http://127.0.0.1:9"
    async with as_function(stack, monkeypatch, SENDGRID_BASE_URL=dead, SES_ENDPOINT_URL=dead) as db:
        await queued(db, world, task_mail(address(), user_id=UUID(world.id_of(person))))
        await deliver_mail(db, seconds=20)
    with redis.Redis.from_url(stack.redis_url) as kv:
        counted = kv.hvals(f"window:mail_user_hour:{world.id_of(person)}")
    assert [int(value) for value in counted] == [0]  # pyright: ignore[reportGeneralTypeIssues, reportArgumentType]


async def test_brands_take_turns(world: World, service: Db) -> None:
    many, few = await world.brand(), await world.brand()
    mails = [task_mail(address(), brand_id=UUID(many.id)) for _ in range(12)]
    await queue_mails(service, mails, keys=[uuid4().hex for _ in mails])
    to = address()
    await queued(service, world, task_mail(to, brand_id=UUID(few.id)))
    from lib.jobs import work_off

    await work_off(service, MAILS, batches=1)
    assert len(await received(world.stack, to)) == 1
