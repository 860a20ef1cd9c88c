"""Try a rubric before it grades: mutants of the solution, known submissions and known answers."""
