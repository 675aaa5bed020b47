"""Opens connections to an address until no local port is left, and keeps them."""

import errno
import socket
import sys
import time

held = []
try:
    while True:
        connection = socket.create_connection((sys.argv[1], int(sys.argv[2])))
        held.append(connection)
except OSError as error:
    if error.errno != errno.EADDRNOTAVAIL:
        raise
print("no port left after", len(held), flush=True)
while True:
    time.sleep(60)
