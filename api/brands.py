"""/api/v1/brands/*"""

from api._routes.brand import brands
from lib.core.http.app import create_app

app = create_app("MixerAI brands", brands.router)
