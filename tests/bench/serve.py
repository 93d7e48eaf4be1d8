"""Our application in one single-threaded worker, as the peers are served: ``serve.py ATLAS PORT``."""

import sys
from pathlib import Path

from werkzeug.serving import WSGIRequestHandler, make_server

from app import create_app


class QuietHandler(WSGIRequestHandler):
    """Keeps connections open and prints nothing, so that the server itself costs little."""

    protocol_version = "HTTP/1.1"

    def log_request(self, *args, **kwargs):
        """Print nothing."""


application = create_app({"ATLAS_FILE": Path(sys.argv[1])})
make_server(
    "127.0.0.1", int(sys.argv[2]), application, threaded=False, request_handler=QuietHandler
).serve_forever()
