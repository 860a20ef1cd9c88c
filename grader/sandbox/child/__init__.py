"""What runs inside the sandbox, beside student code."""
