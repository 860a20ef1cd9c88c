"""Find similar answers and similar code."""
