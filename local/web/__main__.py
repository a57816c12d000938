import os

from local.serve import serve
from local.web.server import create_app

serve(create_app(), int(os.environ["WEB_PORT"]))
