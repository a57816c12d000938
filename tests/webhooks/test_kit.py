"""Runs the programs of docs/webhooks.md that verify deliveries: what is genuine passes, and nothing else."""

import json
import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lib.core.security.webhook_signatures import make_secret, signed_headers
from local.stack.settings import NODE_MODULES, ROOT

BODY = '{"id": "x", "title": "Grüße, \\u0000 and 5 < 6"}'
PAGE = (ROOT / "docs" / "webhooks.md").read_text()
PROGRAMS = dict(re.findall(r"^```(\w+) verify\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL))


def command(language: str, folder: Path) -> list[str]:
    """Writes a program to a folder and returns how it is run."""
    program = folder / f"verify.{ {'python': 'py', 'typescript': 'mts', 'php': 'php'}[language] }"
    program.write_text(PROGRAMS[language])
    if language == "python":
        return [sys.executable, "-I", str(program)]
    if language == "typescript":
        # Strictly, as a project would. The types of Node are declared here, because none are installed.
        (folder / "node.d.ts").write_text(
            'declare module "node:crypto" { export function createHmac(a: string, k: Buffer): Hmac;\n'
            "  export function timingSafeEqual(a: Buffer, b: Buffer): boolean; }\n"
            'declare module "node:fs" { export function readFileSync(file: number): Buffer; }\n'
            "interface Hmac { update(data: string | Buffer): Hmac; digest(): Buffer }\n"
            "interface Buffer extends Uint8Array {}\n"
            "declare const Buffer: { from(text: string, encoding: string): Buffer };\n"
            "declare const process: { argv: string[] };\n"
        )
        options = {"strict": True, "target": "es2022", "module": "nodenext", "types": list[str]()}
        (folder / "tsconfig.json").write_text(json.dumps({"compilerOptions": options}))
        subprocess.run(["node", str(NODE_MODULES / "typescript" / "bin" / "tsc"), "-p", str(folder)], check=True)
        return ["node", str(program.with_suffix(".mjs"))]
    php = shutil.which("php")
    if php is None:
        pytest.skip("php is not installed: the program in PHP was not run")
    return [php, str(program)]


@pytest.mark.parametrize("language", ["python", "typescript", "php"])
def test_a_program_takes_what_is_genuine_alone(language: str, tmp_path: Path) -> None:
    run = command(language, tmp_path)
    secret, former, now = make_secret(), make_secret(), datetime.now(UTC)

    def verifies(with_secret: str, headers: dict[str, str], body: str) -> bool:
        names = ("webhook-id", "webhook-timestamp", "webhook-signature")
        ended = subprocess.run(
            [*run, with_secret, *(headers[name] for name in names)],
            input=body.encode(),
            capture_output=True,
            check=False,
        )
        return ended.returncode == 0

    headers = signed_headers([secret], message_id="msg_1", at=now, body=BODY)
    assert verifies(secret, headers, BODY)
    both = signed_headers([secret, former], message_id="msg_1", at=now, body=BODY)
    assert verifies(former, both, BODY)
    assert not verifies(former, headers, BODY)
    assert not verifies(secret, headers, BODY + " ")
    assert not verifies(secret, headers | {"webhook-id": "msg_2"}, BODY)
    assert not verifies(secret, headers | {"webhook-timestamp": str(int(now.timestamp()) + 1)}, BODY)
    assert not verifies(secret, headers | {"webhook-signature": headers["webhook-signature"].replace("v1", "v2")}, BODY)
    assert not verifies(secret, headers | {"webhook-signature": "v1,"}, BODY)
    for age in (-6, 6):
        at = now + timedelta(minutes=age)
        assert not verifies(secret, signed_headers([secret], message_id="msg_1", at=at, body=BODY), BODY)
