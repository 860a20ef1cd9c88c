"""Random input for every reader of what comes from outside: `python -m tests.fuzz KIND --cases N --seed S`."""
