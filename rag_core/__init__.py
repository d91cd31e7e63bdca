"""Wenju's core: parsing, indexing, asking, citing. Knows no screen and no job queue."""
