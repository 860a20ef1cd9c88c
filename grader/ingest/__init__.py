"""Read `Submission` values from archives, folders and single files; no code of a submission is run here."""
