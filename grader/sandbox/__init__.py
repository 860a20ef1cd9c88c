"""Where student code runs: `interface.py` is the one door. Empty, as the confined processes import this package."""
