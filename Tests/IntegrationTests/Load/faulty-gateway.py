"""A gateway that is well, but answers 500 to every twentieth request that is not about its health.

Stands before the real one, which it starts on another port: faulty-gateway.py PROGRAM gateway --config FILE
"""

import http.client
import itertools
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

settings = json.load(open(sys.argv[sys.argv.index("--config") + 1]))
port, inner = settings["Services"]["gateway"]["Port"], 5900
settings["Services"]["gateway"]["Port"] = inner
copy = tempfile.NamedTemporaryFile("w", suffix=".json")
json.dump(settings, copy)
copy.flush()
real = subprocess.Popen([sys.argv[1], "gateway", "--config", copy.name])
numbers = itertools.count(1)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *words):
        pass

    def forward(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if not self.path.startswith("/health") and next(numbers) % 20 == 0:
            return self.answer(500, b"faulty", [])
        try:
            line = http.client.HTTPConnection("127.0.0.1", inner, timeout=30)
            line.request(self.command, self.path, body, dict(self.headers))
            reply = line.getresponse()
            self.answer(reply.status, reply.read(), reply.getheaders())
            line.close()
        except OSError as error:
            self.answer(503, str(error).encode(), [])

    def answer(self, status, body, headers):
        self.send_response_only(status)
        for name, value in headers:
            if name.lower() not in ("content-length", "connection", "transfer-encoding"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_HEAD = do_PUT = do_DELETE = forward


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 1024


server = Server(("0.0.0.0", port), Handler)


def end(*_):
    real.terminate()
    threading.Thread(target=lambda: (real.wait(), os._exit(0))).start()


signal.signal(signal.SIGTERM, end)
server.serve_forever()
