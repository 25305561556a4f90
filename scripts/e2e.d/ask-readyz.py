#!/usr/bin/env python3
"""Asks an API server for /readyz over TIMES new connections; exit 0 when each answered "ok" within 3 s.

  ask-readyz.py ADDRESS PORT TIMES
Certificates are not looked at: this asks who answers, not whether to trust it.
"""
import http.client
import ssl
import sys

address, port, times = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
context = ssl._create_unverified_context()
for _ in range(times):
    connection = http.client.HTTPSConnection(address, port, timeout=3, context=context)
    try:
        connection.request("GET", "/readyz")
        answer = connection.getresponse()
        text = answer.read().decode(errors="replace").strip()
    except OSError as e:
        sys.exit(f"{address}: {type(e).__name__}: {e}")
    finally:
        connection.close()
    if answer.status != 200 or text != "ok":
        sys.exit(f"{address}: {answer.status} {text[:200]}")
