"""A course's own pytest file: it runs in a process of its own, and asks the sandbox for what the submission does."""
