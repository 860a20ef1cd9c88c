"""The part of the sandbox that runs beside student code."""
