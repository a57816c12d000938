import os

from local.models.server import create_app
from local.serve import serve

serve(create_app(), int(os.environ["MODELS_PORT"]))
