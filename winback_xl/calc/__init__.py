"""LibreOffice Calc as a host: a worker that works out formulas, in the Python that has this package."""
