"""/api/v1/delivery/{brandSlug}/*: published contents for websites, without login"""

from api._routes.content import delivery
from lib.core.http.app import create_app

app = create_app("MixerAI delivery", delivery.router)
