"""Follow-ups answered from what stands beside the last answer."""
