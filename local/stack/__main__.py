"""Runs the local stack.

``up``: until it is stopped. ``dev``: the same, reloads the functions when their code changes, and runs the schedule.
``run -- COMMAND``: while the command runs. ``copy N``: a copy of a running stack. ``reset``: deletes its data.
"""

import argparse
import asyncio
import os
import shutil
import subprocess
import sys
import time

from local.stack.client import find_running, only_stack, running_stack
from local.stack.copies import CopySupervisor
from local.stack.development import DevelopmentSupervisor
from local.stack.processes import StackError
from local.stack.settings import STATE, SettingsError, StackSettings, fallback_folder, load_settings
from local.stack.supervisor import PlatformSupervisor

BANNER = """
  Dashboard      {web}/
  API            {web}/api/v1      reference: {web}/api/docs
  Sent mail      {mail}/
  Model server   {models}/requests
  Supabase       {supabase}      database: {database}

  Sign in with any of these, password "Mixerai-demo-2026":
    platform@mixerai.test                            platform admin
    admin@aurora.test   editor@aurora.test   viewer@aurora.test     brand Aurora Skincare
    admin@borealis.test editor@borealis.test viewer@borealis.test   brand Borealis Coffee
  The viewer of each brand is the reviewer that its workflow names.

  Try: sign in on the dashboard in one window and run `make demo` in another.
  Ctrl-C stops everything; the data stays in .local/ until `make reset`.
"""


DEVELOPMENT = "  Functions follow the code in api/ and lib/, and the schedule of vercel.json runs.\n"


def _banner(settings: StackSettings) -> str:
    environment = settings.platform_environment()
    return BANNER.format(
        web=settings.url("web"),
        mail=settings.url("mail"),
        models=settings.url("models"),
        supabase=environment["SUPABASE_URL"],
        database=settings.database_url,
    )


def _up(settings: StackSettings) -> int:
    with only_stack():
        return asyncio.run(PlatformSupervisor(settings).run(_banner(settings)))


def _develop(settings: StackSettings) -> int:
    with only_stack():
        return asyncio.run(DevelopmentSupervisor(settings).run(_banner(settings) + DEVELOPMENT))


def _copy(settings: StackSettings, number: int) -> int:
    return asyncio.run(CopySupervisor(settings, number).run(""))


def _run(command: list[str]) -> int:
    found = find_running()
    if found is not None:
        age = round((time.time() - found.started_at) / 60)
        print(f"Using the platform that runs already (process {found.pid}, for {age} min).", flush=True)
    with running_stack() as stack:
        return subprocess.run(command, env=os.environ | stack.environment, check=False).returncode


def _reset() -> int:
    with only_stack():
        for path in STATE.iterdir():
            if path.is_dir():
                shutil.rmtree(path)
            elif path.name != "lock":
                path.unlink()
        shutil.rmtree(fallback_folder(), ignore_errors=True)
    print("All local data is gone; `make dev` starts afresh.")
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m local.stack", description=__doc__)
    actions = parser.add_subparsers(dest="action", required=True)
    actions.add_parser("up")
    actions.add_parser("dev")
    actions.add_parser("reset")
    copy = actions.add_parser("copy")
    copy.add_argument("number", type=int, choices=range(1, 16))
    run = actions.add_parser("run")
    run.add_argument("command", nargs="+")
    arguments = parser.parse_args()
    try:
        if arguments.action == "up":
            return _up(load_settings())
        if arguments.action == "dev":
            return _develop(load_settings())
        if arguments.action == "copy":
            return _copy(load_settings(), arguments.number)
        if arguments.action == "run":
            return _run(arguments.command)
        return _reset()
    except (SettingsError, StackError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
