"""Reading documents in worker processes that can be killed at any moment."""
