"""What a tutor gives and takes back: rosters, received times, extensions, worksheets."""
