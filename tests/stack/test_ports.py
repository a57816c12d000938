"""The ports of the local stack: none of outgoing connections, and none that other servers commonly use."""

import json
import re
import subprocess
import sys
import tomllib

from lib.core.config import Settings
from local.stack.copies import FREE_PORTS, free_port
from local.stack.settings import DEFAULT_PORTS, ROOT

# The lowest port of outgoing connections on any system: that of Linux.
EPHEMERAL = 32_768
COMMON = {3000, 3001, 4000, 4200, 5000, 5173, 5432, 6379, 7000, 8000, 8080, 8081, 8443, 8888, 9000, 9090, 11434, 27017}


def test_the_default_ports() -> None:
    ports = list(DEFAULT_PORTS.values())
    assert len(set(ports)) == len(ports)
    assert all(1024 <= port < EPHEMERAL for port in ports)
    assert not COMMON & set(ports)
    assert not set(FREE_PORTS) & set(ports)
    assert FREE_PORTS.stop <= EPHEMERAL


def test_the_ports_of_copies_are_free_and_below_those_of_connections() -> None:
    found = {free_port() for _ in range(20)}
    assert len(found) == 20
    assert found <= set(FREE_PORTS)


TAKE_PORTS = """
import json
from local.stack.copies import free_port
print(json.dumps([free_port() for _ in range(99)]), flush=True)
input()
"""


def test_processes_that_start_at_once_get_different_ports() -> None:
    """Each copy of the platform listens some time after it has chosen its ports."""
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", TAKE_PORTS], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(3)
    ]
    found: list[int] = []
    for process in processes:
        assert process.stdout is not None
        found += json.loads(process.stdout.readline())
    for process in processes:
        process.communicate("\n")
    assert len(set(found)) == len(found) == 3 * 99


def test_every_place_names_the_same_ports() -> None:
    named = dict(re.findall(r"# MIXERAI_(\w+)_PORT=(\d+)", (ROOT / ".env.example").read_text()))
    assert {name.lower(): int(port) for name, port in named.items()} == DEFAULT_PORTS
    supabase = tomllib.loads((ROOT / "supabase" / "config.toml").read_text())
    assert (supabase["api"]["port"], supabase["db"]["port"]) == (DEFAULT_PORTS["supabase"], DEFAULT_PORTS["postgres"])
    assert Settings.model_fields["app_url"].default == f"http://127.0.0.1:{DEFAULT_PORTS['web']}"


def test_documents_name_no_other_port() -> None:
    """Every address of this machine in the documents is one of the stack's."""
    files = [
        ROOT / name for name in ("README.md", "CONTRIBUTING.md", ".env.example", *map(str, ROOT.glob("docs/*.md")))
    ]
    others = {
        int(port)
        for file in files
        for port in re.findall(r"(?:127\.0\.0\.1|localhost):(\d+)", file.read_text())
        if int(port) not in (*DEFAULT_PORTS.values(), 11434, 5173)  # examples: Ollama and Vite
    }
    assert others == set()
