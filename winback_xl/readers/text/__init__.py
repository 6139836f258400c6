"""Read CSV and other text files."""
