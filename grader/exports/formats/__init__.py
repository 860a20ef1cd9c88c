"""One module a format, found by being there."""
