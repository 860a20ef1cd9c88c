"""Read the lists of a tutor: rosters, received times, extensions, worksheets."""
