"""/api/v1/ai/*"""

from api._routes.ai import generations, tools, writing
from lib.ai.limits import LIMITS
from lib.core.http.app import create_app

app = create_app("MixerAI AI", writing.router, tools.router, generations.router, max_seconds=60, limits=LIMITS)
