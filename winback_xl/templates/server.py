"""Files that let an xlwings Server project serve the formulas and the buttons: three short ones.

The server and its licence are the company's own (``pip install xlwings-server``, ``xlwings-server init FOLDER``);
nothing here imports it. Its add-in asks the two folders for what they hold, and shows the task pane.
"""

from __future__ import annotations

from html import escape

from winback_xl.excel.host import ON_DISK
from winback_xl.templates.buttons import by_group

_FUNCTIONS = '''"""The formulas of winback_xl."""

from winback_xl.excel.formulas.functions import *
'''
_SCRIPTS = '''"""The buttons of winback_xl."""

from winback_xl.excel.buttons import entry

globals().update(entry.scripts())
'''
_BUTTON = '<button xw-click="{name}" class="btn btn-outline-primary btn-sm d-block mb-2" type="button" title="{does}">{label}</button>'


def project() -> dict[str, str]:
    """Return the files of a project folder: path inside it -> text.

    Returns
    -------
    dict of str to str
        ``custom_functions/__init__.py``, ``custom_scripts/__init__.py`` and ``templates/taskpane.html``.
    """
    return {
        "custom_functions/__init__.py": _FUNCTIONS,
        "custom_scripts/__init__.py": _SCRIPTS,
        "templates/taskpane.html": task_pane(),
    }


def task_pane() -> str:
    """Return the task pane: the buttons that a server can press, and which it cannot."""
    parts, left = [], []
    for group, buttons in by_group():
        shown = [button for button in buttons if button.name not in ON_DISK]
        left += [button.label for button in buttons if button.name in ON_DISK]
        if shown:
            parts.append(f'  <h2 class="h6 mt-3">{escape(group)}</h2>')
            parts += [
                f"  {_BUTTON.format(name=button.name, does=escape(button.does), label=escape(button.label))}"
                for button in shown
            ]
    return "\n".join(
        (
            '{% extends "base.html" %}',
            "",
            "{% block content %}",
            '<div class="container-fluid pt-3 ps-3">',
            '  <h1 class="h5">Win-back</h1>',
            *parts,
            f'  <p class="small mt-3">Not here, for they need files on your computer: {", ".join(left)}.</p>',
            "</div>",
            "{% endblock content %}",
            "",
        )
    )
