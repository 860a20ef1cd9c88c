"""Evidence and findings that need not be made again."""
