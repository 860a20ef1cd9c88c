"""Grade one submission: run and ask, judge, score, assemble."""
