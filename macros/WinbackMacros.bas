Attribute VB_Name = "WinbackMacros"
Option Explicit

' One macro a button. Each hands over to Python and does nothing else; the Python side is winback_xl.excel.buttons.entry.
' Windows and Mac alike. SelfTest at the end needs no Python at all.

' Data

' Reads an order export, checks it, and puts the rows into the Orders sheet of this workbook.
Public Sub LoadOrders()
    RunPython "import winback_xl.excel.buttons.entry as e; e.run('load_orders')"
End Sub

' Lists every problem in your orders, customers and incidents with its cell and its cure. Changes none.
Public Sub CheckData()
    RunPython "import winback_xl.excel.buttons.entry as e; e.run('check_data')"
End Sub

' Plan

' Writes the Segments sheet: how loyal, how silent and how valuable each customer is.
Public Sub SegmentCustomers()
    RunPython "import winback_xl.excel.buttons.entry as e; e.run('segment_customers')"
End Sub

' Writes the Make-goods sheet: a fair offer for each open incident, with every number behind it.
Public Sub SuggestMakeGoods()
    RunPython "import winback_xl.excel.buttons.entry as e; e.run('suggest_make_goods')"
End Sub

' Does the whole job in this workbook. In a campaign that is there already, what people typed stays.
Public Sub BuildCampaign()
    RunPython "import winback_xl.excel.buttons.entry as e; e.run('build_campaign')"
End Sub

' Writes the Backtest sheet: what the numbers would have said at earlier dates, and what happened.
Public Sub BackTest()
    RunPython "import winback_xl.excel.buttons.entry as e; e.run('back_test')"
End Sub

' Shows every order, credit and incident of the customer in the selected row.
Public Sub AccountHistory()
    RunPython "import winback_xl.excel.buttons.entry as e; e.run('account_history')"
End Sub

' Work

' Updates the campaign with new orders. Nothing that people typed is changed.
Public Sub RefreshCampaign()
    RunPython "import winback_xl.excel.buttons.entry as e; e.run('refresh_campaign')"
End Sub

' Adds a row on top of Talks for the account of the selected row, dated today. Type what they said.
Public Sub LogATalk()
    RunPython "import winback_xl.excel.buttons.entry as e; e.run('log_a_talk')"
End Sub

' Writes one page for each account to call: who, why they left, what to ask, what may be offered.
Public Sub CallSheets()
    RunPython "import winback_xl.excel.buttons.entry as e; e.run('call_sheets')"
End Sub

' Writes a draft for each account that needs one, and names the phrases to change.
Public Sub DraftLetters()
    RunPython "import winback_xl.excel.buttons.entry as e; e.run('draft_letters')"
End Sub

' Writes the accounts to contact as a table, and as a CSV file beside the workbook where there is one.
Public Sub ExportMailMerge()
    RunPython "import winback_xl.excel.buttons.entry as e; e.run('export_mail_merge')"
End Sub

' Opens the copy of this workbook that was kept before a button last replaced sheets in it.
Public Sub PreviousVersion()
    RunPython "import winback_xl.excel.buttons.entry as e; e.run('previous_version')"
End Sub

' Share

' Saves a copy for colleagues who have nothing installed, without links to this computer.
Public Sub ShareCopy()
    RunPython "import winback_xl.excel.buttons.entry as e; e.run('share_copy')"
End Sub

' Saves one workbook for each owner, with the accounts of that owner.
Public Sub SplitByOwner()
    RunPython "import winback_xl.excel.buttons.entry as e; e.run('split_by_owner')"
End Sub

' Takes the owners' edits back. What two people changed differently is listed, never guessed.
Public Sub CollectCopies()
    RunPython "import winback_xl.excel.buttons.entry as e; e.run('collect_copies')"
End Sub

' Help

' Goes to the Guide sheet.
Public Sub Guide()
    RunPython "import winback_xl.excel.buttons.entry as e; e.run('guide')"
End Sub

' Says what is installed, and what to do where something is missing.
Public Sub Doctor()
    RunPython "import winback_xl.excel.buttons.entry as e; e.run('doctor')"
End Sub

' Says what can be said without starting Python. Run it first when a button does nothing.
Public Sub SelfTest()
    MsgBox SelfTestReport(), vbInformation, "Win-back self-test"
End Sub

Public Function SelfTestReport() As String
    Dim interpreter As String
    Dim report As String
    interpreter = InterpreterInUse()
    report = "Macros run: yes" & vbNewLine
    report = report & "Workbook: " & ThisWorkbook.Name & vbNewLine
    report = report & "xlwings module: " & XLWINGS_VERSION & vbNewLine
    report = report & "Python: " & interpreter & vbNewLine
    report = report & "Python found: " & InterpreterFound(interpreter) & vbNewLine
    report = report & "Library for formulas: " & LibraryFound(interpreter) & vbNewLine
    report = report & "If one is not found, type in a terminal: winback new book.xlsm, and use that workbook."
    SelfTestReport = report
End Function

Private Function InterpreterInUse() As String
#If Mac Then
    InterpreterInUse = GetConfig("INTERPRETER_MAC", "python")
#Else
    InterpreterInUse = GetConfig("INTERPRETER_WIN", "python")
#End If
    If InterpreterInUse = "" Then InterpreterInUse = "python"
End Function

' The library of the formulas carries its version in its name: that of this module and of the installed xlwings must agree.
Private Function LibraryFound(ByVal interpreter As String) As String
#If Mac Then
    LibraryFound = "not needed on a Mac"
#Else
    Dim library As String
    Dim place As String
    LibraryFound = "not known; the system looks for it"
    If InStr(interpreter, "\") = 0 Then Exit Function
    library = "xlwings64-" & XLWINGS_VERSION & ".dll"
    place = Left$(interpreter, InStrRev(interpreter, "\") - 1)
    LibraryFound = library & " NOT FOUND: the installed xlwings is of another version"
    On Error Resume Next
    If Dir(place & "\" & library) <> "" Then LibraryFound = library & ", yes"
    place = Left$(place, InStrRev(place, "\") - 1)
    If Dir(place & "\" & library) <> "" Then LibraryFound = library & ", yes"
    On Error GoTo 0
#End If
End Function

Private Function InterpreterFound(ByVal interpreter As String) As String
    InterpreterFound = "not known; the system looks for it"
    If InStr(interpreter, "/") = 0 And InStr(interpreter, "\") = 0 Then Exit Function
    InterpreterFound = "NO"
    On Error Resume Next
    If Dir(interpreter) <> "" Then InterpreterFound = "yes"
    On Error GoTo 0
End Function
