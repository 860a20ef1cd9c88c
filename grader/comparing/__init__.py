"""Put a model beside the reference: calls, weights, symbolic shapes, expected outputs."""
