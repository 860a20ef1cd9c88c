"""`grader` marks deep-learning hand-ins: code in isolation, written answers, one report per team."""

__version__ = "0.1.0"
