"""/api/v1/templates/*"""

from api._routes.template import templates
from lib.core.http.app import create_app

app = create_app("MixerAI templates", templates.router)
