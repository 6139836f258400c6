"""Read and draw sheets in an open workbook."""
