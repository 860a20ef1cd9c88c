"""Compare a model with the reference: calls, weights, symbolic shapes, expected outputs."""
