"""/api/v1/delivery/{brandSlug}/*: published contents for websites, without login"""

from api._routes.publishing import delivery, delivery_files
from lib.core.http.app import create_app
from lib.publishing.delivery.limits import LIMITS

app = create_app("MixerAI delivery", delivery.router, delivery_files.router, limits=LIMITS, is_public=True)
