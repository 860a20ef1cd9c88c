"""Cached evidence and findings."""
