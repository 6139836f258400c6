"""What a file holds, by its format: cells with their addresses, and no meaning yet."""
