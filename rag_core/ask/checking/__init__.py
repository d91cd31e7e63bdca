"""Whether a source bears an answer's sentence out, and where exactly it says so."""
