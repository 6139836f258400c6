"""Win customers back: loyalty levels, fair make-goods and campaign sheets, in Excel and in bulk."""

__version__ = "0.1.0"
