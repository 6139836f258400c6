"""Read .xlsx and .xlsm workbooks."""
