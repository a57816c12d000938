"""Writes or checks the descriptions of the API and of its live updates (tools/openapi/command.py)."""

import os
import sys

os.environ["DOCSTRINGS_ARE_DESCRIPTIONS"] = "1"

from tools.openapi.command import main

sys.exit(main())
