"""A time-stamp authority (RFC 3161) on loopback, made with `openssl ts`. It runs until standard input is closed.

The argument is a folder for its key, its certificate (`authority.pem`) and its serial number. Its address is written to
standard output.
"""

import http.server
import os
import subprocess
import sys
import threading

folder = sys.argv[1]
CONFIGURATION = f"""
[req]
distinguished_name = name
x509_extensions = stamps
prompt = no
[name]
CN = A clock for the check of cluster-login
[stamps]
basicConstraints = critical, CA:TRUE
extendedKeyUsage = critical, timeStamping
[tsa]
default_tsa = clock
[clock]
serial = {folder}/serial
signer_cert = {folder}/authority.pem
certs = {folder}/authority.pem
signer_key = {folder}/key.pem
signer_digest = sha256
default_policy = 1.2.3.4
digests = sha256, sha384, sha512
"""


def openssl(*arguments, given=None):
    return subprocess.run(["openssl", *arguments], input=given, check=True, capture_output=True).stdout


class Clock(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        query = self.rfile.read(int(self.headers["Content-Length"]))
        with open(f"{folder}/query", "wb") as file:
            file.write(query)
        reply = openssl("ts", "-reply", "-config", f"{folder}/config", "-queryfile", f"{folder}/query")
        self.send_response(200)
        self.send_header("Content-Type", "application/timestamp-reply")
        self.send_header("Content-Length", str(len(reply)))
        self.end_headers()
        self.wfile.write(reply)

    def log_message(self, *_):
        pass


os.makedirs(folder)
with open(f"{folder}/config", "w") as file:
    file.write(CONFIGURATION)
with open(f"{folder}/serial", "w") as file:
    file.write("01\n")
request = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-config", f"{folder}/config"]
openssl(*request, "-keyout", f"{folder}/key.pem", "-out", f"{folder}/authority.pem")
server = http.server.HTTPServer(("127.0.0.1", 0), Clock)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(f"http://127.0.0.1:{server.server_port}", flush=True)
sys.stdin.read()
