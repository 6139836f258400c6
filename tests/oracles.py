"""Independent judges of the workbooks we write: two validators, and LibreOffice to recalculate and to look.

Excel is not at hand. What it would say about a package is said by Microsoft's own Open XML SDK (as the npm package
@ooxml-tools/validate) and by openxml-audit; what it would calculate, by LibreOffice.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
import uuid
from pathlib import Path
from typing import Any

from tests import office_helper

VALIDATOR = "@ooxml-tools/validate/dist/npm/bin/ooxml-validate.js"


def audit(path: str | os.PathLike[str]) -> list[str]:
    """Return the errors that openxml-audit finds in a workbook."""
    from openxml_audit import OpenXmlValidator

    result = OpenXmlValidator().validate(str(path))
    return [str(error) for error in result.errors]


def sdk_command() -> list[str] | None:
    """Return how to start the Open XML SDK validator, or None where it is not installed.

    OOXML_VALIDATE may hold the command, WINBACK_NPM the folder where npm put the package.
    """
    named = os.environ.get("OOXML_VALIDATE")
    if named:
        return named.split()
    folder = Path(os.environ.get("WINBACK_NPM") or Path(__file__).resolve().parents[1] / ".venv-npm")
    node, script = shutil.which("node"), folder / "node_modules" / VALIDATOR
    return [node, str(script)] if node and script.is_file() else None


def sdk_errors(path: str | os.PathLike[str], command: list[str]) -> list[str]:
    """Return the errors that Microsoft's Open XML SDK finds in a workbook."""
    done = subprocess.run(
        [*command, "--output-format", "json", str(path)],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    found = json.loads(done.stdout)
    return [f"{item['path']['partUri']} {item['path']['xpath']}: {item['description']}" for item in found]


class Office:
    """One LibreOffice for a whole test session, with a profile of its own."""

    def __init__(self) -> None:
        self._profile = Path(tempfile.mkdtemp(prefix="office-"))
        self._start()

    def _start(self) -> None:
        self._server: subprocess.Popen[str] | None = None
        self._pipe = f"winback-{uuid.uuid4().hex[:12]}"
        self._process = office_helper.start(self._pipe, self._profile)
        self._ask(do="ping")

    @staticmethod
    def missing() -> str:
        """Return what this machine lacks, or nothing."""
        if not shutil.which("soffice"):
            return "LibreOffice (soffice) is not installed"
        probe = subprocess.run(["/usr/bin/python3", "-c", "import uno"], capture_output=True, check=False)
        return "" if probe.returncode == 0 else "/usr/bin/python3 has no uno (package python3-uno)"

    def cells(
        self, path: str | os.PathLike[str], *, recalculate: bool = True
    ) -> dict[str, dict[str, dict[str, Any]]]:
        """Return sheet -> address -> {"value", "formula"} of all cells, after a hard recalculation."""
        answer: dict[str, dict[str, dict[str, Any]]] = json.loads(
            self._ask(do="cells", path=str(path), recalculate=recalculate)
        )
        return answer

    def save_as(self, path: str | os.PathLike[str], to: str | os.PathLike[str], kind: str = "xlsx") -> Path:
        """Open a file and save it as .xlsx, .xls, .ods or .pdf, as a user of LibreOffice would."""
        filters = {
            "xlsx": "Calc MS Excel 2007 XML", "xls": "MS Excel 97", "ods": "calc8", "pdf": "calc_pdf_Export",
        }  # fmt: skip
        self._ask(do="save", path=str(path), to=str(to), filter=filters[kind])
        return Path(to)

    def work_in(
        self, path: str | os.PathLike[str], to: str | os.PathLike[str], order: dict[str, Any]
    ) -> None:
        """Do what people did in a workbook (tests/resaved/edits.py) and save it as .xlsx; one connection serves all."""
        if self._server is None:
            self._server = subprocess.Popen(
                ["/usr/bin/python3", office_helper.__file__, self._pipe],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=office_helper.outside_of_any_venv(),
            )  # fmt: skip
        asked = order | {"do": "work", "path": str(path), "to": str(to), "filter": "Calc MS Excel 2007 XML"}
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        self._server.stdin.write(json.dumps(asked) + "\n")
        self._server.stdin.flush()
        answer = self._server.stdout.readline().strip()
        if answer != "= done":
            self._end_server()
            raise RuntimeError(f"LibreOffice did not save {path}: {answer or 'it ended'}")

    def _end_server(self) -> None:
        if self._server is not None:
            self._server.kill()
            self._server.communicate()
            self._server = None

    def pictures(
        self, path: str | os.PathLike[str], folder: str | os.PathLike[str], dpi: int = 60
    ) -> list[Path]:
        """Print a workbook to PDF and return a PNG for each page."""
        pdf = self.save_as(path, Path(folder) / (Path(path).stem + ".pdf"), "pdf")
        subprocess.run(["pdftoppm", "-png", "-r", str(dpi), str(pdf), str(pdf.with_suffix(""))], check=True)
        return sorted(Path(folder).glob(pdf.stem + "-*.png"))

    def stop(self) -> None:
        """End the office and remove its profile."""
        self._end_server()
        self._ask(do="stop")
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            office_helper.kill(self._process)
        shutil.rmtree(self._profile, ignore_errors=True)

    def _ask(self, **order: Any) -> str:
        done = self._asked(order)
        if done.returncode and order["do"] not in {"ping", "stop"}:
            # An office that dies or loses its bridge says nothing about the workbook; one that fails twice does.
            self._end_server()
            office_helper.kill(self._process)
            self._start()
            done = self._asked(order)
        if done.returncode:
            raise RuntimeError(f"LibreOffice did not do {order}: {done.stderr.strip()}")
        return done.stdout

    def _asked(self, order: dict[str, Any]) -> subprocess.CompletedProcess[str]:
        command = ["/usr/bin/python3", office_helper.__file__, self._pipe, json.dumps(order)]
        own = office_helper.outside_of_any_venv()
        return subprocess.run(command, capture_output=True, text=True, timeout=900, check=False, env=own)
