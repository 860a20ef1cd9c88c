"""The results database and the output folder."""
