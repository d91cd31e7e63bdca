"""Whether the evidence can answer the question, and what it lacks where it cannot."""
