"""From the passages that were found to the sentences that matter, and what is known of each."""
