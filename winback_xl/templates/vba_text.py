"""Write the generated text sources: the formula wrappers, the ribbon and its callbacks. All ASCII, lines ended by LF."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import quoteattr

from winback_xl.excel.formulas.catalogue import FORMULAS, SETTINGS
from winback_xl.excel.formulas.convert import TAG
from winback_xl.excel.formulas.described_formulas import HELP_LENGTH
from winback_xl.excel.formulas.runtime import CATEGORY
from winback_xl.templates.buttons import BUTTONS, OF_A_ROW, TAB, TAB_KEY, TAB_LABEL, by_group

if TYPE_CHECKING:
    from winback_xl.excel.formulas.described_formulas import Argument, Formula
    from winback_xl.templates.buttons import Button

FUNCTIONS_MODULE = "winback_xl.excel.formulas.functions"
_GENERATED = "' Written by: winback template --build. Change the catalogue in the package, not this file."


def functions() -> str:
    """Return WinbackFunctions.bas: one VBA function for each worksheet formula.

    Each hands its arguments to Python as the wrappers that xlwings generates do, and turns a reported mistake into an
    error value, with the message on the status bar.
    """
    wrappers = "\n".join(_wrapper(formula) for formula in FORMULAS.values())
    return f'Attribute VB_Name = "WinbackFunctions"\n{_GENERATED}\n{_HELPERS}\n{wrappers}\n{_descriptions()}'


def _wrapper(formula: Formula) -> str:
    arguments = ", ".join(_declared(argument) for argument in formula.arguments)
    names = ", ".join(_handed(argument) for argument in formula.arguments)
    about = formula.gives[:HELP_LENGTH].replace('"', '""')
    return (
        f"Public Function {formula.name}({arguments}) As Variant\n"
        f'Attribute {formula.name}.VB_Description = "{about}"\n'
        f'    {formula.name} = Answer("{formula.name}", Array({names}))\n'
        "End Function\n"
    )


def _descriptions() -> str:
    """Return the macro that gives the function wizard the category and the help of every argument."""
    calls = "\n".join(
        f'    Describe "{formula.name}", {_quoted(formula.gives)}, Array({_listed(formula)})'
        for formula in FORMULAS.values()
    )
    return (
        "' Gives the function wizard the category Win-back and the help of every argument. Excel forgets it when it closes.\n"
        "Public Sub DescribeFormulas()\n"
        "    Dim hidden As Boolean\n"
        "    hidden = ThisWorkbook.IsAddin\n"
        "    On Error GoTo Failed\n"
        "    If hidden Then ThisWorkbook.IsAddin = False ' Excel describes no macro of a hidden workbook\n"
        f"{calls}\n"
        "    If hidden Then ThisWorkbook.IsAddin = True\n"
        f'    MsgBox "Insert Function (fx) now lists the formulas under {CATEGORY}, with help for each argument.", vbInformation, "Win-back"\n'
        "    Exit Sub\n"
        "Failed:\n"
        "    If hidden Then ThisWorkbook.IsAddin = True\n"
        '    MsgBox "Excel did not take the descriptions: " & Err.Description, vbExclamation, "Win-back"\n'
        "End Sub\n\n"
        "Private Sub Describe(ByVal formula As String, ByVal gives As String, ByVal stated As Variant)\n"
        "    Dim macro As String\n"
        '    macro = "\'" & ThisWorkbook.Name & "\'!" & formula\n'
        "    If UBound(stated) < 0 Then\n"
        f'        Application.MacroOptions Macro:=macro, Description:=gives, Category:="{CATEGORY}"\n'
        "    Else\n"
        f'        Application.MacroOptions Macro:=macro, Description:=gives, Category:="{CATEGORY}", ArgumentDescriptions:=stated\n'
        "    End If\n"
        "End Sub\n"
    )


def _listed(formula: Formula) -> str:
    """Return the help of the arguments, a line each: VBA takes 24 lines of a statement, and 1,023 characters of a line."""
    texts = [_quoted(argument.help[:HELP_LENGTH]) for argument in formula.arguments]
    return " _\n        " + ", _\n        ".join(texts) if texts else ""


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _handed(argument: Argument) -> str:
    """Return how an argument goes to Python; settings that are left out are those of the calling workbook."""
    return f"SettingsFor({argument.vba_name})" if argument is SETTINGS else argument.vba_name


def _declared(argument: Argument) -> str:
    return f"{'Optional ' if argument.optional else ''}{argument.vba_name} As Variant"


_HELPERS = f"""\
Option Explicit

Private Const MARK As String = "{TAG}"

Private Function Answer(ByVal formula As String, ByVal arguments As Variant) As Variant
#If Mac Then
    Tell formula, "formulas need Windows, xlwings Lite or LibreOffice. The buttons work on a Mac."
    Answer = CVErr(xlErrNA)
#Else
    Dim place As Object
    Dim book As Object
    Dim result As Variant
    On Error GoTo Failed
    Set book = ThisWorkbook
    If TypeName(Application.Caller) = "Range" Then
        Set place = Application.Caller
        Set book = place.Worksheet.Parent
    End If
    result = XLPy.CallUDF("{FUNCTIONS_MODULE}", formula, arguments, book, place)
    Answer = WithoutMark(formula, result)
    Exit Function
