"""Read .xls, .xlsb and .ods workbooks."""
