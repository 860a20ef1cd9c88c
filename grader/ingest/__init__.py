"""From archives, folders and single files to `Submission` values; nothing of a submission is ever run here."""
