import os

from local.mail.server import create_app
from local.serve import serve

serve(create_app(), int(os.environ["MAIL_PORT"]))
