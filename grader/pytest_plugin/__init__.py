"""`pytest --submission PATH`: a course's own tests, run on one submission as grading runs them."""
