"""Readers: any file or DataFrame as columns of cells, each with its kind and its address."""