Failed:
    Tell formula, Err.Description
    Answer = CVErr(xlErrValue)
#End If
End Function

' A mistake comes as text: the mark, the number of the error value, a bar, and what to do about it.
Private Function WithoutMark(ByVal formula As String, ByVal result As Variant) As Variant
    Dim bar As Long
    WithoutMark = result
    If VarType(result) <> vbString Then Exit Function
    If Left$(result, Len(MARK)) <> MARK Then Exit Function
    bar = InStr(result, "|")
    Tell formula, Mid$(result, bar + 1)
    WithoutMark = CVErr(CLng(Mid$(result, Len(MARK) + 1, bar - Len(MARK) - 1)))
End Function

' The settings of the workbook in which the formula stands, unless it names others. Excel does not see that the
' formula depends on them: after a change in Settings press Ctrl+Alt+F9, or name tblSettings in the formula.
Private Function SettingsFor(ByVal given As Variant) As Variant
    Dim book As Object
    Dim sheet As Object
    Dim table As Object
    If IsObject(given) Then
        Set SettingsFor = given
        Exit Function
    End If
    SettingsFor = given
    If Not IsMissing(given) Then Exit Function
    On Error GoTo Done
    Set book = ThisWorkbook
    If TypeName(Application.Caller) = "Range" Then Set book = Application.Caller.Worksheet.Parent
    For Each sheet In book.Worksheets
        For Each table In sheet.ListObjects
            If table.Name = "tblSettings" Then
                SettingsFor = table.Range.Value
                Exit Function
            End If
        Next table
    Next sheet
Done:
End Function

' While Excel calculates it may refuse the status bar: the error value must reach the cell all the same.
Private Sub Tell(ByVal formula As String, ByVal message As String)
    On Error Resume Next
    Application.StatusBar = formula & ": " & message
    On Error GoTo 0
End Sub
"""


def ribbon_callbacks() -> str:
    """Return WinbackRibbon.bas: what the ribbon calls, one for each button."""
    subs = "\n".join(
        f"Public Sub On{button.macro}(ByVal control As IRibbonControl)\n"
        f"    WinbackMacros.{button.macro}\n"
        "End Sub\n"
        for _, buttons in by_group()
        for button in buttons
    )
    described = (
        "\nPublic Sub OnDescribeFormulas(ByVal control As IRibbonControl)\n"
        "    WinbackFunctions.DescribeFormulas\n"
        "End Sub\n"
    )
    return f'Attribute VB_Name = "WinbackRibbon"\n{_GENERATED}\nOption Explicit\n\n{subs}{described}'


def ribbon() -> str:
    """Return ribbon.xml: the tab with its groups and buttons (Office 2010 and later)."""
    groups = "\n".join(
        f'        <group id="grp{group}" label="{group}">\n'
        + "\n".join(_ribbon_button(button, first=place == 0) for place, button in enumerate(buttons))
        + "\n        </group>"
        for group, buttons in by_group()
    )
    last = groups.rindex("\n        </group>")
    groups = f"{groups[:last]}\n{_DESCRIBE}{groups[last:]}"
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        "<!-- Written by the command winback template. Change the catalogue in the package, not this file. -->\n"
        '<customUI xmlns="http://schemas.microsoft.com/office/2009/07/customui">\n'
        "  <ribbon>\n    <tabs>\n"
        f'      <tab id="{TAB}" label="{TAB_LABEL}" keytip="{TAB_KEY}" insertAfterMso="TabHome">\n{groups}\n      </tab>\n'
        f"    </tabs>\n  </ribbon>\n{_context_menus()}</customUI>\n"
    )


_DESCRIBE = (
    '          <button id="btnDescribeFormulas" label="Explain formulas" imageMso="Help" size="normal" keytip="F" '
    'onAction="WinbackRibbon.OnDescribeFormulas"\n'
    '                  screentip="Explain formulas" supertip="Puts the formulas into the function wizard under Win-back, with'
    ' help for each argument. Needs no Python; press it again after Excel was closed."/>'
)
"""The one button that VBA answers by itself."""


def _context_menus() -> str:
    """Return what a right-click on a customer offers: in a table, and in any other cell."""
    menus = "\n".join(
        f'    <contextMenu idMso="{menu}">\n'
        + "\n".join(
            f'      <button id="{menu[len("ContextMenu") :].lower()}{button.macro}" label={quoteattr(f"{TAB_LABEL}: {button.label}")}'
            f' imageMso="{button.picture}" onAction="WinbackRibbon.On{button.macro}"/>'
            for button in BUTTONS
            if button.name in OF_A_ROW
        )
        + "\n    </contextMenu>"
        for menu in ("ContextMenuListRange", "ContextMenuCell")
    )
    return f"  <contextMenus>\n{menus}\n  </contextMenus>\n"


def _ribbon_button(button: Button, *, first: bool) -> str:
    return (
        f'          <button id="btn{button.macro}" label={quoteattr(button.label)} imageMso="{button.picture}"'
        f' size="{"large" if first else "normal"}" keytip="{button.key}" onAction="WinbackRibbon.On{button.macro}"\n'
        f"                  screentip={quoteattr(button.label)} supertip={quoteattr(button.does)}/>"
    )
