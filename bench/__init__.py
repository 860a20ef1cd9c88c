"""Performance of the grader compared with other tools."""
