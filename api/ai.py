"""/api/v1/ai/*"""

from api._routes.ai import records, tools, writing
from lib.core.http.app import create_app

app = create_app("MixerAI AI", writing.router, tools.router, records.router, max_seconds=60)
