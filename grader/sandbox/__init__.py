"""Run student code in isolation, through `interface.py` only. Empty, as the confined processes import this package."""
