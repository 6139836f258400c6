"""A stand-in for xlwings Server, run in a process of its own: it serves the folder that ``winback new --server`` made.

It speaks the form in which Office.js calls a formula over HTTP, as documented, and runs the project's two files with
our own stand-ins for xlwings' decorators. So it proves that those files import and show every formula and button, and
that what the formulas take and give is JSON; not that xlwings Server itself agrees: `test_server` is for that.
"""

from __future__ import annotations

import importlib
import json
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

from tests.excel import office_js


class Handler(BaseHTTPRequestHandler):
    """Answers ``/meta`` and calls of formulas."""

    functions, scripts = None, None

    def do_GET(self):
        formulas = [name for name, one in vars(self.functions).items() if hasattr(one, "__xlfunc__")]
        buttons = [name for name, one in vars(self.scripts).items() if hasattr(one, "__xlscript__")]
        self.answer(200, json.dumps({"formulas": formulas, "buttons": buttons}))

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        try:
            formula = getattr(self.functions, asked["func_name"])
            found = formula(*(office_js.squeezed(rows) for rows in asked["args"]))
        except office_js.XlwingsError as error:
            self.answer(400, str(error))
        else:
            self.answer(200, json.dumps({"result": found}, allow_nan=False))

    def answer(self, code, text):
        content = text.encode()
        self.send_response(code)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        pass


def main(project, port):
    import xlwings

    def script(function):
        function.__xlscript__ = {}
        return function

    office_js.install()
    xlwings.script = script
    sys.path.insert(0, str(Path(project)))
    Handler.functions = importlib.import_module("custom_functions")
    Handler.scripts = importlib.import_module("custom_scripts")
    HTTPServer(("127.0.0.1", int(port)), Handler).serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
