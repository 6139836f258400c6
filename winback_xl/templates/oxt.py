"""Build the extension that brings the formulas to LibreOffice Calc.

It holds no arithmetic: `macros/winback_calc.py` is the UNO component, a type library says which methods it has, a
configuration file how Calc shows them. All three follow from the catalogue of formulas.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from winback_xl.excel.formulas.catalogue import FORMULAS
from winback_xl.templates import macros
from winback_xl.templates.opc import stored
from winback_xl.version import __version__

if TYPE_CHECKING:
    from winback_xl.excel.formulas.described_formulas import Formula

IMPLEMENTATION = "org.winbackxl.Winback"
TYPES = "XWinback.rdb"
"""The type library, compiled from `interface` by LibreOffice's unoidl-write; committed, for few have that tool."""

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_MANIFEST = (
    ("application/vnd.sun.star.uno-typelibrary;type=RDB", TYPES),
    ("application/vnd.sun.star.uno-component;type=Python", "winback_calc.py"),
    ("application/vnd.sun.star.configuration-data", "CalcAddIns.xcu"),
)


def extension(interpreter: str = "") -> bytes:
    """Return winback.oxt.

    Parameters
    ----------
    interpreter : str
        Path of the Python that has winback_xl; empty for what WINBACK_PYTHON says when Calc asks.
    """
    listed = "".join(
        f"  <manifest:file-entry manifest:media-type={quoteattr(kind)} manifest:full-path={quoteattr(part)}/>\n"
        for kind, part in _MANIFEST
    )
    return stored(
        {
            "META-INF/manifest.xml": (
                f'{_HEAD}<manifest:manifest xmlns:manifest="http://openoffice.org/2001/manifest">\n{listed}'
                "</manifest:manifest>\n"
            ).encode(),
            "description.xml": _description().encode(),
            TYPES: (macros.folder() / TYPES).read_bytes(),
            "winback_calc.py": macros.source("winback_calc.py").encode(),
            "formulas.json": formulas().encode(),
            "CalcAddIns.xcu": configuration().encode(),
            "interpreter.txt": interpreter.encode(),
        },
        first="META-INF/manifest.xml",
    )


def method(formula: Formula) -> str:
    """Return the name of a formula's method: ``WINBACK_LEVEL_WHY`` becomes ``winbackLevelWhy``."""
    first, *rest = formula.name.lower().split("_")
    return first + "".join(word.capitalize() for word in rest)


def interface() -> str:
    """Return XWinback.idl: one method a formula, each giving rows; every argument may be a cell, a range or left out."""
    methods = "\n".join(
        f"    sequence< sequence<any> > {method(formula)}({', '.join(f'[in] any a{place}' for place in range(len(formula.arguments)))});"
        for formula in FORMULAS.values()
    )
    return (
        "// Written by the command winback template. Change the catalogue in the package, not this file.\n"
        f"module org {{ module winbackxl {{\n  interface XWinback {{\n{methods}\n  }};\n}}; }};\n"
    )


def formulas() -> str:
    """Return what the component tells Calc about the formulas."""
    listed = [
        {
            "method": method(formula),
            "name": formula.name,
            "gives": formula.gives,
            "arguments": [[argument.name, argument.help] for argument in formula.arguments],
        }
        for formula in FORMULAS.values()
    ]
    return json.dumps(listed, indent=1) + "\n"


def configuration() -> str:
    """Return CalcAddIns.xcu: how Calc's function wizard shows the formulas."""
    nodes = "".join(_node(formula) for formula in FORMULAS.values())
    return (
        f'{_HEAD}<oor:component-data xmlns:oor="http://openoffice.org/2001/registry" '
        'xmlns:xs="http://www.w3.org/2001/XMLSchema" oor:name="CalcAddIns" oor:package="org.openoffice.Office">\n'
        f' <node oor:name="AddInInfo">\n  <node oor:name="{IMPLEMENTATION}" oor:op="replace">\n'
        f'   <node oor:name="AddInFunctions">\n{nodes}   </node>\n  </node>\n </node>\n</oor:component-data>\n'
    )


def _node(formula: Formula) -> str:
    parameters = "".join(
        f'      <node oor:name="a{place}" oor:op="replace">{_text("DisplayName", argument.name)}'
        f"{_text('Description', argument.help)}</node>\n"
        for place, argument in enumerate(formula.arguments)
    )
    return (
        f'    <node oor:name="{method(formula)}" oor:op="replace">\n'
        f"     {_text('DisplayName', formula.name)}\n     {_text('Description', formula.gives)}\n"
        '     <prop oor:name="Category"><value>Add-In</value></prop>\n'
        f"     {_text('CompatibilityName', formula.name)}\n"
        f'     <node oor:name="Parameters">\n{parameters}     </node>\n    </node>\n'
    )


def _text(name: str, text: str) -> str:
    return f'<prop oor:name="{name}"><value xml:lang="en">{escape(text)}</value></prop>'


def _description() -> str:
    return (
        f'{_HEAD}<description xmlns="http://openoffice.org/extensions/description/2006">\n'
        f' <identifier value="org.winbackxl.calc"/>\n <version value="{__version__}"/>\n'
        ' <display-name><name lang="en">Win-back formulas</name></display-name>\n</description>\n'
    )
