Attribute VB_Name = "WinbackFunctions"
' Written by: winback template --build. Change the catalogue in the package, not this file.
Option Explicit

Private Const MARK As String = "#WINBACK!"

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
    result = XLPy.CallUDF("winback_xl.excel.formulas.functions", formula, arguments, book, place)
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

Public Function WINBACK_CADENCE(order_dates As Variant) As Variant
Attribute WINBACK_CADENCE.VB_Description = "The customer's own rhythm: the median gap between order days, in days."
    WINBACK_CADENCE = Answer("WINBACK_CADENCE", Array(order_dates))
End Function

Public Function WINBACK_STATUS(order_dates As Variant, as_of As Variant, Optional fixed_days As Variant, Optional settings As Variant) As Variant
Attribute WINBACK_STATUS.VB_Description = "How long without an order, compared with their own rhythm: Active, Due, At risk, Lapsed or Cold."
    WINBACK_STATUS = Answer("WINBACK_STATUS", Array(order_dates, as_of, fixed_days, SettingsFor(settings)))
End Function

Public Function WINBACK_LEVEL(order_dates As Variant, as_of As Variant, Optional share_of_wallet As Variant, Optional referrals As Variant, Optional failures_survived As Variant, Optional nps As Variant, Optional knows_why As Variant, Optional quotes_every_time As Variant, Optional promotion_share As Variant, Optional settings As Variant) As Variant
Attribute WINBACK_LEVEL.VB_Description = "How loyal: Occasional Buyer, Habitual Buyer or Loyal Customer."
    WINBACK_LEVEL = Answer("WINBACK_LEVEL", Array(order_dates, as_of, share_of_wallet, referrals, failures_survived, nps, knows_why, quotes_every_time, promotion_share, SettingsFor(settings)))
End Function

Public Function WINBACK_LEVEL_WHY(order_dates As Variant, as_of As Variant, Optional share_of_wallet As Variant, Optional referrals As Variant, Optional failures_survived As Variant, Optional nps As Variant, Optional knows_why As Variant, Optional quotes_every_time As Variant, Optional promotion_share As Variant, Optional settings As Variant) As Variant
Attribute WINBACK_LEVEL_WHY.VB_Description = "Why this level, and what would change it."
    WINBACK_LEVEL_WHY = Answer("WINBACK_LEVEL_WHY", Array(order_dates, as_of, share_of_wallet, referrals, failures_survived, nps, knows_why, quotes_every_time, promotion_share, SettingsFor(settings)))
End Function

Public Function WINBACK_SEGMENT(orders As Variant, as_of As Variant, Optional customers As Variant, Optional incidents As Variant, Optional settings As Variant) As Variant
Attribute WINBACK_SEGMENT.VB_Description = "The Segments table: level, status, value and reasons, one row a customer."
    WINBACK_SEGMENT = Answer("WINBACK_SEGMENT", Array(orders, as_of, customers, incidents, SettingsFor(settings)))
End Function

Public Function WINBACK_RFM(orders As Variant, as_of As Variant, Optional bins As Variant, Optional settings As Variant) As Variant
Attribute WINBACK_RFM.VB_Description = "Recency, frequency and money of each customer, scored from 1 (low) to bins (high)."
    WINBACK_RFM = Answer("WINBACK_RFM", Array(orders, as_of, bins, SettingsFor(settings)))
End Function

Public Function WINBACK_EXPECTED_ORDERS(orders As Variant, as_of As Variant, days As Variant, Optional settings As Variant) As Variant
Attribute WINBACK_EXPECTED_ORDERS.VB_Description = "Order days to expect of each customer if nothing is done, and how it was reached."
    WINBACK_EXPECTED_ORDERS = Answer("WINBACK_EXPECTED_ORDERS", Array(orders, as_of, days, SettingsFor(settings)))
End Function

Public Function WINBACK_RETURN_RATE(orders As Variant, as_of As Variant, Optional days As Variant, Optional settings As Variant) As Variant
Attribute WINBACK_RETURN_RATE.VB_Description = "How many customers like each one order again by themselves, learned from the ledger's own past, and why."
    WINBACK_RETURN_RATE = Answer("WINBACK_RETURN_RATE", Array(orders, as_of, days, SettingsFor(settings)))
