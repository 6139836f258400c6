"""Files and cells to clean tables, with every problem named by its cell; and tables to files."""
