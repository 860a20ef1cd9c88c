"""The tutor's desk: a local page where a person finishes what the machine cannot, question by question."""
