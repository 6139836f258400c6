"""The whole plugin as one text, so that a workbook for xlwings Lite needs no package index that has it."""

from __future__ import annotations

import ast
import base64
import zlib
from io import BytesIO
from pathlib import Path
from typing import TypeGuard
from zipfile import ZipFile, ZipInfo

from winback_xl.version import __version__

_HERE = Path(__file__).resolve().parents[1]
_STAYS = frozenset(("calc", "cli", "large", "macros", "reference", "samples", "templates", "__pycache__"))
"""What only a computer of one's own needs: commands, their pages, ledgers beyond its memory, and the making of workbooks."""

NEEDED = ("numpy", "pandas", "scipy", "pyarrow", "XlsxWriter", "openpyxl")
"""Packages that formulas and buttons import; Pyodide has compiled ones of its own, so no version is asked for."""

_LINE = 16_384
"""Characters of the package in a line of code: an editor shows such lines, one of a million it may not."""

_START = '''"""Win-back in xlwings Lite: formulas and buttons, with the whole package winback-xl {version} inside this workbook."""

import base64, io, pathlib, sys, tempfile, zipfile, zlib

_PACKAGE = (
{package}
)
_PLACE = pathlib.Path(tempfile.gettempdir()) / "winback_xl-{version}"
zipfile.ZipFile(io.BytesIO(zlib.decompress(base64.b64decode("".join(_PACKAGE))))).extractall(_PLACE)
sys.path.insert(0, str(_PLACE))

from winback_xl.excel.buttons import entry
from winback_xl.excel.formulas.functions import *

globals().update(entry.scripts())
'''


def main_py() -> str:
    """Return the code of a workbook that brings the package along."""
    text = base64.b64encode(zlib.compress(packed(), 9)).decode("ascii")
    lines = [f'    "{text[at : at + _LINE]}",' for at in range(0, len(text), _LINE)]
    return _START.format(version=__version__, package="\n".join(lines))


def requirements() -> str:
    """Return what Lite has to install for it."""
    return "\n".join(("xlwings", *NEEDED, ""))


def packed() -> bytes:
    """Return the package as an archive: the modules without their docstrings, and their data.

    What says which version this is is in it too. It is not compressed: as a whole it deflates by a quarter more.
    """
    out = BytesIO()
    with ZipFile(out, "w") as archive:
        for path in sorted(_HERE.rglob("*")):
            inside = path.relative_to(_HERE)
            if not path.is_file() or _STAYS & set(inside.parts):
                continue
            content = path.read_bytes()
            if path.suffix == ".py":
                content = bare(content.decode("utf-8")).encode("utf-8")
            archive.writestr(
                ZipInfo(f"winback_xl/{inside.as_posix()}"), content
            )  # 1980, whatever the clock says
        about = f"Metadata-Version: 2.1\nName: winback-xl\nVersion: {__version__}\nLicense: MIT\n"
        archive.writestr(ZipInfo(f"winback_xl-{__version__}.dist-info/METADATA"), about)
    return out.getvalue()


def bare(source: str) -> str:
    """Return a module without its docstrings, comments and what only a type checker reads, with the same code.

    >>> bare('x = 1  # one')
    'x = 1'
    """
    tree = ast.parse(source)
    tree.body = [one for node in tree.body for one in (node.orelse if _for_types(node) else [node])]
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            node.body = [one for one in node.body if not _text_alone(one)] or [ast.Pass()]
    return ast.unparse(tree)


def _text_alone(node: ast.stmt) -> bool:
    """Return whether a statement is a text and nothing else: what a function or a name is for."""
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


def _for_types(node: ast.stmt) -> TypeGuard[ast.If]:
    """Return whether a statement begins what no program runs: ``if TYPE_CHECKING:``."""
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
