"""Follow a class through its source without running it: its parts, and the names that it may use."""
