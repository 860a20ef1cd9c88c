"""Read values from written answers: words, shapes, sizes, tables."""
