"""Runs the checks one after another and prints a line for each."""

import time
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Final, Literal

from tools.smoke.access import check_health, check_sign_in, check_sign_out, check_strangers
from tools.smoke.contents import check_list, check_write
from tools.smoke.deployment import LOG_HINT, Deployment
from tools.smoke.live import check_live_event
from tools.smoke.objects import check_stored_object
from tools.smoke.outcomes import CheckFailed, CheckSkipped
from tools.smoke.publishing import check_publication, check_schedule

type Check = Callable[[Deployment], Awaitable[None]]
type Outcome = Literal["ok", "failed", "skipped"]

CHECKS: Final[tuple[tuple[str, Check], ...]] = (
    ("health", check_health),
    ("refusal of strangers", check_strangers),
    ("sign-in", check_sign_in),
    ("list", check_list),
    ("write", check_write),
    ("live event", check_live_event),
    ("stored object", check_stored_object),
    ("scheduled run", check_schedule),
    ("publish and purge", check_publication),
)
LAST: Final[tuple[str, Check]] = ("sign-out", check_sign_out)


def _say(text: str) -> None:
    print(text, flush=True)


async def _perform(number: int, name: str, check: Check, deployment: Deployment) -> Outcome:
    began = time.monotonic()

    def taken() -> str:
        return f"({(time.monotonic() - began) * 1000:.0f} ms)"

    try:
        await check(deployment)
    except CheckSkipped as reason:
        _say(f"skipped {number} {name}: {reason}")
        return "skipped"
    except CheckFailed as failure:
        problem = failure
    except Exception as error:  # noqa: BLE001 - an answer of another shape is a finding as well
        came = f"{type(error).__name__}: {error}"
        problem = CheckFailed(expected="answers in the documented shape", came=came, look_at=LOG_HINT)
    else:
        _say(f"ok {number} {name} {taken()}")
        return "ok"
    _say(f"FAILED {number} {name} {taken()}")
    _say(f"  expected: {problem.expected}\n  came:     {problem.came}\n  look at:  {problem.look_at}")
    return "failed"


async def run_checks(deployment: Deployment) -> bool:
    """Runs all checks, also after a failure. Returns whether all passed and nothing was left behind."""
    outcomes: Counter[Outcome] = Counter()
    left: list[str] = []
    try:
        for number, (name, check) in enumerate(CHECKS, start=1):
            outcomes[await _perform(number, name, check, deployment)] += 1
    finally:
        # Also after an interrupt. Deleting needs the session, so signing out comes last.
        left = await deployment.take_away_all()
        outcomes[await _perform(len(CHECKS) + 1, *LAST, deployment)] += 1
        if deployment.session is not None:
            left.append("the session, which ends by itself in eight hours")
        for what in left:
            _say(f"left behind: {what}")
        await deployment.close()
    _say(f"{outcomes['ok']} ok, {outcomes['failed']} failed, {outcomes['skipped']} skipped")
    return not outcomes["failed"] and not left
