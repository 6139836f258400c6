"""Start a server on this computer and talk to it over HTTP: the stand-in, or xlwings Server where somebody may."""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_PATIENCE = 60  # seconds until a server must answer


@dataclass
class Server:
    """A server that runs."""

    process: subprocess.Popen
    port: int

    def ask(self, method, path, body=None):
        """Return status and text; a connection for each call, for a server closes it after a fault."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            sent = None if body is None else json.dumps(body)
            line.request(method, path, sent, {"Content-Type": "application/json"})
            answer = line.getresponse()
            return answer.status, answer.read().decode()
        finally:
            line.close()

    def call(self, formula, arguments):
        """Call a formula as Office.js does: each argument is a matrix."""
        body = {
            "client": "Office.js", "func_name": formula, "args": arguments, "runtime": "1.4", "version": "",
            "caller_address": "[Book1.xlsx]Sheet1!A1", "session_id": "1", "culture_info_name": "en-US",
            "date_format": "m/d/yyyy",
        }  # fmt: skip
        return self.ask("POST", "/xlwings/custom-functions-call", body)

    def stop(self):
        self.process.terminate()
        self.process.wait(20)


def _start(command, folder, environment):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(
            [part.replace("PORT", str(port)) for part in command],
            cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT), **environment}, stdout=log, stderr=log,
        )  # fmt: skip
    server, end = Server(process, port), time.monotonic() + _PATIENCE
    while time.monotonic() < end and process.poll() is None:
        try:
            server.ask("GET", "/")
        except OSError:
            time.sleep(0.1)
        else:
            return server
    if process.poll() is None:
        server.stop()
    raise AssertionError((folder / "server.log").read_text()[-3000:])


def stand_in(folder):
    """Start our stand-in for a project folder."""
    return _start([sys.executable, "-m", "tests.server.stand_in", str(folder), "PORT"], folder, {})


def xlwings_server(folder):
    """Start xlwings Server for a project folder, with the tester's own Python and licence key."""
    environment = {
        "XLWINGS_PROJECT_DIR": str(folder), "XLWINGS_ENVIRONMENT": "prod", "XLWINGS_FUNCTIONS_NAMESPACE": "",
    }  # fmt: skip
    command = [
        os.environ["WINBACK_SERVER_PYTHON"], "-m", "uvicorn", "xlwings_server.main:main_app", "--host", "127.0.0.1",
        "--port", "PORT",
    ]  # fmt: skip
    return _start(command, folder, environment)


def missing():
    """Say why xlwings Server cannot be started here, or nothing."""
    if os.environ.get("WINBACK_SERVER") != "1":
        return "xlwings Server is licensed separately: set WINBACK_SERVER=1 if you may use it"
    if not os.environ.get("XLWINGS_LICENSE_KEY"):
        return "XLWINGS_LICENSE_KEY is not set: a key of your plan, or noncommercial if your use truly is"
    if not os.environ.get("WINBACK_SERVER_PYTHON"):
        return (
            "WINBACK_SERVER_PYTHON is not set: a Python with xlwings-server==1.20.0 and this package's needs"
        )
    return ""
