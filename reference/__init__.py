"""The reference solutions that submissions are compared with; a course may replace them by its own."""
