"""The reference solutions that submissions are compared with; a course may put its own in their place."""