End Function

Public Function WINBACK_RESILIENT_SHARE(levels As Variant, Optional revenue As Variant) As Variant
Attribute WINBACK_RESILIENT_SHARE.VB_Description = "Share of the customers, or of their revenue, that would stay after one serious mistake."
    WINBACK_RESILIENT_SHARE = Answer("WINBACK_RESILIENT_SHARE", Array(levels, revenue))
End Function

Public Function WINBACK_LOSS_RATE(orders As Variant, as_of As Variant, Optional settings As Variant) As Variant
Attribute WINBACK_LOSS_RATE.VB_Description = "Share of the customers of the year before last year that did not order in the last one."
    WINBACK_LOSS_RATE = Answer("WINBACK_LOSS_RATE", Array(orders, as_of, SettingsFor(settings)))
End Function

Public Function WINBACK_FUTURE_MARGIN(annual_revenue As Variant, margin As Variant, Optional years As Variant, Optional discount As Variant, Optional keep As Variant, Optional settings As Variant) As Variant
Attribute WINBACK_FUTURE_MARGIN.VB_Description = "Margin of the coming years in today's money, if the customer buys as before."
    WINBACK_FUTURE_MARGIN = Answer("WINBACK_FUTURE_MARGIN", Array(annual_revenue, margin, years, discount, keep, SettingsFor(settings)))
End Function

Public Function WINBACK_ODDS(status As Variant, level As Variant, lapse_ratio As Variant, Optional fix_ As Variant, Optional complaint_days As Variant, Optional settings As Variant) As Variant
Attribute WINBACK_ODDS.VB_Description = "The odds that a good effort wins the customer back within 180 days, or keeps one who still buys and complains: 0 to 1, by the published ranges."
    WINBACK_ODDS = Answer("WINBACK_ODDS", Array(status, level, lapse_ratio, fix_, complaint_days, SettingsFor(settings)))
End Function

Public Function WINBACK_GAIN(status As Variant, level As Variant, lapse_ratio As Variant, Optional fix_ As Variant, Optional complaint_days As Variant, Optional settings As Variant) As Variant
Attribute WINBACK_GAIN.VB_Description = "What the effort adds to the odds within 180 days, 0 to 1: what WINBACK_MAKEGOOD asks for."
    WINBACK_GAIN = Answer("WINBACK_GAIN", Array(status, level, lapse_ratio, fix_, complaint_days, SettingsFor(settings)))
End Function

Public Function WINBACK_LOSS(Optional direct As Variant, Optional hours As Variant, Optional cost_per_hour As Variant, Optional order_value As Variant, Optional days_late As Variant, Optional rework As Variant, Optional penalties As Variant, Optional settings As Variant) As Variant
Attribute WINBACK_LOSS.VB_Description = "What a mistake cost the customer."
    WINBACK_LOSS = Answer("WINBACK_LOSS", Array(direct, hours, cost_per_hour, order_value, days_late, rework, penalties, SettingsFor(settings)))
End Function

Public Function WINBACK_MAKEGOOD(loss As Variant, annual_revenue As Variant, odds_gain As Variant, Optional fault As Variant, Optional paid As Variant, Optional owed As Variant, Optional handling As Variant, Optional prior_failures As Variant, Optional form As Variant, Optional margin As Variant, Optional strategic_value As Variant, Optional recovery As Variant, Optional own_gain As Variant, Optional currency_ As Variant, Optional settings As Variant) As Variant
Attribute WINBACK_MAKEGOOD.VB_Description = "A fair make-good: low, recommended, high, token, our cost, approver and flags, side by side."
    WINBACK_MAKEGOOD = Answer("WINBACK_MAKEGOOD", Array(loss, annual_revenue, odds_gain, fault, paid, owed, handling, prior_failures, form, margin, strategic_value, recovery, own_gain, currency_, SettingsFor(settings)))
End Function

