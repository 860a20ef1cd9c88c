"""Answers that are alike, and code that is alike."""
