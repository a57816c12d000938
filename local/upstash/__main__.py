import os

from local.serve import serve
from local.upstash.server import create_app

serve(create_app(os.environ["REDIS_URL"], os.environ["KV_TOKEN"]), int(os.environ["KV_PORT"]))
