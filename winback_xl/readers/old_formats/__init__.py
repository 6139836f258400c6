r"""Read .xls, .xlsb and .ods workbooks, and tables marked up in HTML or in the XML of Excel 2003.

Why the binary readers are our own: python-calamine, run in a child process, was held against them in November 2026 on 212
files: the .xls and .xlsb of ExcelDataReader's test data and the first 26 of Apache POI's, and the .ods of both and calamine's
(134 .xls, 62 .xlsb, 16 .ods).

- Files opened: 172 by ours, 176 by calamine; three that ours opens it does not, and seven of Excel 95 or with broken
  tables of texts that are refused here with their fix it does.
- The process ended three times in calamine (one abort on a small file that claims gigabytes, two panics), never here.
- Cells that both have and agree on: 611,210. That differ: 27, of which 25 are texts with NUL between the letters and one a
  cut text in calamine's answer, and one a day of a workbook that counts from 1904.
- Left out by calamine: 188 cells, 179 of them errors such as #DIV/0! and #N/A. An error that is left out is a blank amount,
  without a message. It offers no number formats, which make an id such as 00042, no hidden rows, and no sign of formulas
  that were never calculated.
- Processor time of all files: 42 s for ours, 1.3 s for calamine.

The speed would be worth having; wrong or missing cells are not.
"""
