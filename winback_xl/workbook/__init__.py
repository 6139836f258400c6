"""What a workbook looks like: frozen specifications, and the renderers that draw them."""
