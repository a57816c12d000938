"""/api/v1/delivery/{brandSlug}/*: published contents for websites, without login"""

from api._routes.content import delivery
from lib.content.delivery.limits import LIMITS
from lib.core.http.app import create_app

app = create_app("MixerAI delivery", delivery.router, limits=LIMITS, is_public=True)
