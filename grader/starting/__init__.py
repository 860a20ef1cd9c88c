"""Start a course: a folder that works at once, from nothing or from a solution that is run and looked at."""
