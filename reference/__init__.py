"""The reference solutions that hand-ins are compared with; a course may put its own in their place."""
