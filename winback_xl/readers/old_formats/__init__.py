"""Read .xls, .xlsb and .ods workbooks, and tables marked up in HTML or in the XML of Excel 2003."""
