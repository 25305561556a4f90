#!/usr/bin/env python3
"""Opens a new TCP and TLS connection to the API server each second, until a file appears, and asks for /readyz.

  watch-endpoint.py ADDRESS PORT CA STOP-FILE RESULT-FILE
RESULT-FILE gets one JSON object: attempts, failures, the longest gap between two good answers in seconds (a gap still
open at the end counts), and the times of the failures. Exit status 0 whenever it could watch.
"""
import http.client
import json
import os
import ssl
import sys
import time


def ask(address, port, context):
    connection = http.client.HTTPSConnection(address, port, timeout=2, context=context)
    try:
        connection.request("GET", "/readyz", headers={"Connection": "close"})
        answer = connection.getresponse()
        return "" if answer.status == 200 and answer.read() == b"ok" else f"status {answer.status}"
    except (OSError, http.client.HTTPException) as e:
        return f"{type(e).__name__}: {e}"
    finally:
        connection.close()


def main():
    address, port, ca, stop, result = sys.argv[1:]
    context = ssl.create_default_context(cafile=ca)
    attempts, failures, longest = 0, [], 0.0
    last = time.monotonic()
    while not os.path.exists(stop):
        began = time.monotonic()
        why = ask(address, int(port), context)
        now = time.monotonic()
        attempts += 1
        if why:
            failures.append([time.strftime("%H:%M:%S", time.gmtime()), why])
        else:
            longest = max(longest, now - last)
            last = now
        time.sleep(max(0.0, 1 - (time.monotonic() - began)))
    longest = max(longest, time.monotonic() - last)
    with open(result + ".partial", "w") as f:
        json.dump({"attempts": attempts, "failures": failures, "longestGap": round(longest, 2)}, f)
    os.rename(result + ".partial", result)


if __name__ == "__main__":
    main()
