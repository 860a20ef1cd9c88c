"""A `Report` to HTML, JSON and CSV; the renderers read the report and nothing else."""
