"""The macro workbook with a stand-in for xlwings: RunPython writes its command into Z1 of the Guide."""

from __future__ import annotations

import re

from winback_xl.templates import build, macros, vbaproject
from winback_xl.templates.opc import Package
from winback_xl.templates.vbaproject import Module

BRIDGE = """Attribute VB_Name = "xlwings"
Public Const XLWINGS_VERSION As String = "stand-in"
Public Function RunPython(PythonCommand As String)
    ThisWorkbook.Sheets("Guide").Range("Z1").Value = PythonCommand
End Function
Public Function GetConfig(configKey As String, Optional default As String = "") As Variant
    GetConfig = "python"
End Function
Public Function XLPy() As Object
    Set XLPy = New Fake
End Function
"""

FAKE = """VERSION 1.0 CLASS
Attribute VB_Name = "Fake"
Option Explicit
Public Function CallUDF(ByVal module As String, ByVal name As String, ByVal arguments As Variant, ByVal book As Object, ByVal place As Object) As Variant
    CallUDF = arguments(0)
    If IsNumeric(arguments(0)) Then CallUDF = arguments(0) * 2
End Function
"""  # fmt: skip


def workbook(*, interpretable: bool = False) -> bytes:
    """Return the workbook; ``interpretable`` leaves out what pyOpenVBA's interpreter does not know."""
    package = Package(build.macro_workbook())
    modules = [
        Module("xlwings", BRIDGE) if module.name == "xlwings" else module
        for module in macros.modules(len(package.sheets()))
        if module.name != "Dictionary"  # neither engine compiles it
    ]
    if interpretable:
        modules = [Module(one.name, _plainer(one.source), one.kind) for one in modules]
        modules.append(Module("Fake", FAKE, "class"))
    package.put("xl/vbaProject.bin", vbaproject.build(modules))
    return package.save()


def _plainer(source: str) -> str:
    source = re.sub(r"(?m)^Attribute WINBACK.*\n", "", source)
    return source.replace("Application.Caller", "Nothing")
