"""What words, figures, dates, lists and sentences of questions and documents say, in Chinese and English."""
