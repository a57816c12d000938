"""Sending: by which provider, to whom, once, within limits, in fair turns. Over the wire to stand-ins of providers."""

import asyncio
import json
from contextlib import suppress as passing
from typing import Any
from uuid import UUID, uuid4

import pytest
import redis

import lib.identity.mail
from lib.core.data.db import Db
from lib.notify import Mail, deliver_mail, queue_mails, seal_mail
from lib.notify.mail.queue import MAILS
from local.stack.client import RunningStack
from tests.notify.support import address, message, received, received_by_ses, task_mail, verify_sender
from tests.support.function import as_function
from tests.support.world import World

pytestmark = pytest.mark.anyio
assert lib.identity.mail.__all__  # its mails are registered


@pytest.fixture(autouse=True)
def fresh(world: World) -> None:
    verify_sender(world.stack)
    world.rows("delete from private.jobs where queue = 'mail'")
    with redis.Redis.from_url(world.stack.redis_url) as kv:
        for pattern in ("circuit:*mail:*", "window:mail_*"):
            for key in kv.scan_iter(pattern):
                kv.delete(key)


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


async def test_a_provider_whose_answer_never_ends(
    world: World, stack: RunningStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    verify_sender(stack)

    async def trickle(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 202 Accepted\r\n")
        with passing(ConnectionError):
            while True:
                writer.write(b"X-More: to come\r\n")
                await writer.drain()
                await asyncio.sleep(0.2)

    server = await asyncio.start_server(trickle, "127.0.0.1", 0)
    async with server:
        endless = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        async with as_function(stack, monkeypatch, SENDGRID_BASE_URL=endless) as db:
            mail_id = await queued(db, world, task_mail(address()))
            assert await deliver_mail(db, seconds=20) == {"done": 1, "failed": 0}
    assert message(world, mail_id)["provider"] == "ses"


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
        # It waits for a provider, and no attempt is counted: an outage makes no dead letter of it.
        waits = "select attempts, run_at between now() and now() + interval '1 minute' as soon from private.jobs "
        assert world.rows(waits + "where id = %s", mail_id) == [{"attempts": 0, "soon": True}]
        for hours, attempts in ((23, 0), (25, 1)):
            world.rows(
                "update private.mail_messages set created_at = now() - %s * interval '1 hour' where id = %s",
                hours, mail_id,
            )  # fmt: skip
            world.rows("update private.jobs set run_at = now() where id = %s", mail_id)
            await deliver_mail(db, seconds=20)
            assert world.rows("select attempts from private.jobs where id = %s", mail_id) == [{"attempts": attempts}]


async def test_a_suppressed_address(world: World, service: Db) -> None:
    from lib.core.security.crypto import key_ring

    to = address()
    index = key_ring().blind_indexes(to, "email")[0]
    world.rows("insert into private.email_suppressions (email_index, reason) values (%s, 'bounce')", index)
    mail_id = await queued(service, world, task_mail(to.upper()))
    assert await deliver_mail(service, seconds=20) == {"done": 1, "failed": 0}
    assert await received(world.stack, to.upper()) == []
    assert message(world, mail_id)["status"] == "suppressed"


def suppress(world: World, to: str, reason: str, until: str | None = None) -> None:
    from lib.notify.mail.hashing import address_indexes

    world.rows(
        "insert into private.email_suppressions (email_index, reason, until) values (%s, %s, now() + %s::interval)",
        address_indexes(to)[0], reason, until,
    )  # fmt: skip


async def test_who_complained_can_still_reset_a_password(world: World, service: Db) -> None:
    to = address()
    suppress(world, to, "complaint")
    reset = await queued(service, world, Mail(to, "password_reset", {"link": "/reset-password#token=x"}))
    task = await queued(service, world, task_mail(to))
    invitation = await queued(service, world, task_mail(to, category="invitations"))
    await deliver_mail(service, seconds=20)
    assert [message(world, each)["status"] for each in (reset, task, invitation)] == [
        "sent",
        "suppressed",
        "suppressed",
    ]


async def test_a_bounce_ends(world: World, service: Db) -> None:
    over, not_over = address(), address()
    suppress(world, over, "bounce", "-1 second")
    suppress(world, not_over, "bounce", "1 day")
    sent, held = [await queued(service, world, task_mail(to)) for to in (over, not_over)]
    await deliver_mail(service, seconds=20)
    assert (message(world, sent)["status"], message(world, held)["status"]) == ("sent", "suppressed")


async def test_a_category_that_was_turned_off_meanwhile(world: World, service: Db) -> None:
    from lib.notify.mail.unsubscribing import make_token, unsubscribe

    person, to = UUID(world.id_of(await world.person())), address()
    categories: tuple[Any, ...] = ("tasks", "digests", "comments", "security")
    ids = [await queued(service, world, task_mail(to, user_id=person, category=each)) for each in categories]
    for category in ("tasks", "digests"):
        await unsubscribe(token=make_token(person, category))
    await deliver_mail(service, seconds=20)
    assert [message(world, each)["status"] for each in ids] == ["suppressed", "suppressed", "sent", "sent"]


async def test_a_mail_about_an_account_is_in_the_language_of_its_person(world: World, service: Db) -> None:
    person, to = await world.person(), address()
    world.rows("update public.profiles set language = 'fr' where id = %s", world.id_of(person))
    for each in (person.email, person.email.upper(), to):
        await queued(service, world, Mail(each, "password_changed"))
    await deliver_mail(service, seconds=20)
    french, shouted, unknown = [
        (await received(world.stack, each))[0]["subject"] for each in (person.email, person.email.upper(), to)
    ]
    assert french == shouted != unknown


async def test_a_refused_reply_address_loses_no_mail(world: World, service: Db) -> None:
    brand, to = await world.brand(), address()
    world.rows(
        "insert into private.mail_settings (brand_id, sender_name, reply_to) values (%s, 'Aurora', 'a..b@c.test')",
        brand.id,
    )
    await queued(service, world, task_mail(to, brand_id=UUID(brand.id)))
    assert await deliver_mail(service, seconds=20) == {"done": 1, "failed": 0}
    (sent,) = await received(world.stack, to)
    assert sent["from"]["name"] == "MixerAI"
    assert "reply_to" not in sent


async def test_ses_tracks_only_what_a_brand_tracks(world: World, service: Db) -> None:
    from lib.notify.mail.composition import Addressing, compose
    from lib.notify.mail.providers import ses

    for category, tracks, expected in (
        ("tasks", True, "ENABLED"), ("tasks", False, "DISABLED"), ("security", True, "DISABLED"),
        ("invitations", True, "DISABLED"),
    ):  # fmt: skip
        composed = compose(
            task_mail(address(), category=category), Addressing(id=uuid4(), language="en", tracks=tracks)
        )
        overrides = ses._arguments(composed)["ConfigurationOverrides"]  # pyright: ignore[reportPrivateUsage]
        assert overrides == {"Tracking": {"OpenTrackingEnabled": expected, "ClickTrackingEnabled": expected}}


async def test_what_a_provider_took_is_recorded_though_the_attempt_ends() -> None:
    from lib.notify.mail import sending

    is_recorded, began = asyncio.Event(), asyncio.Event()

    async def record() -> None:
        began.set()
        await asyncio.sleep(0.05)
        is_recorded.set()

    attempt = asyncio.create_task(sending._finished(record()))  # pyright: ignore[reportPrivateUsage]
    await began.wait()
    attempt.cancel()
    with pytest.raises(asyncio.CancelledError):
        await attempt
    assert is_recorded.is_set()


async def test_a_mail_of_a_newer_deployment_can_be_read() -> None:
    mail = task_mail(address())
    assert Mail.from_json(json.dumps(json.loads(mail.to_json()) | {"colour": "red"})) == mail


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


async def test_no_brand_holds_back_the_mails_of_another(
    world: World, service: Db, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lib.notify.mail.limits.PER_DOMAIN_HOUR", 3)
    monkeypatch.setattr("lib.notify.mail.limits.PER_USER_HOUR", 2)
    loud, quiet = await world.brand(), await world.brand()
    domain, person = f"{uuid4().hex}.test", UUID(world.id_of(await world.person()))
    mails = [task_mail(f"reader{number}@{domain}", brand_id=UUID(loud.id)) for number in range(5)]
    mails += [task_mail(address(), user_id=person, brand_id=UUID(loud.id)) for _ in range(4)]
    await queue_mails(service, mails, keys=[uuid4().hex for _ in mails])
    assert (await deliver_mail(service, seconds=30))["done"] == 5
    others = [
        task_mail(f"reader@{domain}", brand_id=UUID(quiet.id)),
        task_mail(f"reader0@{domain}", brand_id=UUID(loud.id), category="invitations"),
        task_mail(address(), user_id=person, brand_id=UUID(quiet.id)),
    ]
    await queue_mails(service, others, keys=[uuid4().hex for _ in others])
    assert (await deliver_mail(service, seconds=30))["done"] == 3
    # All brands together have a limit, too.
    monkeypatch.setattr("lib.notify.mail.limits.DOMAIN_CEILING", 1)
    await queue_mails(service, others[:1], keys=[uuid4().hex])
    assert (await deliver_mail(service, seconds=30))["done"] == 0


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
        counted = kv.hvals(f"window:mail_user_hour:platform:{world.id_of(person)}")
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
