"""Follow a class through its source without running it: what it is made of and what it may use."""
