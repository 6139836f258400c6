"""The plugin in a real Pyodide, as xlwings Lite runs it: 32-bit numbers, pandas 2.2, no threads, no processes."""
