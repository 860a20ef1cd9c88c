"""Tools for students: the self-check, the live check in a notebook, the student pack."""
