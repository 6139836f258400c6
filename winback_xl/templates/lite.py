"""A workbook that carries the plugin for xlwings Lite: its Python code is in the part where Lite keeps it.

Lite is Excel's add-in WA200008175, which runs Python in the task pane without any installation. It keeps its code as
document settings of a web extension: each value is the JSON form of a text.
"""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING
from xml.sax.saxutils import quoteattr

from winback_xl.templates import carried
from winback_xl.version import __version__

if TYPE_CHECKING:
    from winback_xl.templates.opc import Package

_EXTENSION, _PANES = "xl/webextensions/webextension1.xml", "xl/webextensions/taskpanes.xml"
_TYPE = "application/vnd.ms-office.{}+xml"
_RELATION = "http://schemas.microsoft.com/office/2011/relationships/{}"
_STORE_ID = "wa200008175"
_ID = str(uuid.uuid5(uuid.NAMESPACE_URL, "winback_xl for xlwings Lite")).upper()
_REFERENCE = f'<we:reference id="{_STORE_ID}" version="1.0.0.0" store="en-US" storeType="OMEX"/>'
_EXTENSION_SPACES = 'xmlns:we="http://schemas.microsoft.com/office/webextensions/webextension/2010/11"'
_PANE_SPACES = (
    'xmlns:wetp="http://schemas.microsoft.com/office/webextensions/taskpanes/2010/11" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def main_py() -> str:
    """Return the code of the workbook: the formulas, and one script for each button."""
    return (
        '"""Win-back in xlwings Lite: formulas and buttons. Everything else is in the package winback-xl."""\n\n'
        "from winback_xl.excel.buttons import entry\n"
        "from winback_xl.excel.formulas.functions import *\n\n"
        "globals().update(entry.scripts())\n"
    )


def requirements() -> str:
    """Return the packages that Lite installs when the workbook is opened; Lite keeps the versions that it found."""
    return f"xlwings\nwinback-xl>={__version__}\n"


def embed(package: Package, *, whole: bool = False) -> None:
    """Lay the code into a workbook; Lite's task pane opens with it.

    Parameters
    ----------
    package : Package
        The workbook.
    whole : bool
        Whether the package itself goes along, so that no package index has to have it.
    """
    source = carried if whole else None
    texts = {
        "main.py": source.main_py() if source else main_py(),
        "requirements.txt": source.requirements() if source else requirements(),
    }
    properties = "".join(
        f'<we:property name="{name}" value={quoteattr(json.dumps(text))}/>' for name, text in texts.items()
    )
    package.put(
        _EXTENSION,
        f'{_HEAD}<we:webextension {_EXTENSION_SPACES} id="{{{_ID}}}">{_REFERENCE}'
        f"<we:alternateReferences>{_REFERENCE}</we:alternateReferences><we:properties>{properties}</we:properties>"
        "<we:bindings/></we:webextension>",
        _TYPE.format("webextension"),
    )
    package.put(_PANES, "", _TYPE.format("webextensiontaskpanes"))
    extension = package.relate(_PANES, _RELATION.format("webextension"), _EXTENSION)
    package.put(
        _PANES,
        f'{_HEAD}<wetp:taskpanes {_PANE_SPACES}><wetp:taskpane dockstate="right" visibility="1" width="350" row="1">'
        f'<wetp:webextensionref r:id="{extension}"/></wetp:taskpane></wetp:taskpanes>',
    )
    package.relate("", _RELATION.format("webextensiontaskpanes"), _PANES)
