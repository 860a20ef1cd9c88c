"""Assignments of other tools become courses of the grader. Nothing of an assignment is run."""
