"""/api/v1/health, /api/v1/config, and the answer to every path under /api that nothing else serves."""

from api._routes.system import platform
from lib.core.http.app import create_app

app = create_app("MixerAI system", platform.router)
