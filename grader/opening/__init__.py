"""Submissions opened in a confined process."""
