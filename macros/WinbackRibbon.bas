Attribute VB_Name = "WinbackRibbon"
' Written by: winback template --build. Change the catalogue in the package, not this file.
Option Explicit

Public Sub OnLoadOrders(ByVal control As IRibbonControl)
    WinbackMacros.LoadOrders
End Sub

Public Sub OnCheckData(ByVal control As IRibbonControl)
    WinbackMacros.CheckData
End Sub

Public Sub OnSegmentCustomers(ByVal control As IRibbonControl)
    WinbackMacros.SegmentCustomers
End Sub

Public Sub OnSuggestMakeGoods(ByVal control As IRibbonControl)
    WinbackMacros.SuggestMakeGoods
End Sub

Public Sub OnBuildCampaign(ByVal control As IRibbonControl)
    WinbackMacros.BuildCampaign
End Sub

Public Sub OnBackTest(ByVal control As IRibbonControl)
    WinbackMacros.BackTest
End Sub

Public Sub OnAccountHistory(ByVal control As IRibbonControl)
    WinbackMacros.AccountHistory
End Sub

Public Sub OnRefreshCampaign(ByVal control As IRibbonControl)
    WinbackMacros.RefreshCampaign
End Sub

Public Sub OnLogATalk(ByVal control As IRibbonControl)
    WinbackMacros.LogATalk
End Sub

Public Sub OnCallSheets(ByVal control As IRibbonControl)
    WinbackMacros.CallSheets
End Sub

Public Sub OnDraftLetters(ByVal control As IRibbonControl)
    WinbackMacros.DraftLetters
End Sub

Public Sub OnExportMailMerge(ByVal control As IRibbonControl)
    WinbackMacros.ExportMailMerge
End Sub

Public Sub OnPreviousVersion(ByVal control As IRibbonControl)
    WinbackMacros.PreviousVersion
End Sub

Public Sub OnShareCopy(ByVal control As IRibbonControl)
    WinbackMacros.ShareCopy
End Sub

Public Sub OnSplitByOwner(ByVal control As IRibbonControl)
    WinbackMacros.SplitByOwner
End Sub

Public Sub OnCollectCopies(ByVal control As IRibbonControl)
    WinbackMacros.CollectCopies
End Sub

Public Sub OnGuide(ByVal control As IRibbonControl)
    WinbackMacros.Guide
End Sub

Public Sub OnDoctor(ByVal control As IRibbonControl)
    WinbackMacros.Doctor
End Sub

Public Sub OnDescribeFormulas(ByVal control As IRibbonControl)
    WinbackFunctions.DescribeFormulas
End Sub
