"""Which documents a question points to by their names."""
