"""Score findings and overrides."""
