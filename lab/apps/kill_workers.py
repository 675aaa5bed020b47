"""Kills every nginx worker of this host, again and again, as a crashing module would."""

import os
import signal
import time


def workers():
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        try:
            with open(f"/proc/{name}/cmdline", "rb") as file:
                if file.read().startswith(b"nginx: worker"):
                    yield int(name)
        except OSError:
            continue


print("killing", flush=True)
while True:
    for worker in list(workers()):
        try:
            os.kill(worker, signal.SIGSEGV)
        except ProcessLookupError:
            pass
    time.sleep(0.1)
