"""The rate limits of contents: autosaves count a tenth."""

import re
from typing import Final

from lib.core.limits.rules import LimitRules, MinorRule

LIMITS: Final = LimitRules(minor=(MinorRule("PATCH", re.compile(r"/api/v1/contents/[^/]+"), "autosave"),))
