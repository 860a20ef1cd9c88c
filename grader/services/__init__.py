"""Files for services that run the grader: the zip for Gradescope and its scripts."""
