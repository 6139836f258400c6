"""LibreOffice Calc as a host: a worker that calculates formulas, in the Python that has this package."""
