"""Follow-up questions made whole from the conversation before them."""
