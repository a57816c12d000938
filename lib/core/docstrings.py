"""Decides whether the docstrings of fields become their descriptions, which only the description of the API needs.

To find them, pydantic reads and parses the source of each model, and walks the call stack for it: 200 to 500 ms of the
import of a function.
"""

import os
from typing import Final

ARE_DESCRIPTIONS: Final = os.environ.get("DOCSTRINGS_ARE_DESCRIPTIONS") == "1"
