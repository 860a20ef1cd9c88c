"""Render a `Report` as HTML, JSON and CSV; the renderers read the report and nothing else."""
