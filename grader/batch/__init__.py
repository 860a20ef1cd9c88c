"""Grade many submissions: their order, the workers, and the writing of results."""
