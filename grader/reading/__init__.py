"""Written answers to values: words, shapes, sizes, tables."""
