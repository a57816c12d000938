import os

from local.channels.server import create_app
from local.serve import serve

serve(create_app(), int(os.environ["CHANNELS_PORT"]))
