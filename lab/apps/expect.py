"""Asks once for a URL and ends well if the status is the expected one."""

import sys
import urllib.error
import urllib.request

url, expected = sys.argv[1], int(sys.argv[2])
try:
    status = urllib.request.urlopen(url).status
except urllib.error.HTTPError as error:
    status = error.code
if status != expected:
    sys.exit(f"{url}: {status} and not {expected}")
