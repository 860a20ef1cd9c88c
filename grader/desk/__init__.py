"""The tutor's desk: a local page for manual grading, question by question."""
