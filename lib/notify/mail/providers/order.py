"""Which provider sends a mail: the first whose circuit lets a call through, and the next where it fails."""

import logging
from collections.abc import Awaitable
from typing import Final

from lib.core.config import ConfigurationError
from lib.core.data.circuit_breaker import Circuit, State, acquire_probe, read_circuits, record_outcome
from lib.core.data.kv import KvUnavailable, ask_kv
from lib.core.telemetry.logs import log
from lib.notify.mail.models import Composed
from lib.notify.mail.providers.models import PROVIDER_SECONDS, Accepted, MailFailed, Provider
from lib.notify.mail.providers.sendgrid import SendGrid
from lib.notify.mail.providers.ses import Ses

PROVIDERS: Final[tuple[Provider, ...]] = (SendGrid(), Ses())
# Seconds that all providers have together.
SEND_SECONDS: Final = PROVIDER_SECONDS * len(PROVIDERS)


async def send_by_any(mail: Composed) -> Accepted:
    """Sends a mail by the first provider that takes it.

    A refusal of the mail itself is final. Raises MailFailed, and ConfigurationError where no provider is configured.
    """
    providers = [provider for provider in PROVIDERS if provider.is_configured()]
    if not providers:
        raise ConfigurationError("SENDGRID_API_KEY: needed to send mail")
    circuits = await _without_kv({}, read_circuits([_circuit(provider) for provider in providers]))
    failure = MailFailed("no provider takes mail right now", is_final=False)
    for provider in providers:
        if not await _may_call(provider, circuits):
            continue
        try:
            message_id = await provider.send(mail)
        except MailFailed as error:
            # A provider that refuses one mail works.
            await _without_kv(None, record_outcome(_circuit(provider), is_good=error.is_final))
            if error.is_final:
                raise
            log(logging.WARNING, "a provider of mail failed", fields={"provider": provider.name, "reason": str(error)})
            failure = error
            continue
        # Nothing is awaited from here on until the caller has recorded it: who is ended here sends the mail again.
        return Accepted(provider.name, message_id)
    raise failure


async def note_success(accepted: Accepted) -> None:
    """Notes that a provider works. Call it when it is recorded that the mail was sent."""
    await _without_kv(None, record_outcome(f"mail:{accepted.provider}", is_good=True))


def _circuit(provider: Provider) -> str:
    return f"mail:{provider.name}"


async def _may_call(provider: Provider, circuits: dict[str, Circuit]) -> bool:
    state = circuits.get(_circuit(provider), Circuit()).state
    if state is State.HALF_OPEN:
        return await _without_kv(otherwise=True, asked=acquire_probe(_circuit(provider)))
    return state is State.CLOSED


async def _without_kv[T](otherwise: T, asked: Awaitable[T]) -> T:
    """Asks KV, or goes on without it: mail does not wait for a breaker."""
    try:
        return await ask_kv(asked)
    except KvUnavailable:
        return otherwise
