"""Servers for `check-image`: HTTP and HTTPS on ports 8080 and 8443 of 127.0.0.1, and on 127.0.0.53 a
resolver to which every name is 127.0.0.1: `endpoints.py FOLDER`.

In the folder, it puts the authority's certificate, and a file `ready`.
"""

import http.server
import pathlib
import socket
import ssl
import subprocess
import sys
import threading

CONFIGURATION = b'{"IdentityPoolId":"p","CognitoStreams":{"StreamName":"updates","StreamingStatus":"DISABLED"}}'
DATASET = b'{"Dataset":{"DatasetName":"d","CreationDate":1782864000.0}}'


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def respond(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = DATASET if "/datasets/" in self.path else CONFIGURATION
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = respond

    def log_message(self, *arguments):
        pass


def make_certificates(folder):
    def openssl(*arguments):
        subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)

    (folder / "names").write_text("subjectAltName=IP:127.0.0.1,DNS:sync.test\n")
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    openssl("req", "-x509", *key, "-keyout", "authority.key", "-out", "authority.pem", "-subj", "/CN=test", "-days", "2")
    openssl("req", *key, "-keyout", "server.key", "-out", "server.csr", "-subj", "/CN=sync.test")
    openssl("x509", "-req", "-in", "server.csr", "-CA", "authority.pem", "-CAkey", "authority.key",
            "-CAcreateserial", "-extfile", "names", "-days", "2", "-out", "server.pem")


def serve(port, folder=None):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
    if folder:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / "server.pem", folder / "server.key")
        server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()


def answer(query):
    """A response to a question of DNS: 127.0.0.1 for type A, no record for others."""
    end = query.index(b"\0", 12) + 5
    question, is_address = query[12:end], query[end - 4:end - 2] == b"\0\1"
    record = b"\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4\x7f\0\0\1" if is_address else b""
    counts = b"\0\1" + (b"\0\1" if is_address else b"\0\0") + b"\0\0\0\0"
    return query[:2] + b"\x81\x80" + counts + question + record


def resolve(ready):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.bind(("127.0.0.53", 53))
        ready.touch()
        while True:
            query, sender = udp.recvfrom(512)
            udp.sendto(answer(query), sender)


def main():
    folder = pathlib.Path(sys.argv[1])
    make_certificates(folder)
    serve(8080)
    serve(8443, folder)
    resolve(folder / "ready")


main()
