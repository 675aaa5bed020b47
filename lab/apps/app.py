"""A small application for WSGI servers that fails on demand, by path."""

import os
import signal
import time

# While this file exists, the application answers 502 as if it were a gateway itself.
BROKEN = os.environ.get("BROKEN", "")

# Larger than any packet, smaller than any buffer.
BIG = b"x" * 20000


def application(environ, start_response):
    path = environ.get("PATH_INFO", "/")
    if path == "/slow":
        time.sleep(float(os.environ.get("SLOW_SECONDS", "3")))
    elif path == "/exit":
        os._exit(1)
    elif path == "/segv":
        os.kill(os.getpid(), signal.SIGSEGV)
    elif path == "/eat":
        eat()
    if BROKEN and os.path.exists(BROKEN):
        start_response("502 Bad Gateway", [("Content-Type", "text/plain")])
        return [b"the application's own upstream is down\n"]
    body = BIG if path == "/big" else b"well\n"
    head = [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))]
    start_response("200 OK", head)
    return [body]


def eat():
    """Takes memory until somebody ends it."""
    taken = []
    while True:
        taken.append(bytearray(1 << 20))
