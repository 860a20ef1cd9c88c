"""What services need to run the grader: the Gradescope zip and its scripts."""
