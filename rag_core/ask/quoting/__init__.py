"""Answers in the documents' own words, the words that answer marked."""
