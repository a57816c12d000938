"""/api/v1/ai/*"""

from api._ai import records, tools, writing
from lib.core.app import create_app

app = create_app("MixerAI AI", writing.router, tools.router, records.router, max_seconds=60)
