#!/usr/bin/env python3
"""The image service of a CRI runtime, asked as the kubelet asks it; gRPC by hand, with curl for HTTP/2.
usage: cri.py SOCKET v1|v1alpha2 list
       cri.py SOCKET v1|v1alpha2 pull IMAGE      prints what the runtime calls it
Ends with 1 and the runtime's message where it refuses."""
import subprocess
import sys
import tempfile
import urllib.parse


def varint(n):
    out = b""
    while n > 0x7F:
        out += bytes([n & 0x7F | 0x80])
        n >>= 7
    return out + bytes([n])


def field(number, data):
    return varint(number << 3 | 2) + varint(len(data)) + data


def call(socket, api, method, message):
    with tempfile.NamedTemporaryFile() as body, tempfile.NamedTemporaryFile() as headers:
        body.write(b"\0" + len(message).to_bytes(4, "big") + message)
        body.flush()
        curl = ["curl", "-sS", "-m", "120", "--http2-prior-knowledge", "--unix-socket", socket, "-D", headers.name,
                "-H", "content-type: application/grpc", "-H", "te: trailers", "--data-binary", "@" + body.name,
                f"http://localhost/runtime.{api}.ImageService/{method}"]
        answer = subprocess.run(curl, capture_output=True, check=True).stdout
        told = {name: value.strip() for name, _, value in (line.partition(":") for line in open(headers.name))}
    if told.get("grpc-status") != "0":
        sys.exit(f"{method}: status {told.get('grpc-status')}: {urllib.parse.unquote(told.get('grpc-message', ''))}")
    return answer[5:]


def main():
    socket, api, word = sys.argv[1:4]
    if word == "list":
        call(socket, api, "ListImages", b"")
    elif word == "pull":
        name = sys.argv[4].encode()
        answer = call(socket, api, "PullImage", field(1, field(1, name)))
        print(answer[2:].decode())
    else:
        sys.exit(__doc__)


main()
