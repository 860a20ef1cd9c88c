"""Findings and overrides to a grade."""
