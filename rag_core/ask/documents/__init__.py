"""Questions about a document as such: what it is about, who wrote it, what its conclusion is."""
