"""The export formats, one in each module."""
