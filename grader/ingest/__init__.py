"""From archives, folders and single files to `Submission` values; nothing of a hand-in is ever run here."""