Public Function WINBACK_MAKEGOOD_WHY(loss As Variant, annual_revenue As Variant, odds_gain As Variant, Optional fault As Variant, Optional paid As Variant, Optional owed As Variant, Optional handling As Variant, Optional prior_failures As Variant, Optional form As Variant, Optional margin As Variant, Optional strategic_value As Variant, Optional recovery As Variant, Optional own_gain As Variant, Optional currency_ As Variant, Optional settings As Variant) As Variant
Attribute WINBACK_MAKEGOOD_WHY.VB_Description = "The sentences that name every number in the make-good."
    WINBACK_MAKEGOOD_WHY = Answer("WINBACK_MAKEGOOD_WHY", Array(loss, annual_revenue, odds_gain, fault, paid, owed, handling, prior_failures, form, margin, strategic_value, recovery, own_gain, currency_, SettingsFor(settings)))
End Function

Public Function WINBACK_PROPORTION(offer As Variant, loss As Variant, Optional handling As Variant, Optional currency_ As Variant, Optional settings As Variant) As Variant
Attribute WINBACK_PROPORTION.VB_Description = "How an offer stands to the loss: DISPROPORTIONATE, TOKEN_ONLY, BELOW_EFFECTIVE_BAND, IN_BAND, OVER_150%, SMALL_HARM or NO_MONEY_LOSS."
    WINBACK_PROPORTION = Answer("WINBACK_PROPORTION", Array(offer, loss, handling, currency_, SettingsFor(settings)))
End Function

Public Function WINBACK_APPROVER(our_cost As Variant, Optional currency_ As Variant, Optional settings As Variant) As Variant
Attribute WINBACK_APPROVER.VB_Description = "Who may decide a make-good: Rep, Manager, Director or CFO."
    WINBACK_APPROVER = Answer("WINBACK_APPROVER", Array(our_cost, currency_, SettingsFor(settings)))
End Function

Public Function WINBACK_FORM(failure_type As Variant) As Variant
Attribute WINBACK_FORM.VB_Description = "The form that fits a failure: cash, discount, credit, in-kind or apology."
    WINBACK_FORM = Answer("WINBACK_FORM", Array(failure_type))
End Function

Public Function WINBACK_DECIDE(expected_value As Variant, odds As Variant, want_back As Variant, Optional rests As Variant, Optional personal_conflict As Variant, Optional settings As Variant) As Variant
Attribute WINBACK_DECIDE.VB_Description = "What to do about a customer: Pursue, Rest, Reassign or Let go."
    WINBACK_DECIDE = Answer("WINBACK_DECIDE", Array(expected_value, odds, want_back, rests, personal_conflict, SettingsFor(settings)))
End Function

Public Function WINBACK_NEXT_STEP(stage As Variant, stage_date As Variant, Optional playbook As Variant, Optional settings As Variant) As Variant
Attribute WINBACK_NEXT_STEP.VB_Description = "The next step of the playbook and its due date, side by side."
    WINBACK_NEXT_STEP = Answer("WINBACK_NEXT_STEP", Array(stage, stage_date, playbook, SettingsFor(settings)))
End Function

Public Function WINBACK_LETTER_LINT(text As Variant) As Variant
Attribute WINBACK_LETTER_LINT.VB_Description = "Each phrase of a letter that should be changed, and why."
    WINBACK_LETTER_LINT = Answer("WINBACK_LETTER_LINT", Array(text))
End Function

Public Function WINBACK_VERSION() As Variant
Attribute WINBACK_VERSION.VB_Description = "Versions of winback_xl and xlwings, and the host."
    WINBACK_VERSION = Answer("WINBACK_VERSION", Array())
End Function

