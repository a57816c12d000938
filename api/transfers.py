"""/api/v1/contents/{bulk,stream,import,export}: what moves many contents at once, and takes its time"""

from api._routes.content import transfers
from lib.core.http.app import create_app
from lib.core.http.headers import JSON, NDJSON

app = create_app("MixerAI transfers", transfers.router, media_types=(JSON, NDJSON), max_seconds=60)
