"""What services need to run the grader: the zip for Gradescope and its scripts."""
