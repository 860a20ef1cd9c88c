"""The main line for one submission: run and ask, judge, score, assemble."""