' Gives the function wizard the category Win-back and the help of every argument. Excel forgets it when it closes.
Public Sub DescribeFormulas()
    Dim hidden As Boolean
    hidden = ThisWorkbook.IsAddin
    On Error GoTo Failed
    If hidden Then ThisWorkbook.IsAddin = False ' Excel describes no macro of a hidden workbook
    Describe "WINBACK_CADENCE", "The customer's own rhythm: the median gap between order days, in days.", Array( _
        "Range with the order dates of one customer; blanks are skipped.")
    Describe "WINBACK_STATUS", "How long without an order, compared with their own rhythm: Active, Due, At risk, Lapsed or Cold.", Array( _
        "Range with the order dates of one customer; blanks are skipped.", _
        "The day to use as today, such as TODAY() or 2026-10-31.", _
        "No order for longer than this counts as lapsed, whatever the rhythm. Blank: their own rhythm.", _
        "Table of the Settings sheet, such as tblSettings. Blank: that of this workbook in Excel for Windows, elsewhere the defaults.")
    Describe "WINBACK_LEVEL", "How loyal: Occasional Buyer, Habitual Buyer or Loyal Customer.", Array( _
        "Range with the order dates of one customer; blanks are skipped.", _
        "The day to use as today, such as TODAY() or 2026-10-31.", _
        "Share of their needs that they buy from you: 0 to 1.", _
        "How many customers they referred to you.", _
        "Serious failures after which they came back.", _
        "How likely they are to recommend you: 0 to 10.", _
        "Yes if they can say why they buy from you.", _
        "Yes if they ask for quotes for every order.", _
        "Share of their purchases on promotion: 0 to 1.", _
        "Table of the Settings sheet, such as tblSettings. Blank: that of this workbook in Excel for Windows, elsewhere the defaults.")
    Describe "WINBACK_LEVEL_WHY", "Why this level, and what would change it.", Array( _
        "Range with the order dates of one customer; blanks are skipped.", _
        "The day to use as today, such as TODAY() or 2026-10-31.", _
        "Share of their needs that they buy from you: 0 to 1.", _
        "How many customers they referred to you.", _
        "Serious failures after which they came back.", _
        "How likely they are to recommend you: 0 to 10.", _
        "Yes if they can say why they buy from you.", _
        "Yes if they ask for quotes for every order.", _
        "Share of their purchases on promotion: 0 to 1.", _
        "Table of the Settings sheet, such as tblSettings. Blank: that of this workbook in Excel for Windows, elsewhere the defaults.")
    Describe "WINBACK_SEGMENT", "The Segments table: level, status, value and reasons, one row a customer.", Array( _
        "Range with a heading row (Customer ID, Order date, Order value, ...), or without one: customer, date and value, in this order.", _
        "The day to use as today, such as TODAY() or 2026-10-31.", _
        "Range with a heading row: Customer ID and what is on file (NPS, Referrals, ...).", _
        "Range with a heading row: Customer ID, Date and what is known of each failure.", _
        "Table of the Settings sheet, such as tblSettings. Blank: that of this workbook in Excel for Windows, elsewhere the defaults.")
    Describe "WINBACK_RFM", "Recency, frequency and money of each customer, scored from 1 (low) to bins (high).", Array( _
        "Range with a heading row (Customer ID, Order date, Order value, ...), or without one: customer, date and value, in this order.", _
        "The day to use as today, such as TODAY() or 2026-10-31.", _
        "How many scores: 2 to 9. Blank is 5.", _
        "Table of the Settings sheet, such as tblSettings. Blank: that of this workbook in Excel for Windows, elsewhere the defaults.")
    Describe "WINBACK_EXPECTED_ORDERS", "Order days to expect of each customer if nothing is done, and how it was reached.", Array( _
        "Range with a heading row (Customer ID, Order date, Order value, ...), or without one: customer, date and value, in this order.", _
        "The day to use as today, such as TODAY() or 2026-10-31.", _
        "How far to look ahead, in days: up to 3,650.", _
        "Table of the Settings sheet, such as tblSettings. Blank: that of this workbook in Excel for Windows, elsewhere the defaults.")
    Describe "WINBACK_RETURN_RATE", "How many customers like each one order again by themselves, learned from the ledger's own past, and why.", Array( _
        "Range with a heading row (Customer ID, Order date, Order value, ...), or without one: customer, date and value, in this order.", _
        "The day to use as today, such as TODAY() or 2026-10-31.", _
        "Within how many days: 30 to 730. Blank is 180.", _
        "Table of the Settings sheet, such as tblSettings. Blank: that of this workbook in Excel for Windows, elsewhere the defaults.")
    Describe "WINBACK_RESILIENT_SHARE", "Share of the customers, or of their revenue, that would stay after one serious mistake.", Array( _
        "Range with the levels of the customers; blanks are skipped.", _
        "Range of the same size with their revenue. Blank: customers are counted.")
    Describe "WINBACK_LOSS_RATE", "Share of the customers of the year before last year that did not order in the last one.", Array( _
        "Range with a heading row (Customer ID, Order date, Order value, ...), or without one: customer, date and value, in this order.", _
        "The day to use as today, such as TODAY() or 2026-10-31.", _
        "Table of the Settings sheet, such as tblSettings. Blank: that of this workbook in Excel for Windows, elsewhere the defaults.")
    Describe "WINBACK_FUTURE_MARGIN", "Margin of the coming years in today's money, if the customer buys as before.", Array( _
        "What the customer buys in a year.", _
        "Gross margin as a share of revenue, -1 to 1. Blank is 0.3.", _
        "Years to count. Blank is 3.", _
        "Discount rate a year. Blank is 0.1.", _
        "Share of customers kept from year to year. Blank is 0.8.", _
        "Table of the Settings sheet, such as tblSettings. Blank: that of this workbook in Excel for Windows, elsewhere the defaults.")
    Describe "WINBACK_ODDS", "The odds that a good effort wins the customer back within 180 days, or keeps one who still buys and complains: 0 to 1, by the published ranges.", Array( _
        "Active, Due, At risk, Lapsed or Cold. Blank is Cold.", _
        "Occasional Buyer, Habitual Buyer or Loyal Customer. Blank is Occasional.", _
        "Days since the last order divided by the lapse limit. Blank counts as a long time.", _
        "Cause: specific (the default), systemic fixed or systemic open.", _
        "Days since the complaint of a customer who still buys. Blank: no open complaint.", _
        "Table of the Settings sheet, such as tblSettings. Blank: that of this workbook in Excel for Windows, elsewhere the defaults.")
    Describe "WINBACK_GAIN", "What the effort adds to the odds within 180 days, 0 to 1: what WINBACK_MAKEGOOD asks for.", Array( _
        "Active, Due, At risk, Lapsed or Cold. Blank is Cold.", _
        "Occasional Buyer, Habitual Buyer or Loyal Customer. Blank is Occasional.", _
        "Days since the last order divided by the lapse limit. Blank counts as a long time.", _
        "Cause: specific (the default), systemic fixed or systemic open.", _
        "Days since the complaint of a customer who still buys. Blank: no open complaint.", _
        "Table of the Settings sheet, such as tblSettings. Blank: that of this workbook in Excel for Windows, elsewhere the defaults.")
    Describe "WINBACK_LOSS", "What a mistake cost the customer.", Array( _
        "What it cost them at once.", _
        "Hours they could not work.", _
        "What an hour of downtime costs them.", _
        "Worth of an order that came late.", _
        "How many days late.", _
        "What the repair cost them.", _
        "What they had to pay to others.", _
        "Table of the Settings sheet, such as tblSettings. Blank: that of this workbook in Excel for Windows, elsewhere the defaults.")
    Describe "WINBACK_MAKEGOOD", "A fair make-good: low, recommended, high, token, our cost, approver and flags, side by side.", Array( _
        "What it cost the customer, with what is owed in it.", _
        "What the customer bought in a year.", _
        "What the effort adds to the odds, 0 to 1: the result of WINBACK_GAIN, not the odds themselves.", _
        "Our share of the fault, 0 to 1. Blank is 1.", _
        "What they have already received for it.", _
        "What we owe by contract or billing: paid first, never capped.", _
        "rejected (the default) or accepted: what the customer did with the flawed delivery.", _
        "Failures in the 12 months before.", _
        "cash (the default), discount, credit, in-kind or apology.", _
        "Gross margin as a share of revenue, 0 to 1. Blank is 0.3.", _
        "Value beyond the margin, with a reason; raises the ceiling.", _
        "How an earlier make-good for them went: fair, not fair or none (the default).", _
        "Yes if the gain comes from your own results and may be greater than WINBACK_GAIN gives.", _
        "ISO code such as JPY: tokens, limits and steps are then of its size. Blank: as for EUR or USD.", _
        "Table of the Settings sheet, such as tblSettings. Blank: that of this workbook in Excel for Windows, elsewhere the defaults.")
    Describe "WINBACK_MAKEGOOD_WHY", "The sentences that name every number in the make-good.", Array( _
        "What it cost the customer, with what is owed in it.", _
        "What the customer bought in a year.", _
        "What the effort adds to the odds, 0 to 1: the result of WINBACK_GAIN, not the odds themselves.", _
        "Our share of the fault, 0 to 1. Blank is 1.", _
        "What they have already received for it.", _
        "What we owe by contract or billing: paid first, never capped.", _
        "rejected (the default) or accepted: what the customer did with the flawed delivery.", _
        "Failures in the 12 months before.", _
        "cash (the default), discount, credit, in-kind or apology.", _
        "Gross margin as a share of revenue, 0 to 1. Blank is 0.3.", _
        "Value beyond the margin, with a reason; raises the ceiling.", _
        "How an earlier make-good for them went: fair, not fair or none (the default).", _
        "Yes if the gain comes from your own results and may be greater than WINBACK_GAIN gives.", _
        "ISO code such as JPY: tokens, limits and steps are then of its size. Blank: as for EUR or USD.", _
        "Table of the Settings sheet, such as tblSettings. Blank: that of this workbook in Excel for Windows, elsewhere the defaults.")
    Describe "WINBACK_PROPORTION", "How an offer stands to the loss: DISPROPORTIONATE, TOKEN_ONLY, BELOW_EFFECTIVE_BAND, IN_BAND, OVER_150%, SMALL_HARM or NO_MONEY_LOSS.", Array( _
        "What is offered.", _
        "Our part of what it cost them.", _
        "rejected (the default) or accepted: what the customer did with the flawed delivery.", _
        "ISO code such as JPY: tokens, limits and steps are then of its size. Blank: as for EUR or USD.", _
        "Table of the Settings sheet, such as tblSettings. Blank: that of this workbook in Excel for Windows, elsewhere the defaults.")
    Describe "WINBACK_APPROVER", "Who may decide a make-good: Rep, Manager, Director or CFO.", Array( _
        "What it costs us, without what is owed.", _
        "ISO code such as JPY: tokens, limits and steps are then of its size. Blank: as for EUR or USD.", _
        "Table of the Settings sheet, such as tblSettings. Blank: that of this workbook in Excel for Windows, elsewhere the defaults.")
    Describe "WINBACK_FORM", "The form that fits a failure: cash, discount, credit, in-kind or apology.", Array( _
        "What went wrong, such as Late delivery. Blank is Other.")
    Describe "WINBACK_DECIDE", "What to do about a customer: Pursue, Rest, Reassign or Let go.", Array( _
        "Gained margin, less our cost and the effort.", _
        "Odds to win the customer back: 0 to 1.", _
        "Yes, No, Later, or blank while undecided.", _
        "How many pauses there have been.", _
        "Yes if customer and rep do not get on.", _
        "Table of the Settings sheet, such as tblSettings. Blank: that of this workbook in Excel for Windows, elsewhere the defaults.")
    Describe "WINBACK_NEXT_STEP", "The next step of the playbook and its due date, side by side.", Array( _
        "Stage of the account, such as Listened.", _
        "When that stage was reached.", _
        "Name of the playbook. Blank is default.", _
        "Table of the Settings sheet, such as tblSettings. Blank: that of this workbook in Excel for Windows, elsewhere the defaults.")
    Describe "WINBACK_LETTER_LINT", "Each phrase of a letter that should be changed, and why.", Array( _
        "The letter: a cell, or a range with its lines.")
    Describe "WINBACK_VERSION", "Versions of winback_xl and xlwings, and the host.", Array()
    If hidden Then ThisWorkbook.IsAddin = True
    MsgBox "Insert Function (fx) now lists the formulas under Win-back, with help for each argument.", vbInformation, "Win-back"
    Exit Sub
Failed:
    If hidden Then ThisWorkbook.IsAddin = True
    MsgBox "Excel did not take the descriptions: " & Err.Description, vbExclamation, "Win-back"
End Sub

Private Sub Describe(ByVal formula As String, ByVal gives As String, ByVal stated As Variant)
    Dim macro As String
    macro = "'" & ThisWorkbook.Name & "'!" & formula
    If UBound(stated) < 0 Then
        Application.MacroOptions Macro:=macro, Description:=gives, Category:="Win-back"
    Else
        Application.MacroOptions Macro:=macro, Description:=gives, Category:="Win-back", ArgumentDescriptions:=stated
    End If
End Sub
